"""The verdict of a nation: three-valued, from the files alone."""

import json
from pathlib import Path
from shutil import copytree

import pytest

import reports.nation
from reports import RunDirectoryError
from reports.nation import NationRun
from reports.nation.telling import plainly
from reports.nation.verdict import judge
from tests.reports.nation.invented import DAY_S, InventedNation, busy

EVIDENCE = {"pool": "core", "from_s": DAY_S + 82_800.0, "until_s": DAY_S + 90_000.0, "fresh": 0.4,
            "busy": 1.0, "wasted": 0.75}  # fmt: skip
PASSING = ("expect.complete = 0.5", "expect.activated = 0.9", "slo.availability = 0.3")


def test_it_passes_when_every_expectation_is_met(tmp_path: Path) -> None:
    made = busy()
    made.changed = PASSING
    verdict = reports.nation.check(made.save(tmp_path))
    assert verdict.verdict == "passed"
    assert verdict.exit_code == 0
    assert verdict.expectations["complete"].value == pytest.approx(3 / 6)


def test_one_expectation_missed_fails_it(tmp_path: Path) -> None:
    made = busy()
    made.changed = (*PASSING, "expect.complete = 0.51")
    verdict = judge(NationRun.open(made.save(tmp_path)))
    assert verdict.verdict == "failed"
    assert [name for name, one in verdict.expectations.items() if one.valid is False] == ["complete"]


def test_a_collapse_fails_it_and_is_named(tmp_path: Path) -> None:
    made = busy()
    made.changed = PASSING
    made.facts = {"ended": "METASTABLE", "played_until_s": DAY_S + 90_000.0, "evidence": EVIDENCE}
    verdict = judge(NationRun.open(made.save(tmp_path)))
    assert verdict.verdict == "failed"
    assert verdict.table["metastable"] is True
    assert verdict.expectations["stable"].valid is False
    told = plainly(verdict, "id")[0]
    assert told.startswith("METASTABLE pada 15 Feb 2024 01.00 WIB")
    assert "selama 2,0 jam terakhir prosesor aplikasi sibuk 100" in told


def test_a_run_that_was_stopped_is_unknown_not_passed(tmp_path: Path) -> None:
    made = busy()
    made.changed, made.facts = PASSING, {"ended": "aborted"}
    assert judge(NationRun.open(made.save(tmp_path))).verdict == "unknown"


@pytest.mark.parametrize("name", ["tps.parquet", "minutes.parquet", "pools.parquet", "latency.parquet"])
@pytest.mark.parametrize("harm", ["missing", "torn", "empty", "short"])
def test_a_missing_or_torn_table_makes_it_unknown(tmp_path: Path, name: str, harm: str) -> None:
    made = busy()
    made.changed = PASSING
    folder = made.save(tmp_path)
    path = folder / name
    if harm == "missing":
        path.unlink()
    elif harm == "short":
        facts = json.loads((folder / "run.json").read_text())
        facts["rows"][name] += 1
        (folder / "run.json").write_text(json.dumps(facts))
    else:
        path.write_bytes(path.read_bytes()[: 100 if harm == "torn" else 0])
    verdict = reports.nation.check(folder)
    assert verdict.verdict == "unknown"
    assert verdict.exit_code == 4
    assert name in verdict.table["problems"]
    assert (verdict.table["completeness"] is None) == (name == "tps.parquet")


@pytest.mark.parametrize("name", ["run.json", "scenario.toml", "server.json"])
def test_without_its_facts_it_is_no_run(tmp_path: Path, name: str) -> None:
    folder = busy().save(tmp_path)
    (folder / name).unlink()
    with pytest.raises(RunDirectoryError, match=name):
        NationRun.open(folder)


def test_it_is_a_function_of_the_files(tmp_path: Path) -> None:
    folder = busy().save(tmp_path / "one")
    first = (reports.nation.check(folder).run.path / "verdict.json").read_bytes()
    copy = tmp_path / "elsewhere"
    copytree(folder, copy)
    (copy / "verdict.json").unlink()
    reports.nation.check(copy)
    assert (copy / "verdict.json").read_bytes() == first


def test_the_scenario_judged_is_the_one_played(tmp_path: Path) -> None:
    made = InventedNation(changed=("expect.by = 2024-02-17T00:00:00",))
    verdict = judge(NationRun.open(made.save(tmp_path)))
    assert verdict.expectations["complete"].value == pytest.approx(4 / 6)
