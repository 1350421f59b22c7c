"""What became of every page, and what was lost back from a fault, of made-up days."""

from pathlib import Path

from reports import RunDirectory
from reports.fates import fates_of
from reports.recovery_point import recovery_points
from tests.reports.invented import Rehearsal


def opened(made: Rehearsal, tmp_path: Path, readback: bool = True) -> RunDirectory:
    return RunDirectory.open(made.save(tmp_path / "run", readback=readback))


def test_every_page_has_one_fate(tmp_path: Path) -> None:
    made = Rehearsal(n_tps=4)
    for index in range(4):
        for page in (1, 2, 3):
            if (index, page) not in {(1, 3), (2, 3)}:
                made.submit(made.tps(index), page)
    made.submit(made.tps(1), 3, happened="unknown-not")  # given up, never stored; (2, 3) is never tried
    made.submit(made.tps(3), 2, happened="unknown-done", operator=2, key="b" * 32)
    counts = fates_of(opened(made, tmp_path)).counts()
    assert counts == {"in_time": 10, "late": 0, "wrong": 0, "backup": 0, "abandoned": 1, "unsent": 1}


def test_other_votes_than_those_counted_are_wrong_until_somebody_corrects_them(tmp_path: Path) -> None:
    made = Rehearsal(n_tps=2)
    for index in range(2):
        for page in (1, 2, 3):
            made.submit(made.tps(index), page, **({"version": 5} if page == 2 else {}))
    made.write("correct", made.tps(0), 2, version=0)
    fates = fates_of(opened(made, tmp_path))
    assert fates.counts()["wrong"] == 1
    assert fates.as_json()["by_page"]["2"]["wrong"] == 1


def test_a_page_that_no_kpps_had_a_receipt_for_came_by_the_backup(tmp_path: Path) -> None:
    made = Rehearsal(n_tps=1)
    made.submit(made.tps(0), 1, happened="unknown-done")
    assert fates_of(opened(made, tmp_path)).counts()["backup"] == 1


def test_after_midnight_is_late(tmp_path: Path) -> None:
    made = Rehearsal(n_tps=1)  # 13:00 at 600: midnight is at second 66 of a run of 60
    made.run["duration_s"] = 120.0
    phase = {"id": "hari-h", "title": "", "run_start_s": 0.0, "run_end_s": 120.0, "compression": 600.0}
    made.run["phases"] = [phase | {"start_local": "2024-02-14T13:00:00", "end_local": "2024-02-15T09:00:00"}]
    made.submit(made.tps(0), 1, at_s=60.0)
    made.submit(made.tps(0), 2, at_s=70.0)
    counts = fates_of(opened(made, tmp_path)).counts()
    assert (counts["in_time"], counts["late"]) == (1, 1)


def test_what_was_lost_is_charged_to_the_fault_that_came_next(tmp_path: Path) -> None:
    made = Rehearsal(n_tps=2)
    made.submit(made.tps(0), 1, at_s=5.0)
    made.submit(made.tps(0), 2, at_s=18.0)
    made.submit(made.tps(1), 1, at_s=40.0)
    made.store.rows = made.store.rows[2:]
    made.fault("power_cut", "stack", 20.0, 25.0)
    made.fault("process_kill", "postgres", 50.0, 52.0)
    points = recovery_points(opened(made, tmp_path))
    assert points is not None
    assert (points["f1"].lost, round(points["f1"].reach_s, 1)) == (2, 14.9)
    assert (points["f2"].lost, points[""].lost) == (0, 0)


def test_without_a_readback_nothing_is_known(tmp_path: Path) -> None:
    made = Rehearsal(n_tps=1)
    made.submit(made.tps(0), 1)
    assert recovery_points(opened(made, tmp_path, readback=False)) is None
