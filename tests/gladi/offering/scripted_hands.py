"""Generators whose every word is written down beforehand, for what is made of the words."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from gladi.offering.generator import Step
from gladi.offering.played import Generated, packed, played
from simulators.calibration.loads import Attempt, Coming, Load, arrivals

WAIT_S = 0.02


def offered(coming: Sequence[Coming], *, late_s: float = 0.0, seconds: float = 4.0) -> Step:
    """All of them begun, each so late, and answered well."""
    step = Step(seconds, began_epoch_s=1000.0, own_share=0.1)
    for one in coming:
        began_s = one.due_s + late_s
        ended_s = began_s + WAIT_S
        step.begun.append((one.number, late_s))
        step.attempts.append(
            Attempt(one.number, one.kind, one.due_s, began_s, ended_s, "good", 200, f"k{one.number}")
        )
    step.late_s = late_s
    return step


class Scripted:
    """Hands that answer at once. `dies` says of a generator and a verb why it dies of it, or ""."""

    lead_s = 0.0

    def __init__(self, count: int, dies: Callable[[int, str], str] = lambda generator, verb: "") -> None:
        self._living = list(range(count))
        self._dies = dies
        self._words: deque[tuple[int, str, Any]] = deque()
        self._coming: dict[int, list[Coming]] = {}
        self.dealt: list[tuple[int, int, int]] = []
        self.halted: list[int] = []
        self.late_s: dict[int, float] = {}

    @property
    def living(self) -> Sequence[int]:
        return list(self._living)

    def who(self, generator: int) -> Generated:
        return Generated(generator, f"mesin-{generator}", 1, True, offset_s=0.25 * generator)

    def tell(self, generator: int, verb: str, given: dict[str, Any]) -> None:
        if verb == "halt":
            self.halted.append(generator)
            return
        if why := self._dies(generator, verb):
            self._living.remove(generator)
            self._words.append((generator, "died", why))
            return
        if verb == "prepare":
            part, of = given["part"], given["of"]
            self.dealt.append((generator, part, of))
            self._coming[generator] = arrivals(Load(**given["load"]), given["seed"])[part::of]
            self._words.append((generator, "prepared", None))
        elif verb == "open":
            step = offered(self._coming[generator], late_s=self.late_s.get(generator, 0.0))
            _, part, of = next(one for one in reversed(self.dealt) if one[0] == generator)
            who = Generated(generator, "there", 7, part=part, of=of)
            self._words.append((generator, "played", packed(played(step, who, left=10))))

    def hear(self, patience_s: float) -> tuple[int, str, Any] | None:
        return self._words.popleft() if self._words else None
