"""The smallest value of a range that suffices, by halving, for every replication.

It is assumed that what suffices goes on to suffice on the same side; the two ends are played to see on which
side that is, and a range whose ends agree is not searched. Where more workers are free than replications, a
stretch is cut at several places at once: the same answer, sooner.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gladi.sweeping.conditions import Condition
from gladi.sweeping.playing import Row
from gladi.sweeping.points import Point, Range, seed_of

PlayAll = Callable[[Sequence[Point]], list[Row]]


@dataclass(slots=True)
class Found:
    """Of one replication: the last value known not to suffice, the first known to, on which side."""

    replication: int
    enough: Any = None
    not_enough: Any = None
    side: str = "above"
    """`above`: this value and larger ones; `below`: this and smaller ones; `all`, `none`: both ends agree."""


@dataclass(slots=True)
class _Search:
    replication: int
    seed: int
    low: int
    high: int
    at_low: bool
    met: dict[int, bool] = field(default_factory=dict)

    def cuts(self, most: int) -> list[int]:
        """Steps to look at next: `most` at equal distances, fewer in a short stretch."""
        between = self.high - self.low - 1
        many = min(most, between)
        return sorted({self.low + (between + 1) * (i + 1) // (many + 1) for i in range(many)})

    def narrow(self) -> None:
        """Draw the ends together around the change, from the lower side."""
        for step in sorted(step for step in self.met if self.low < step < self.high):
            if self.met[step] == self.at_low:
                self.low = step
            else:
                self.high = step
                return


def halve(
    wanted: Range, condition: Condition, replications: int, seed: int, play: PlayAll, workers: int = 1
) -> list[Found]:
    """Search; raises what `play` raises. A point that could not be played counts as one that does not do."""
    last = len(wanted.steps) - 1

    def point(step: int, replication: int) -> Point:
        return Point(((wanted.key, wanted.steps[step]),), replication, seed_of(seed, replication))

    ends = play([point(step, r) for r in range(replications) for step in (0, last)])
    found: list[Found] = []
    searches: list[_Search] = []
    for r in range(replications):
        low, high = (condition.met(row) for row in ends[2 * r : 2 * r + 2])
        if low == high:
            value = wanted.steps[0] if low else None
            found.append(Found(r, value, None if low else wanted.steps[-1], "all" if low else "none"))
        else:
            searches.append(_Search(r, seed_of(seed, r), 0, last, low))
    while open_ := [one for one in searches if one.high - one.low > 1]:
        each = max(1, workers // len(open_))
        asked = [(one, step) for one in open_ for step in one.cuts(each)]
        rows = play([point(step, one.replication) for one, step in asked])
        for (one, step), row in zip(asked, rows, strict=True):
            one.met[step] = condition.met(row)
        for one in open_:
            one.narrow()
    for one in searches:
        enough, lacking = (one.low, one.high) if one.at_low else (one.high, one.low)
        side = "below" if one.at_low else "above"
        found.append(Found(one.replication, wanted.steps[enough], wanted.steps[lacking], side))
    return sorted(found, key=lambda one: one.replication)
