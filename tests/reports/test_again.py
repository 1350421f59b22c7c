"""A finding carries what reproduces it; a planned fault that was not played leaves its properties open."""

import json
from pathlib import Path

import pytest

import reports
from reports import RunDirectory
from reports.verdict import judge
from tests.reports.invented import Rehearsal
from tests.reports.witnessed import LATE_S, day


def lossy() -> Rehearsal:
    rehearsal = day()
    rehearsal.store.rows.pop(4)
    rehearsal.fault("power_cut", "server", 1.0, 3.0)
    return rehearsal


def test_the_commands_that_show_it_again_and_play_it_again(tmp_path: Path) -> None:
    path = lossy().save(tmp_path / "run 7")
    (path / "plan.jsonl").write_text("")
    found = reports.check(path).table["checkers"]
    assert found["lost"]["again"] == [
        "gladi check 'run 7' --only lost",
        "gladi rehearse rekaan --seed 7 --scale 8 --plan 'run 7/plan.jsonl'",
    ]
    assert found["phantom"]["again"] == []
    assert json.loads((path / "verdict.json").read_text())["checkers"]["lost"] == found["lost"]


def test_an_example_names_the_fault_it_falls_in(tmp_path: Path) -> None:
    found = reports.check(lossy().save(tmp_path)).table["checkers"]["lost"]["examples"][0]
    assert 1.0 < found["at_s"] < 3.0
    assert found["fault"] == "f1 power_cut"


def test_one_property_alone(tmp_path: Path) -> None:
    path = lossy().save(tmp_path)
    alone = judge(RunDirectory.open(path), ["lost"])
    assert (set(alone.checkers), alone.verdict) == ({"lost"}, "failed")
    assert not (path / "verdict.json").exists()
    with pytest.raises(ValueError, match='no checker is called "lots"; there are: altered'):
        judge(RunDirectory.open(path), ["lots"])


@pytest.mark.parametrize("event", ["skipped", "failed"])
def test_a_fault_that_was_not_played_leaves_what_it_tests_open(event: str, tmp_path: Path) -> None:
    rehearsal = day()
    rehearsal.run["faults_tried"] = {"power_cut": ["lost", "torn"], "area_dark": ["hidden"]}
    rehearsal.faults = [
        {"id": "f1", "name": "power_cut", "target": "server", "event": one, "at_s": LATE_S, "detail": {}}
        for one in ("planned", event)
    ]
    found = reports.check(rehearsal.save(tmp_path)).checkers
    assert {name for name, one in found.items() if one.valid == "unknown"} == {"lost", "torn", "ineffective"}
    assert "power_cut" in found["lost"].why.en


def test_what_was_proved_stays_proved(tmp_path: Path) -> None:
    rehearsal = lossy()
    rehearsal.run["faults_tried"] = {"power_cut": ["lost"]}
    rehearsal.faults = [one for one in rehearsal.faults if one["event"] == "planned"]
    assert reports.check(rehearsal.save(tmp_path)).checkers["lost"].valid is False
