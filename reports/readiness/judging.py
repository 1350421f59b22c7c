"""Is it ready? Every question answered by its own rule, and all of them together. Pure over the folder.

No-go anywhere is no-go; else unknown anywhere is unknown; go only when every answer is go. What nobody
measured, counted or said is unknown: nothing becomes ready by silence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from reports.readiness.activation import judge_activation
from reports.readiness.answer import GO, Answer, OpenRisk, State, worst
from reports.readiness.desk import judge_desk
from reports.readiness.headroom import judge_headroom
from reports.readiness.places import judge_power, judge_signal
from reports.readiness.register import all_open, judge_register
from reports.readiness.rehearsed import judge_rehearsed
from reports.readiness.rundir import Gathered


@dataclass(frozen=True, slots=True)
class Judgement:
    """`state` of the whole, each answer, and everything that is still open, the gravest first."""

    state: State
    answers: tuple[Answer, ...]
    risks: tuple[OpenRisk, ...]

    def answer(self, name: str) -> Answer:
        """The answer of that name; raises KeyError."""
        return {one.name: one for one in self.answers}[name]

    def as_json(self) -> Mapping[str, Any]:
        """Plain values, as readiness.json keeps them."""
        made: Mapping[str, Any] = _plain(
            {
                "state": self.state,
                "answers": {one.name: one.as_json() for one in self.answers},
                "risks": [one.as_json() for one in self.risks],
            }
        )
        return made


def _plain(value: Any) -> Any:
    """What is not finite becomes null."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def judge(gathered: Gathered) -> Judgement:
    """Answer every question."""
    activation = judge_activation(gathered)
    answers = (
        activation,
        judge_headroom(gathered, activated=activation.state == GO),
        judge_signal(gathered),
        judge_power(gathered),
        judge_desk(gathered),
        judge_rehearsed(gathered),
        judge_register(gathered),
    )
    return Judgement(worst(one.state for one in answers), answers, all_open(answers))
