"""What a scenario may say of faults, drawn schedules and stop conditions; what is wrong is named."""

import copy
import tomllib
from typing import Any

import pytest

from scenarios import Scenario, ScenarioError, find_scenario
from scenarios.loading import validate

BASE = tomllib.loads(find_scenario("kepahiang-2024").read_text(encoding="utf-8"))
FAULT = {"fault": "process_kill", "target": "api", "phase": "hari-h", "at": "19:00", "for": "30m"}
WAITS = {key: value for key, value in FAULT.items() if key != "at"}
CHAOS = {
    "draw": "single", "phase": "hari-h", "from": "14:00", "until": "22:00", "count": 3,
    "length": ["5m", "20m"], "faults": [{"fault": "process_kill"}],
}  # fmt: skip


def scenario(*faults: dict[str, Any], chaos: list[dict[str, Any]] | None = None, **more: Any) -> Scenario:
    table = copy.deepcopy(BASE) | {"faults": list(faults), "chaos": chaos or []} | more
    return validate(table, "day.toml")


def without(table: dict[str, Any], *keys: str, **more: Any) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key not in keys} | more


def test_a_fault_may_wait_for_a_condition_and_last_in_real_time() -> None:
    fault = scenario(without(FAULT, "at", "for", when="complete >= 40%", by="22:00", for_real="2s")).faults[0]
    assert fault.when is not None
    assert (str(fault.when), fault.by, fault.for_real) == ("complete >= 0.4", 22 * 3600.0, 2.0)


def test_a_schedule_and_stop_conditions_are_read() -> None:
    day = scenario(
        chaos=[CHAOS], stop={"error_share": 0.5, "p99_s": 30.0, "window": "20s", "every_run": True}
    )
    assert day.chaos[0].length == [300.0, 1200.0]
    assert (day.stop.error_share, day.stop.window, day.stop.every_run) == (0.5, 20.0, True)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (without(FAULT, "at"), "faults[1]: one of at, at_real or when is missing"),
        (without(FAULT, "for"), "faults[1]: one of for or for_real is missing"),
        (FAULT | {"at_real": "3s"}, "faults[1]: at and at_real exclude each other"),
        (FAULT | {"for_real": "3s"}, "faults[1]: for and for_real exclude each other"),
        (FAULT | {"for": "0s"}, "faults[1].for: must be longer than nothing"),
        (FAULT | {"by": "20:00"}, "faults[1].by: is the latest moment of a condition"),
        (FAULT | {"at": "06:00"}, "faults[1].at: lies outside phase hari-h"),
        (FAULT | {"wenn": "x"}, 'unknown key faults[1].wenn = \'x\'; did you mean "when"?'),
        (FAULT | {"phase": "besok"}, 'faults[1].phase = "besok": no such phase'),
        (WAITS | {"when": "goodput-peak", "phase": "besok"}, 'faults[1].phase = "besok": no such phase'),
        (WAITS | {"when": "complete > 1"}, "faults[1].when = 'complete > 1': must be a condition such as"),
        (WAITS | {"when": "healed 07"}, 'faults[1].when = "healed 07": no such fault; they are numbered'),
        (WAITS | {"when": "healed 01"}, "the faults wait for one another (01 -> 01)"),
        (WAITS | {"when": "goodput-peak", "by": "05:00"}, "faults[1].by: lies outside phase hari-h"),
    ],
)  # fmt: skip
def test_a_wrong_fault_is_named_with_what_would_be_right(fault: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario(fault)
    assert f"day.toml: {said}" in str(caught.value) or said in str(caught.value)


def test_faults_that_wait_for_one_another_are_told_once() -> None:
    first = without(FAULT, "at", when="healed 02")
    second = without(FAULT, "at", when="struck 01")
    with pytest.raises(ScenarioError) as caught:
        scenario(first, second)
    assert len(caught.value.problems) == 1
    assert "(01 -> 02 -> 01)" in caught.value.problems[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"draw": "sometimes"}, "chaos[1].draw = 'sometimes'"),
        ({"count": 0}, "chaos[1].count = 0"),
        ({"count": 1, "draw": "cascade"}, 'chaos[1].count = 1: draw = "cascade" needs at least 2'),
        ({"until": "13:30"}, "chaos[1].until: must be later than from"),
        ({"from": "05:00"}, "chaos[1].from: lies outside phase hari-h"),
        ({"length": ["20m", "5m"]}, "chaos[1].length: must be the shortest and the longest"),
        ({"length": ["20m"]}, "chaos[1].length"),
        ({"length_real": ["1s", "2s"]}, "chaos[1]: length and length_real exclude each other"),
        ({"length": ["5m", "5m"], "draw": "areas"}, "chaos[1].length: areas of one length"),
        ({"faults": []}, "chaos[1].faults"),
        ({"faults": [{"falt": "x"}]}, "faults[1].fault"),
        ({"phase": "besok", "from": "14:00"}, 'chaos[1].phase = "besok": no such phase'),
        ({"untill": "15:00"}, 'did you mean "until"?'),
    ],
)  # fmt: skip
def test_a_wrong_schedule_is_named_with_what_would_be_right(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario(chaos=[CHAOS | change])
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("stop", "said"),
    [
        ({"error_share": 1.5}, "stop.error_share = 1.5"),
        ({"window": "0s"}, "stop.window: must be longer than nothing"),
        ({"every_run": True}, "stop.every_run: stops nothing"),
        ({"window_s": 3}, 'did you mean "window"?'),
    ],
)
def test_a_wrong_stop_condition_is_named(stop: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario(stop=stop)
    assert said in str(caught.value)


def test_a_profile_there_is_not_is_named() -> None:
    with pytest.raises(ScenarioError, match=r"stack\.profile = 'docker'"):
        scenario(stack={"profile": "docker"})
