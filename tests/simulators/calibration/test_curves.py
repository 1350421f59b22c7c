"""Completeness curves and percentiles of two runs, from columns written by hand."""

import numpy as np
import pytest

from simulators.calibration.curves import Curve, compare, completeness, distance, percentiles

Row = tuple[str, str, str, str, int, float, float]


def history(rows: list[Row]) -> dict[str, np.ndarray]:
    """kind, outcome, expect, tps, page, intended_s, ended_s."""
    names = ("kind", "outcome", "expect", "tps", "page", "intended_s", "ended_s")
    columns = {name: np.array([row[i] for row in rows]) for i, name in enumerate(names)}
    return {**columns, "actor": np.array(["kpps"] * len(rows))}


def page(tps: str, number: int, ended_s: float, outcome: str = "ok", expect: str = "accept") -> Row:
    return ("submit_page", outcome, expect, tps, number, ended_s - 0.1, ended_s)


def test_a_tps_is_complete_with_its_last_page() -> None:
    curve = completeness(
        history([page("a", 1, 5), page("a", 2, 9), page("a", 3, 7), page("b", 1, 1), page("b", 2, 2)]), 4
    )
    assert curve.at_s.tolist() == [9.0]
    assert curve.share.tolist() == [0.25]


def test_only_the_first_receipt_counts_and_failures_and_probes_never() -> None:
    curve = completeness(
        history(
            [page("a", 1, 1), page("a", 2, 2), page("a", 3, 2, "fail"), page("a", 3, 3, expect="reject"),
             page("a", 3, 4), page("a", 3, 50), page("a", 1, 60)]
        ),
        1,
    )  # fmt: skip
    assert curve.at_s.tolist() == [4.0]


def test_the_distance_is_that_of_the_worst_moment() -> None:
    one = Curve(np.array([10.0, 20.0]), np.array([0.5, 1.0]))
    other = Curve(np.array([10.0, 40.0]), np.array([0.25, 1.0]))
    assert distance(one, other) == (pytest.approx(75.0), 20.0)
    assert distance(one, one)[0] == 0.0
    assert distance(one, Curve(np.array([]), np.array([])))[0] == pytest.approx(100.0)


def test_latency_counts_from_the_due_moment_and_only_of_good_answers() -> None:
    rows: list[Row] = [("login", "ok", "accept", "a", 0, float(n), n + 0.01 * n) for n in range(101)]
    rows += [("login", "fail", "accept", "a", 0, 0.0, 900.0)] * 50
    assert percentiles(history(rows)) == {"login": (101, pytest.approx(0.95))}


def test_a_twin_that_is_a_quarter_slower_is_told_so() -> None:
    live = [page(str(tps), number, 10.0 * tps) for tps in range(40) for number in (1, 2, 3)]
    slow = [(kind, *rest, ended - 0.125, ended) for kind, *rest, _, ended in live]
    found = compare(history(live), history(slow), 40)  # type: ignore[arg-type]
    assert found.distance == 0.0
    assert found.complete == (1.0, 1.0)
    assert found.p95_s["submit_page"] == (pytest.approx(0.1), pytest.approx(0.125), pytest.approx(0.25))


def test_a_kind_that_was_hardly_asked_is_not_compared() -> None:
    live = [page("a", 1, 1.0)] * 29
    assert compare(history(live), history(live), 1).p95_s == {}
