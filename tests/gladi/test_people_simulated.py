"""A simulation plays what happens to people, and records of it only what was met."""

import json
from pathlib import Path

import pyarrow.parquet as pq

from gladi.runfolder import RunFolder
from gladi.setting import arrange
from gladi.twin_run import simulate
from tests.gladi.runs import SPRINT

FAULTS = """
[[faults]]
fault = "{fault}"
target = "all"
phase = "{phase}"
at = "{at}"
for = "20m"
"""


def test_mishaps_are_felt_when_they_met_somebody(tmp_path: Path) -> None:
    told = SPRINT.read_text()
    rest = told[told.index("[slo]") :]
    faults = [
        FAULTS.format(fault="junk_flood", phase="hari-h", at="14:30"),
        FAULTS.format(fault="login_storm", phase="hari-h", at="15:00"),
        FAULTS.format(fault="phone_swapped", phase="aktivasi", at="08:00"),
    ]
    scenario = tmp_path / "people.toml"
    scenario.write_text(told[: told.index("[[faults]]")] + "".join(faults) + rest)
    folder = RunFolder.create(tmp_path / "run", "people")
    simulate(arrange(scenario, scale=12), scenario, folder, lambda played, of: None)

    events = [json.loads(line) for line in (folder.path / "faults.jsonl").read_text().splitlines()]
    felt = {one["name"]: one["at_s"] for one in events if one["event"] == "felt"}
    struck = {one["name"]: one["at_s"] for one in events if one["event"] == "struck"}
    assert set(felt) == {"junk_flood", "login_storm"}
    assert all(struck[name] <= at_s <= struck[name] + 2.0 for name, at_s in felt.items())
    assert [one["name"] for one in events if one["event"] == "unfelt"] == ["phone_swapped"], (
        "nobody sends yet"
    )
    history = pq.read_table(folder.path / "history.parquet").to_pylist()
    junk = [row for row in history if row["actor"] == "iseng"]
    assert len(junk) > 20 and all(row["tps"] and row["outcome"] == "fail" for row in junk)
