"""A hand plays its part of every step: one generator with its TPS, in a process of its own or in this one.

Steps are the same wherever a hand is; how it is told of them, and how it tells, is its line's business.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol, TypeVar

import gevent
import numpy as np
from numpy.typing import NDArray

from gladi.failures import CannotRunError
from gladi.offering.crowd import Ask, Crowd
from gladi.offering.generator import Generator, Step
from gladi.offering.played import Generated, Played, packed, played
from simulators.calibration.loads import GOOD, Coming, Load, arrivals
from simulators.draws import subseed, uniform

TELL_S = 0.5
"""From one word about a step that is watched to the next."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What has come of an open load since it was last told: requests begun, and requests ended.

    Numbers are those of the arrivals; `late_s` and `ended_s` are seconds of the step.
    """

    generator: int
    begun: NDArray[np.uint32]
    late_s: NDArray[np.float64]
    ended: NDArray[np.uint32]
    ended_s: NDArray[np.float64]
    good: NDArray[np.bool_]
    ran_out: bool

    def as_plain(self) -> dict[str, Any]:
        """For a message: columns as bytes."""
        columns = {name: getattr(self, name).tobytes() for name in _COLUMNS}
        return {"generator": self.generator, "ran_out": self.ran_out, **columns}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Progress":
        """From what `as_plain` made."""
        columns = {name: np.frombuffer(plain[name], kind) for name, kind in _COLUMNS.items()}
        return cls(generator=int(plain["generator"]), ran_out=bool(plain["ran_out"]), **columns)


_COLUMNS: dict[str, Any] = {
    "begun": np.uint32, "late_s": np.float64, "ended": np.uint32, "ended_s": np.float64, "good": np.bool_,
}  # fmt: skip

Tell = Callable[[Progress], None]
"""Hears of a step that runs."""
T = TypeVar("T")


class Line(Protocol):
    """Between a hand and whoever orders the steps."""

    def order(self) -> tuple[str, dict[str, Any]] | None:
        """The next verb with its arguments; waits for it. None: there is no more to do."""
        ...

    def halted(self) -> bool:
        """Whether the step that runs is to end."""
        ...

    def tell(self, what: str, content: Any) -> None:
        """`prepared` (None), `progress` (Progress), `played` (bytes), `failed` (a sentence)."""
        ...

    def aside(self, work: Callable[[], T]) -> T:
        """Have it worked out, however long that takes."""
        ...


class Hand:
    """One generator and its TPS."""

    def __init__(self, who: Generated, generator: Generator, crowd: Crowd) -> None:
        self._who = who
        self._generator = generator
        self._crowd = crowd

    @property
    def left(self) -> int:
        """Pages not sent yet."""
        return self._crowd.left

    def open(
        self, load: Load, coming: Sequence[Coming], zero: float, tell: Tell | None, halted: Callable[[], bool]
    ) -> Step:
        """What is due; `tell` hears how it goes, `halted` says whether to end it."""
        step = Step(load.seconds)
        watching = gevent.spawn(self._watch, step, tell, halted)
        try:
            return self._generator.open(load, coming, self._crowd.ask, zero, step)
        finally:
            watching.kill()

    def _watch(self, step: Step, tell: Tell | None, halted: Callable[[], bool]) -> None:
        told = [0, 0]
        while True:
            gevent.sleep(TELL_S)
            if tell is not None:
                tell(_since(step, self._who.generator, told))
            step.halted = halted() or step.halted

    def closed(
        self, mix: Mapping[str, float], clients: int, seconds: float, seed: int, part: int, of: int
    ) -> Step:
        """Its share of the clients; which kind comes next is drawn by lot."""
        mine = len(range(part, clients, of))
        if not mine:
            return Step(seconds)
        return self._generator.closed(mine, seconds, self._by_lot(mix, seed, part, of))

    def shares(self, of: int) -> None:
        """So many share what was consented to."""
        self._generator.shares(of)

    def played(self, step: Step, part: int = 0, of: int = 1) -> Played:
        """The step as columns."""
        return played(step, replace(self._who, part=part, of=of), self.left)

    def _by_lot(self, mix: Mapping[str, float], seed: int, part: int, of: int) -> Callable[[], Ask | None]:
        luck, number = subseed(seed, "kind"), part
        kinds, whole = list(mix), sum(mix.values())

        def make() -> Ask | None:
            nonlocal number
            left = uniform(luck, number, 0) * whole
            number += of
            for kind in kinds:
                left -= mix[kind]
                if left < 0.0:
                    break
            return self._crowd.ask(kind)

        return make


def _since(step: Step, generator: int, told: list[int]) -> Progress:
    """What is new; `told` (begun, ended) is moved on."""
    begun, ended = step.begun[told[0] :], step.attempts[told[1] :]
    told[0] += len(begun)
    told[1] += len(ended)
    return Progress(
        generator,
        np.array([number for number, _ in begun], np.uint32),
        np.array([late_s for _, late_s in begun], np.float64),
        np.array([one.number for one in ended], np.uint32),
        np.array([one.ended_s for one in ended], np.float64),
        np.array([one.became == GOOD for one in ended], np.bool_),
        step.ran_out,
    )


def serve(hand: Hand, line: Line) -> None:
    """Play what is ordered until there is no more to do. What cannot go on is told, and the next awaited."""
    load, coming, part, of = Load("", {}, 0.0, 0.0), list[Coming](), 0, 1
    while (order := line.order()) is not None:
        verb, given = order
        part, of = int(given.get("part", part)), int(given.get("of", of))
        hand.shares(of)
        try:
            if verb == "prepare":
                load = Load(**given["load"])
                coming = line.aside(partial(_due, load, int(given["seed"]), part, of))
                line.tell("prepared", None)
                continue
            if verb == "open":
                tell = partial(line.tell, "progress") if given["watched"] else None
                step = hand.open(load, coming, float(given["zero"]), tell, line.halted)
            else:
                step = hand.closed(given["mix"], given["clients"], given["seconds"], given["seed"], part, of)
            line.tell("played", line.aside(partial(_columns, hand, step, part, of)))
        except CannotRunError as error:
            line.tell("failed", str(error))


def _due(load: Load, seed: int, part: int, of: int) -> list[Coming]:
    """Its share of the arrivals of this load and seed, which do not depend on how many share them."""
    return arrivals(load, seed)[part::of]


def _columns(hand: Hand, step: Step, part: int, of: int) -> bytes:
    return packed(hand.played(step, part, of))
