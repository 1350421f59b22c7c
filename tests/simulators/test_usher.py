"""Who waits for a moment of the timetable is no process, and is taken up where the table left off."""

from pathlib import Path
from typing import Any

import simpy

from gladi.setting import arrange
from simulators.behaviour import main_operator, second_operator
from simulators.operations import Answer, Operation
from simulators.operator import Operator
from simulators.post import Post, world
from simulators.usher import Usher

SPRINT = Path(__file__).parents[1] / "gladi" / "sprint.toml"


class Obliging:
    """Everything is answered well, at once."""

    def __init__(self, env: simpy.Environment) -> None:
        self.env = env
        self.asked: list[Operation] = []

    def perform(self, operation: Operation) -> Any:
        self.asked.append(operation)
        return self.env.timeout(0.0, Answer("ok", 200))


def test_operators_are_taken_up_at_their_moments_in_whatever_order_they_came() -> None:
    setting = arrange(SPRINT, scale=2)
    scenario, timeline = setting.scenario, setting.timeline
    shared = world(scenario, timeline, setting.seed, (main_operator(), second_operator()))
    env = simpy.Environment()
    target = Obliging(env)
    over: list[Operator] = []
    usher = Usher(env, target, shared, lambda met: None, over.append)
    # Who comes first has the last moment: every alarm is overtaken by the next.
    captures = {f"17080120010{number:02d}": 90.0 - 10.0 * number for number in range(1, 7)}
    own = [
        Post(tps, 1, tps[:6], "4g", False, 0.0, None,
             {"activation": 1.0 + number, "capture": moment_s}, "", False)
        for number, (tps, moment_s) in enumerate(captures.items())
    ]  # fmt: skip
    env.process(usher.attend(own))
    env.run(until=20.0)
    assert (usher.counts["begun"], usher.counts["ended"], usher.waiting) == (6, 0, 6)
    assert {one.kind for one in target.asked} <= {"activate", "login", "tps", "logout"}
    env.run(until=10_000.0)
    assert (usher.counts["ended"], usher.waiting, len(over)) == (6, 0, 6)
    first_upload: dict[str, float] = {}
    for one in target.asked:
        if one.kind == "submit_page":
            first_upload.setdefault(one.account_tps, one.intended_s)
    assert sorted(first_upload, key=lambda tps: first_upload[tps]) == sorted(
        captures, key=lambda tps: captures[tps]
    )
    assert all(first_upload[tps] > moment_s for tps, moment_s in captures.items())
