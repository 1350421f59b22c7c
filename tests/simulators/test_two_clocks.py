"""One behaviour, two clocks: operators under the wall clock do exactly what they do in simulated time."""

import time
from pathlib import Path
from typing import Any

import simpy

from gladi.setting import Setting, arrange
from simulators.cast import assemble
from simulators.operations import Answer, Operation
from simulators.server import reference_model
from simulators.twin import Outage, Twin
from simulators.wall_clock import WallEnvironment

SPRINT = Path(__file__).parents[1] / "gladi" / "sprint.toml"


def payload(operation: Operation) -> tuple[str, int, str, str]:
    return ("a" * 64, 400_000, "b" * 64, "{}") if operation.kind == "submit_page" else ("", 0, "", "")


def play(setting: Setting, env: Any, end: float) -> list[tuple[Operation, Answer, float, float]]:
    log: list[tuple[Operation, Answer, float, float]] = []
    outage = Outage("down", 0.45 * end, 0.5 * end)
    twin = Twin(env, reference_model(), setting.seed, (outage,), payload, lambda *row: log.append(row))
    assemble(
        env, twin, setting.scenario, setting.timeline, setting.seed, setting.population, setting.timetable
    )
    if isinstance(env, WallEnvironment):
        env.run_until(end)
    else:
        env.run(until=end)
    return sorted(log, key=repr)


def test_the_wall_clock_changes_nothing_but_the_waiting() -> None:
    setting = arrange(SPRINT, scale=24, compression=7000.0)
    end = setting.timeline.duration_s + 1.0
    simulated = play(setting, simpy.Environment(), end)
    began = time.monotonic()
    lived = play(setting, WallEnvironment(time.time()), end)
    assert time.monotonic() - began >= end - 0.1, "the wall clock does wait"
    assert len(simulated) > 300
    assert lived == simulated
