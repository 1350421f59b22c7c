"""A run whose load workers died says what it did not offer; what only its record lacks accuses nobody."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import reports
from reports import not_offered
from reports.rundir import RunDirectory
from reports.schema import NOT_OFFERED
from reports.seconds import service_of
from tests.reports.invented import Rehearsal


def died(run: Path, *tps: str, handed_in: bool = False) -> None:
    """Say in the run that its worker died at second 9.5 with these TPS on their way."""
    about: dict[str, Any] = json.loads((run / "run.json").read_text())
    entry = {
        "worker": 0, "host": "desa-1", "why": "nothing was heard of it", "died_s": 9.5, "last_beat_s": 5.5,
        "tps_taken_over": 3, "tps_cut_off": len(tps), "operators_cut_off": len(tps),
    }  # fmt: skip
    said = [{"index": 0, "operations": 1}] if handed_in else [{"index": 0}]
    about["load"] = {"workers": said, "not_offered": [entry]}
    (run / "run.json").write_text(json.dumps(about))
    rows = [{"tps": one, "operator": 1, "from_s": 5.5, "worker": 0} for one in tps]
    pq.write_table(pa.Table.from_pylist(rows, NOT_OFFERED), run / "not_offered.parquet")


def foreign(rehearsal: Rehearsal, index: int) -> None:
    """A write to a TPS by the neighbour before it, acknowledged: a violation that is on record."""
    rehearsal.probe_foreign(rehearsal.tps(index - 1), rehearsal.tps(index)).update(
        outcome="ok", status=201, receipt=f"R-{index}"
    )


def test_what_was_cut_off_makes_expectations_unknown_and_is_told(tmp_path: Path) -> None:
    rehearsal = Rehearsal().play()
    run = rehearsal.save(tmp_path / "run")
    assert reports.check(run).expectations["completeness"].valid is True
    died(run, rehearsal.tps(2))
    verdict = reports.check(run)
    assert verdict.verdict == "unknown"
    assert verdict.expectations["completeness"].valid == "unknown"
    assert "1 operators were not played to their end" in verdict.expectations["completeness"].why.en
    assert verdict.checkers["phantom"].why.en.startswith("load worker 0 (desa-1) died")
    info = verdict.run.info
    assert not_offered.told(info, "en") == (
        "Load worker 0 on desa-1 died at second 9.5: others took over 3 of its TPS, 1 were cut off "
        "on their way and played no further."
    )
    assert "mati pada detik 9,5" in not_offered.told(info, "id")
    held = {**info.not_offered[0], "in_hand": 1234, "a_beat": 56}
    assert not_offered.told(replace(info, not_offered=(held,)), "en").endswith(
        " The 1,234 operations it had in hand are on record as undetermined; what it began after second 5.5 "
        "(about 56 operations in the last interval heard) is on no record."
    )


def test_what_a_dead_worker_had_in_hand_excuses_what_is_stored_and_accuses_nobody(tmp_path: Path) -> None:
    rehearsal = Rehearsal().play()
    lost = rehearsal.history[-1]
    sent = next(row for row in rehearsal.history if row["kind"] == "submit_page")
    sent.update(outcome="unknown", status=0, reason="worker_died", receipt="")
    lost.update(outcome="unknown", status=0, reason="worker_died", receipt="")
    run = RunDirectory.open(rehearsal.save(tmp_path / "run"))
    verdict = reports.check(run.path)
    assert not [name for name, one in verdict.checkers.items() if one.valid is False]
    service = service_of(run)
    of_it = run.history.is_in("reason", "worker_died")
    assert of_it.sum() == 2
    assert not service.demand[of_it].any(), "no server is to blame"


@pytest.mark.parametrize(("cut_off", "valid"), [(5, "unknown"), (4, "unknown"), (1, False)])
def test_a_violation_stands_unless_the_missing_record_could_explain_it(
    tmp_path: Path, cut_off: int, valid: object
) -> None:
    """At the TPS itself or at that of the neighbour before it; not at another."""
    rehearsal = Rehearsal().play()
    foreign(rehearsal, 5)
    run = rehearsal.save(tmp_path / "run")
    assert reports.check(run).checkers["crossed"].valid is False
    [example] = reports.check(run).checkers["crossed"].examples
    died(run, example.tps if cut_off == 5 else before(run, example.tps) if cut_off == 4 else rehearsal.tps(1))
    assert reports.check(run).checkers["crossed"].valid == valid


def before(run: Path, tps: str) -> str:
    codes = [str(one) for one in RunDirectory.open(run).population.arrow("tps").to_pylist()]
    return codes[codes.index(tps) - 1]


def test_a_worker_that_handed_in_all_it_wrote_leaves_no_doubt_in_the_record(tmp_path: Path) -> None:
    rehearsal = Rehearsal().play()
    run = rehearsal.save(tmp_path / "run")
    died(run, rehearsal.tps(2), handed_in=True)
    verdict = reports.check(run)
    assert verdict.checkers["phantom"].valid is True
    assert verdict.expectations["completeness"].valid == "unknown", "its TPS were still cut off"


def test_an_entry_of_another_shape_is_an_error(tmp_path: Path) -> None:
    run = Rehearsal().play().save(tmp_path / "run")
    about = json.loads((run / "run.json").read_text())
    about["load"] = {"not_offered": [{"worker": 0}]}
    (run / "run.json").write_text(json.dumps(about))
    with pytest.raises(reports.RunDirectoryError, match="not_offered"):
        reports.check(run)
