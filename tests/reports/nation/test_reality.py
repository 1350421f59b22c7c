"""A simulated nation beside the real one: the arithmetic, on columns whose answers are known."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from reports.nation.reality import JAKARTA_PAGES, arrivals, mean_error, pages, progress, worst

MIDNIGHT = datetime(2024, 2, 6)


def seconds(moment: datetime) -> float:
    return (moment - MIDNIGHT).total_seconds()


def test_progress_counts_what_is_shown_by_each_reading_and_tells_which_were_held_back() -> None:
    shown = np.array([seconds(datetime(2024, 2, 14, 18)), seconds(datetime(2024, 2, 15, 8)), np.nan, np.nan])
    found = progress("progress-ppwp-national", shown, 4, MIDNIGHT, datetime(2024, 2, 16))
    first, last = found[0], found[-1]
    assert (first.moment, first.simulated, first.held_back) == (datetime(2024, 2, 14, 17, 44), 0.0, False)
    assert first.real == pytest.approx(46_185 / 823_236, abs=1e-5)
    assert last.real == pytest.approx(0.781)
    assert (last.simulated, last.held_back) == (0.5, True)
    assert last.error == pytest.approx(-0.281)
    second = next(point for point in found if point.moment == datetime(2024, 2, 14, 19))
    assert second.simulated == 0.25
    assert worst(found) == max(found, key=lambda point: abs(point.error))
    assert mean_error(found) == pytest.approx(np.mean([abs(point.error) for point in found]))


def test_photographs_are_counted_in_tens_of_minutes_a_thousand_tps() -> None:
    at = seconds(datetime(2024, 2, 14, 19, 3))
    stored = np.full((10, 3), np.nan)
    stored[0] = (at, at + 60, at + 700)
    found = arrivals("photo-arrivals-jakarta", stored, MIDNIGHT, None)
    evening = int(np.flatnonzero(found.start_s == seconds(datetime(2024, 2, 14, 19)))[0])
    assert found.simulated[evening] == 200.0
    assert found.simulated[evening + 1] == 100.0
    assert found.simulated.sum() == 300.0
    assert found.real.sum() == 2_302
    assert not found.held_back.any()


def test_pages_tell_order_gaps_and_what_is_missing() -> None:
    day = seconds(datetime(2024, 2, 14, 19))
    late = seconds(datetime(2024, 2, 16, 18))
    stored = np.array(
        [
            (day, day + 5, day + 70),  # in order
            (day + 100, day, day + 7_300),  # page 2 first
            (day, np.nan, day + 30),  # lacks the votes
            (day, day + 30, late),  # its third page came after the crawl
            (np.nan, np.nan, np.nan),
        ]
    )
    found = pages(stored, MIDNIGHT)
    assert (found.none, found.one, found.two, found.three) == (0.2, 0.0, 0.4, 0.4)
    assert found.two_without_votes == 0.5
    assert found.in_order == 0.5
    assert found.gaps_within_10_s == pytest.approx(1 / 6)
    assert found.gaps_over_1_h == pytest.approx(1 / 6)
    assert found.span_median_s == pytest.approx((70 + 7_300) / 2)


def test_the_figures_of_jakarta_are_those_that_were_counted() -> None:
    one = JAKARTA_PAGES
    assert one.none + one.one + one.two + one.three == pytest.approx(1)
    assert timedelta(seconds=one.span_p90_s) == timedelta(hours=8, minutes=24)
