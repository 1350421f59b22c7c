"""How far the load is, for faults that wait for it: what a condition of a plan is judged by.

The conductor brings a reading whenever the load processes have told it something new, about twice a second.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True, slots=True)
class Reading:
    """`complete`: share of TPS whose pages are all acknowledged; `acknowledged`: pages since the start."""

    complete: float
    acknowledged: int


Gauge = Callable[[], Reading | None]
"""The latest reading; None while there is none."""


def no_gauge() -> Reading | None:
    """For a run without a load that could be measured."""
    return None


class GoodputPeak:
    """Notices that goodput has stopped growing: the last seconds brought clearly less than the best ones.

    Clearly less is two standard deviations of what chance alone would do to a count of that size (Poisson).
    """

    WINDOW_S = 3.0
    LEAST_PAGES = 9
    """Best windows below this many pages are no peak yet."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()
        self._best = 0
        self.passed = False

    def note(self, at_s: float, acknowledged: int) -> None:
        """A reading taken at `at_s` of any steady clock."""
        if not self._seen and acknowledged == 0:
            return
        self._seen.append((at_s, acknowledged))
        while len(self._seen) > 1 and self._seen[1][0] <= at_s - self.WINDOW_S:
            self._seen.popleft()
        if at_s - self._seen[0][0] < self.WINDOW_S:
            return
        pages = acknowledged - self._seen[0][1]
        self._best = max(self._best, pages)
        if self._best >= self.LEAST_PAGES and pages < self._best - 2 * sqrt(self._best):
            self.passed = True
