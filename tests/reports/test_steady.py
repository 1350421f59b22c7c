"""Steady state: service just before the first fault and after the last, or unknown where nobody asked."""

from pathlib import Path
from typing import Any

from reports import RunDirectory
from reports.expectations import Expectation, expectations_of
from tests.reports.invented import Rehearsal

EXPECT = {"recover_within": 5.0, "steady": 0.9}
Spells = tuple[tuple[float, float], ...]


def day(*bad: tuple[float, float], asked: Spells = ((0.0, 60.0),), **run: Any) -> Rehearsal:
    """Ten logins a second while somebody asks; those within a bad spell are refused."""
    rehearsal = Rehearsal(n_tps=8, run={"expect": EXPECT, **run})
    for tenth in range(600):
        at_s = tenth / 10
        if any(start <= at_s < end for start, end in asked):
            refused = any(start <= at_s < end for start, end in bad)
            given = {"outcome": "fail", "status": 503, "reason": "internal"} if refused else {}
            rehearsal.note("login", rehearsal.tps(tenth), at_s=at_s, **given)
    return rehearsal


def judged(
    rehearsal: Rehearsal, folder: Path, struck_s: float = 20.0, healed_s: float | None = 22.0
) -> Expectation:
    rehearsal.fault("process_kill", "postgres", struck_s, healed_s)
    return expectations_of(RunDirectory.open(rehearsal.save(folder / "run")))["steady"]


def test_good_on_both_sides_is_steady_whatever_the_fault_did(tmp_path: Path) -> None:
    found = judged(day((20.0, 22.0)), tmp_path)
    assert (found.valid, found.value) == (True, 1.0)


def test_what_limped_before_anything_was_broken_is_not_steady(tmp_path: Path) -> None:
    found = judged(day((10.0, 22.0)), tmp_path)
    assert found.valid is False
    assert "0\u00a0% served before the first fault" in found.why.en


def test_trouble_long_before_the_first_fault_is_another_story(tmp_path: Path) -> None:
    assert judged(day((2.0, 9.0)), tmp_path).valid is True


def test_what_breaks_again_after_it_had_recovered_is_not_steady(tmp_path: Path) -> None:
    found = judged(day((20.0, 22.0), (40.0, 60.0)), tmp_path)
    assert found.valid is False
    assert "after the last fault" in found.why.en


def test_a_slow_recovery_within_its_time_is_not_held_against_it(tmp_path: Path) -> None:
    assert judged(day((20.0, 26.0)), tmp_path).valid is True


def test_one_miss_of_few_is_chance(tmp_path: Path) -> None:
    found = judged(day((30.0, 30.1), asked=((10.0, 20.0), (30.0, 30.5))), tmp_path)
    assert (found.valid, found.value) == (True, 0.8)


def test_where_nobody_asked_nothing_is_known(tmp_path: Path) -> None:
    assert judged(day(asked=((30.0, 60.0),)), tmp_path / "before").valid == "unknown"
    assert judged(day(asked=((0.0, 21.0),)), tmp_path / "after").valid == "unknown"


def test_the_witness_is_demand_too_and_readiness_counts(tmp_path: Path) -> None:
    quiet = day(asked=())
    for at_s in (15.0, 17.0, 50.0, 52.0):
        quiet.watch(at_s=at_s)
    assert judged(quiet, tmp_path / "quiet").valid is True
    unready = day()
    for tenth in range(100, 200):
        unready.watch(at_s=tenth / 10)
    for row in unready.health:
        if row["name"] == "ready":
            row["value"] = 0.0
    assert judged(unready, tmp_path / "unready").valid is False


def test_a_fault_that_was_not_healed_or_a_run_cut_short_leaves_it_unknown(tmp_path: Path) -> None:
    assert judged(day(), tmp_path / "open", healed_s=None).valid == "unknown"
    assert judged(day(ended="aborted"), tmp_path / "cut").valid == "unknown"


def test_without_faults_there_is_nothing_to_hold_against_it(tmp_path: Path) -> None:
    run = RunDirectory.open(day((0.0, 60.0)).save(tmp_path / "run"))
    assert expectations_of(run)["steady"].valid is True
