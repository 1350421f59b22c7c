"""A record with a hole, a silent worker or a clock that was set: never a pass, and the reason is said."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import reports
from reports import RunDirectoryError
from reports.schema import HISTORY
from tests.reports.invented import Rehearsal, Row

COMPARING = ("lost", "duplicated", "altered", "torn", "phantom", "crossed")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return Rehearsal().play().save(tmp_path / "run")


def rewrite(run: Path, rows: list[Row]) -> None:
    pq.write_table(pa.Table.from_pylist(rows, HISTORY), run / "history.parquet")


def history(run: Path) -> list[Row]:
    return sorted(pq.read_table(run / "history.parquet").to_pylist(), key=lambda row: row["op_id"])


def reasons(run: Path) -> set[str]:
    found = reports.check(run).checkers
    assert {found[name].valid for name in COMPARING} == {"unknown"}
    return {found[name].why.en for name in COMPARING}


@pytest.mark.parametrize("gone", [slice(0, 5), slice(20, 21), slice(10, 40)])
def test_a_missing_chunk_is_unknown(run: Path, gone: slice) -> None:
    rows = history(run)
    whole = len(rows)
    missing = len(rows[gone])
    del rows[gone]
    rewrite(run, rows)
    assert reasons(run) == {f"the record of load worker 0 has a gap: {missing} of {whole} operations missing"}


def test_a_missing_acknowledgement_does_not_make_a_phantom(run: Path) -> None:
    rewrite(run, [row for row in history(run) if row["receipt"] == "" or row["page"] != 3])
    found = reports.check(run).checkers["phantom"]
    assert (found.valid, found.count) == ("unknown", 8)


def test_what_was_seen_stands_though_the_record_has_a_gap(tmp_path: Path) -> None:
    rehearsal = Rehearsal().play()
    rehearsal.probe_foreign(rehearsal.tps(5), rehearsal.tps(6)).update(
        outcome="ok", status=201, receipt="R-f"
    )
    run = rehearsal.save(tmp_path / "run")
    rewrite(run, history(run)[3:])
    assert reports.check(run).checkers["crossed"].valid is False


def test_a_worker_without_a_record_is_unknown(tmp_path: Path) -> None:
    run = Rehearsal(run={"workers": 3}).play().save(tmp_path / "run")
    assert reasons(run) == {"no record of load worker 1, 2: what is not on record proves nothing"}


def test_a_worker_that_had_nothing_to_do_is_not_missed(tmp_path: Path) -> None:
    """It says at its end that it wrote nothing; as one of two that share the offices of one kecamatan."""
    ends = [{"index": 0, "operations": 1}, {"index": 1, "operations": 0}]
    run = Rehearsal(run={"workers": 2, "load": {"workers": ends}}).play().save(tmp_path / "run")
    assert reports.check(run).checkers["lost"].valid is True


def test_workers_are_whole_each_for_itself(run: Path) -> None:
    rows = history(run)
    rewrite(run, [row | {"op_id": (at % 2) << 40 | at // 2} for at, row in enumerate(rows)])
    assert {reports.check(run).checkers[name].valid for name in COMPARING} == {True}


def test_an_operation_on_record_twice_is_unknown(run: Path) -> None:
    rows = history(run)
    rewrite(run, [*rows, rows[7]])
    assert reasons(run) == {"the record of load worker 0 holds an operation twice"}


def test_a_clock_that_was_set_back_is_unknown(run: Path) -> None:
    rows = history(run)
    for row in rows[30:]:
        for name in ("intended_s", "started_s", "ended_s"):
            row[name] -= 60.0
    rewrite(run, rows)
    (why,) = reasons(run)
    assert why.startswith("the clock of the load machine went back by 60.0 s after second ")


def test_an_end_before_its_start_is_refused(run: Path) -> None:
    rows = history(run)
    rows[3]["ended_s"] = rows[3]["started_s"] - 0.5
    rewrite(run, rows)
    with pytest.raises(RunDirectoryError, match=r"row 3: ended_s .* is before started_s .* clock"):
        reports.check(run)


@pytest.mark.parametrize("name", ["intended_s", "started_s", "ended_s"])
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_moment_that_is_none_is_refused(run: Path, name: str, value: float) -> None:
    rows = history(run)
    rows[5][name] = value
    rewrite(run, rows)
    with pytest.raises(RunDirectoryError, match=f"column {name}, row 5: is no moment"):
        reports.check(run)


def test_a_record_without_its_tail_is_unknown(run: Path) -> None:
    rows = history(run)
    about = json.loads((run / "run.json").read_text())
    about["load"] = {"workers": [{"index": 0, "operations": len(rows)}]}
    (run / "run.json").write_text(json.dumps(about))
    assert reports.check(run).checkers["lost"].valid is True
    rewrite(run, rows[:-7])
    assert reasons(run) == {f"the record of load worker 0 is cut off: 7 of {len(rows)} operations missing"}
