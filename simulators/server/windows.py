"""What is wrong with a server, and when, as the arrays its queues read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulators.server.arrivals import CLOSED, SILENT

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time, in seconds of the clock the requests come by, in which a server is not itself.

    slow      service takes 1/factor as long; factor 0: nothing moves until the end, then it goes on
    refused   whoever comes is sent away at once; what is inside is served
    silent    whoever comes gets no answer, ever; what is inside is served

    `crash`, with one of the last two: what is in service or waits at `from_s` is lost, its outcome unknown,
    and at `until_s` the server is back with empty queues.
    """

    kind: Literal["slow", "refused", "silent"]
    from_s: float
    until_s: float
    factor: float = 0.0
    crash: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError."""
        if not self.from_s < self.until_s:
            raise ValueError(f"window {self.kind}: from_s = {self.from_s} is not before {self.until_s}")
        if self.kind == "slow":
            if not 0.0 <= self.factor <= 1.0:
                raise ValueError(f"window slow: factor = {self.factor}; 0 to 1")
            if self.factor == 0.0 and self.until_s == inf:
                raise ValueError("window slow: frozen for ever; use silent")
            if self.crash:
                raise ValueError("window slow: a server that crashes is not slow but refused or silent")


def rates(windows: Iterable[Window]) -> Floats:
    """(stretches, 3): beginning, work-clock moment and factor of each; the last is infinite.

    Where windows overlap, the slowest holds. Before the first window the work clock shows the real time.
    """
    slow = [one for one in windows if one.kind == "slow"]
    edges = sorted({edge for one in slow for edge in (one.from_s, one.until_s)} - {inf})
    before = min([0.0, *(edge - 1.0 for edge in edges[:1])])
    rows = [(before, before, 1.0)]
    for edge in edges:
        begin, work, factor = rows[-1]
        if (now := _factor(slow, edge)) != factor:
            rows.append((edge, work + (edge - begin) * factor, now))
    return np.array([*rows, (inf, inf, 1.0)])


def _factor(slow: Sequence[Window], at_s: float) -> float:
    return min((one.factor for one in slow if one.from_s <= at_s < one.until_s), default=1.0)


def doors(windows: Iterable[Window]) -> Floats:
    """(doors, 3): beginning, end and kind (CLOSED, SILENT) of each closed door; the last never comes.

    Where windows overlap, silence holds: a host that is not reached refuses nothing.
    """
    closed = [one for one in windows if one.kind != "slow"]
    edges = sorted({edge for one in closed for edge in (one.from_s, one.until_s)})
    rows: list[tuple[float, float, float]] = []
    for begin, end in pairwise(edges):
        here = {one.kind for one in closed if one.from_s <= begin < one.until_s}
        if here:
            rows.append((begin, end, SILENT if "silent" in here else CLOSED))
    return np.array([*rows, (inf, inf, CLOSED)], np.float64)


def crashes(windows: Iterable[Window]) -> Floats:
    """Moment of each, in order; the last never comes. The doors know when the server is back."""
    return np.array([*sorted(one.from_s for one in windows if one.crash), inf])
