"""Begins every operator when it is due, and holds those that wait for a later moment of the timetable.

Who waits is no SimPy process: before the first moment a `Post`, between two moments an `Operator` with the
name of its row. A hundred thousand operators may wait in one load worker, most of them for hours.
"""

from collections.abc import Callable, Generator, Sequence
from heapq import heappop, heappush
from math import inf
from typing import Any

import simpy

from simulators.crowds import logging_in
from simulators.mishaps import Tell
from simulators.operations import Target
from simulators.operator import Operator
from simulators.post import Post, World

_ALMOST_S = 1e-9
"""An alarm may ring a rounding error early; the operator then waits for the rest itself."""


class Usher:
    """`counts` move as the run goes; `over` hears of each operator that has ended."""

    def __init__(
        self,
        env: simpy.Environment,
        target: Target,
        shared: World,
        tell: Tell,
        over: Callable[[Operator], None] = lambda operator: None,
    ) -> None:
        self._env = env
        self._target = target
        self._shared = shared
        self._tell = tell
        self._over = over
        # (moment, in which order they came, operator, row): a heap
        self._parked: list[tuple[float, int, Operator, str]] = []
        self._number = 0
        self._rings_s = inf
        self.counts = {"operators": 0, "begun": 0, "ended": 0}

    def attend(self, own: Sequence[Post]) -> Generator[Any, Any, None]:
        """A process that begins these operators, given in the order of their first moments."""
        env = self._env
        for post in own:
            yield env.timeout(max(0.0, min(post.moments.values()) - env.now))
            self.begin(post)

    def begin(self, post: Post) -> None:
        """An operator acts for the first time."""
        self.counts["begun"] += 1
        operator = Operator(self._env, self._target, self._shared, post, self._tell)
        self._env.process(self._live(operator, ""))
        for storm in operator.lot.of("login_storm"):
            self._env.process(logging_in(operator, storm))

    @property
    def waiting(self) -> int:
        """Operators between two moments of the timetable."""
        return len(self._parked)

    def _live(self, operator: Operator, row: str) -> Generator[Any, Any, None]:
        row, moment_s = yield from operator.live(row)
        if not row:
            self.counts["ended"] += 1
            self._over(operator)
            return
        self._number += 1
        heappush(self._parked, (moment_s, self._number, operator, row))
        self._set_alarm()

    def _set_alarm(self) -> None:
        """Ring at the earliest moment that somebody waits for, unless an alarm rings by then anyway."""
        if self._parked and self._parked[0][0] < self._rings_s:
            self._rings_s = self._parked[0][0]
            alarm = self._env.timeout(max(0.0, self._rings_s - self._env.now))
            alarm.callbacks.append(self._ring)

    def _ring(self, _: simpy.Event) -> None:
        """Wake who is due; an alarm that was overtaken by an earlier one finds nobody, or the next."""
        now_s = self._env.now
        while self._parked and self._parked[0][0] <= now_s + _ALMOST_S:
            _, _, operator, row = heappop(self._parked)
            self._env.process(self._live(operator, row))
        if self._rings_s <= now_s + _ALMOST_S:
            self._rings_s = inf
        self._set_alarm()
