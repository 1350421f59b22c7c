"""Data completeness of a nation, counted by hand on six TPS."""

from pathlib import Path

import pytest

from reports.nation import NationRun
from reports.nation.activation import activation_of, active_at
from reports.nation.comparison import compared
from reports.nation.completeness import NationCompleteness, as_json, completeness_of
from tests.reports.nation.invented import DAY_S, HOUR_S, InventedNation


@pytest.fixture
def run(tmp_path: Path) -> NationRun:
    return NationRun.open(InventedNation().save(tmp_path / "run"))


@pytest.fixture
def found(run: NationRun) -> NationCompleteness:
    told = completeness_of(run)
    assert told is not None
    return told


def test_whole_partial_and_missing_are_all(found: NationCompleteness) -> None:
    whole = found.whole
    assert (whole.expected, whole.complete, whole.partial, whole.missing) == (6, 4, 1, 1)


def test_half_is_reached_with_the_third_of_six(found: NationCompleteness) -> None:
    assert found.whole.reached_s(0.5) == DAY_S + 30 * HOUR_S + 60
    assert found.whole.reached_s(0.9) is None
    assert found.whole.by(DAY_S + 24 * HOUR_S) == pytest.approx(2 / 6)


def test_uploaded_is_not_displayed(found: NationCompleteness) -> None:
    assert found.shown.complete == 2
    assert found.shown.by(DAY_S + 23 * HOUR_S) == 0.0
    assert found.whole.by(DAY_S + 23 * HOUR_S) == pytest.approx(2 / 6)


def test_a_form_is_expected_only_where_it_is_voted_with(found: NationCompleteness) -> None:
    assert [(one.code, one.expected, one.complete) for one in found.forms] == [("ppwp", 6, 4), ("dpr", 5, 2)]
    assert (found.all_forms.expected, found.all_forms.complete) == (
        6,
        3,
    )  # two at home, and abroad its one form


def test_the_page_that_is_missing_is_named(found: NationCompleteness) -> None:
    assert found.patterns == {"": 4, "2": 1, "1,2,3": 1}
    assert [one.complete for one in found.pages] == [5, 4, 5]


def test_fates_add_up_to_all(found: NationCompleteness) -> None:
    fates = ("in_time", "late", "saved_by_backup", "backup_waiting", "partial", "missing")
    assert [found.fates[one] for one in fates] == [3, 1, 1, 0, 0, 1]
    assert found.fates["in_pleno"] == 5
    assert found.fates["in_pleno_not_whole"] == 1
    assert found.fates["gave_up"] == 1


@pytest.mark.parametrize(
    ("groups", "wanted"),
    [
        ("provinces", [("11", 3, 3), ("94", 2, 0), ("99", 1, 1)]),
        ("zones", [("WIB", 3, 3), ("WIT", 2, 0), ("abroad", 1, 1)]),
        ("links", [("4g", 5, 4), ("edge", 1, 0)]),
        ("signals", [("none", 1, 0), ("steady", 5, 4)]),
        ("places", [("ordinary", 4, 2), ("special", 1, 1), ("abroad", 1, 1)]),
    ],
)
def test_groups_share_out_all_tps(
    found: NationCompleteness, groups: str, wanted: list[tuple[str, int, int]]
) -> None:
    told = [(one.code, one.expected, one.complete) for one in getattr(found, groups)]
    assert told == wanted
    assert sum(one[1] for one in told) == found.whole.expected


def test_accounts_are_counted_at_the_close_of_each_day(run: NationRun) -> None:
    days = activation_of(run)
    assert days is not None
    assert [day.share for day in days[:3]] == pytest.approx([9 / 12, 9 / 12, 11 / 12])
    assert days[-1].run_s == DAY_S + 24 * HOUR_S
    assert active_at(run, DAY_S) == pytest.approx(11 / 12)


def test_how_photographs_came_in_is_told_as_of_2024(run: NationRun) -> None:
    told = compared(run)
    assert not told.of_places, "no TPS of Jakarta here: the figures are of all"
    assert told.pages is not None
    assert told.pages.three == pytest.approx(4 / 6)
    assert told.pages.two_without_votes == 1.0
    assert told.pages.in_order == 0.5
    assert told.pages.gap_median_s == 30.0
    assert told.pages.gaps_within_10_s == pytest.approx(3 / 9)


def test_every_published_reading_has_its_error(run: NationRun) -> None:
    points = compared(run).points
    assert len(points) > 10
    assert {one.held_back for one in points} == {True, False}
    last = points[-1]
    assert last.simulated == pytest.approx(2 / 6)
    assert last.error == pytest.approx(2 / 6 - last.real)


def test_shares_by_hour_are_told_for_every_group(run: NationRun) -> None:
    told = as_json(run)
    assert told is not None
    at = told["hours_s"].index(DAY_S + 24 * HOUR_S)
    assert told["whole"]["by_hour"][at] == round(2 / 6, 4)
    assert next(one for one in told["provinces"] if one["code"] == "11")["by_hour"][at] == round(2 / 3, 4)
    later = told["regency_hours_s"].index(told["hours_s"][24])
    assert told["regencies"][0]["by_hour"][later] == told["provinces"][0]["by_hour"][24]
    assert told["whole"]["by_hour"] == sorted(told["whole"]["by_hour"])
