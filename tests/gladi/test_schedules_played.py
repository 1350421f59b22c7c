"""Whole rehearsals of what a schedule can hold: a condition, a cascade, and a run that is broken off.

Every part is real; each takes about half a minute, so they are left out of `make test`.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.gladi.runs import SPRINT, gladi, left_running

pytestmark = [pytest.mark.slow, pytest.mark.alone]

WAITING = """
[[faults]]
fault = "process_pause"
target = "postgres"
phase = "hari-h"
when = "complete >= 0.2"
for_real = "0.5s"

[[faults]]
fault = "area_dark"
target = "170804"
phase = "hari-h"
when = "complete >= 1.0"
by = "13:30"
for_real = "0.5s"

[[chaos]]
draw = "cascade"
phase = "hari-h"
from = "15:30"
count = 2
length_real = ["0.3s", "0.6s"]
faults = [{ fault = "process_pause", target = ["api", "postgres"] }]
"""

BROKEN_OFF = """
[[faults]]
fault = "process_kill"
target = "all"
phase = "hari-h"
at = "14:00"
for_real = "10s"

[stop]
error_share = 0.2
window = "3s"
operations = 10
every_run = true
"""


def play(tmp_path: Path, disruption: str) -> tuple[int, str, dict[str, Any], list[dict[str, Any]]]:
    text = SPRINT.read_text()
    first, last = text.index("[[faults]]"), text.index("[slo]")
    scenario = tmp_path / "sprint.toml"
    scenario.write_text(text[:first] + disruption + text[last:])
    out = tmp_path / "out"
    done = gladi("rehearse", scenario, "--scale", 24, "--out", out, "--json", timeout_s=180)
    assert left_running(out) == []
    run = json.loads((out / "run.json").read_text())
    events = [json.loads(line) for line in (out / "faults.jsonl").read_text().splitlines()]
    return done.code, done.err, run, events


def test_a_condition_and_a_cascade_are_played_and_what_never_held_is_skipped(tmp_path: Path) -> None:
    _, _, run, events = play(tmp_path, WAITING)
    assert run["ended"] == "complete"
    of = {one: [two["event"] for two in events if two["id"] == one] for one in {two["id"] for two in events}}
    assert of["01-process_pause"][:2] == ["planned", "struck"]
    assert of["01-process_pause"][-1] == "healed"
    assert of["02-area_dark"] == ["planned", "skipped"]
    first, second = sorted(name for name in of if name.startswith("c1-"))
    assert of[first][-1] == of[second][-1] == "healed"
    at_s = {(one["id"], one["event"]): one["at_s"] for one in events}
    assert at_s[second, "struck"] > at_s[first, "healed"]
    assert set(run["faults"]) == set(run["faults_tried"]) == {event["name"] for event in events}


def test_a_run_is_broken_off_when_enough_is_enough_healed_and_kept(tmp_path: Path) -> None:
    code, said, run, events = play(tmp_path, BROKEN_OFF)
    assert code == 3
    assert "broken off: stop.error_share = 0.2" in said
    assert run["ended"] == "aborted"
    last = {one["id"]: one["event"] for one in events}
    struck = {one["id"] for one in events if one["event"] == "struck"}
    assert struck and {last[one] for one in struck} == {"healed"}
    assert set(last.values()) <= {"healed", "skipped"}, "what was still to come is not played"
    assert (tmp_path / "out" / "history.parquet").is_file()
