"""Knee, error budget and metastability of made-up days: each shows when it is there, and only then."""

from pathlib import Path

import pytest

from reports import RunDirectory
from reports.endurance import HELD_S, SETTLING_S, endurance_of
from tests.reports.invented import Rehearsal


def day(
    tmp_path: Path, rates: list[tuple[int, float]], fault: tuple[float, float | None] | None = None
) -> RunDirectory:
    """One second a pair: how many reads are asked in it, and the share of them that is answered."""
    made = Rehearsal()
    for second, (asked, share) in enumerate(rates):
        for number in range(asked):
            well = number < share * asked
            made.note(
                "national", "", at_s=second + (number + 0.5) / asked, actor="publik",
                outcome="ok" if well else "fail", status=200 if well else 503,
                reason="" if well else "overloaded",
            )  # fmt: skip
    if fault is not None:
        made.fault("process_kill", "postgres", *fault)
    made.run["duration_s"] = float(len(rates))
    return RunDirectory.open(made.save(tmp_path / "run"))


def test_the_knee_lies_between_what_was_served_and_what_was_not(tmp_path: Path) -> None:
    rates = [(10, 1.0)] * 10 + [(20, 1.0)] * 10 + [(40, 0.5)] * 10
    knee = endurance_of(day(tmp_path, rates)).knee
    assert knee.sustained_per_s is not None and knee.broke_at_per_s is not None
    assert 20.0 <= knee.sustained_per_s < knee.broke_at_per_s <= 40.0


def test_a_knee_that_was_never_reached_is_not_invented(tmp_path: Path) -> None:
    knee = endurance_of(day(tmp_path, [(10, 1.0)] * 20)).knee
    assert (knee.sustained_per_s, knee.broke_at_per_s) == (10.0, None)


def test_a_fault_says_nothing_about_the_knee(tmp_path: Path) -> None:
    rates = [(10, 1.0)] * 20 + [(30, 0.0)] * 5 + [(10, 1.0)] * 30
    knee = endurance_of(day(tmp_path, rates, (20.0, 25.0))).knee
    assert knee.broke_at_per_s is None


def test_the_error_budget_counts_what_the_slo_allows_and_where_it_went(tmp_path: Path) -> None:
    rates = [(10, 1.0)] * 20 + [(10, 0.0)] * 5 + [(10, 0.9)] * 25
    budget = endurance_of(day(tmp_path, rates, (20.0, 25.0))).error_budget
    assert budget.allowed == pytest.approx(0.1 * 500)
    assert budget.spent == 50 + 25
    assert budget.within_faults == 50 + SETTLING_S
    assert budget.share == pytest.approx(75 / 50)


def test_service_that_stays_bad_under_normal_load_is_metastable(tmp_path: Path) -> None:
    rates = [(10, 1.0)] * 20 + [(10, 0.0)] * 5 + [(10, 0.2)] * (SETTLING_S + HELD_S + 5)
    found = endurance_of(day(tmp_path, rates, (20.0, 25.0))).metastability
    assert (found.state, found.since_s) == ("yes", 25.0 + SETTLING_S)
    assert found.held_s >= HELD_S


def test_service_that_comes_back_is_not(tmp_path: Path) -> None:
    rates = [(10, 1.0)] * 20 + [(10, 0.0)] * 5 + [(10, 0.2)] * 12 + [(10, 1.0)] * 20
    assert endurance_of(day(tmp_path, rates, (20.0, 25.0))).metastability.state == "no"


def test_overload_is_not_metastable_while_it_lasts(tmp_path: Path) -> None:
    rates = [(10, 1.0)] * 20 + [(50, 0.2)] * 40
    assert endurance_of(day(tmp_path, rates)).metastability.state == "no"


def test_a_fault_that_was_never_healed_leaves_it_unknown(tmp_path: Path) -> None:
    rates = [(10, 1.0)] * 20 + [(10, 0.0)] * 40
    assert endurance_of(day(tmp_path, rates, (20.0, None))).metastability.state == "unknown"
