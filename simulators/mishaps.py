"""What happens to people in a run: the faults of the plan that strike phones, operators and crowds.

Everything here follows from the mishaps themselves, the seed and the clock, so conductor, workers and twin
work out the same. A mishap begins and ends with its window; what it has begun takes its course: who lost a
phone needs the help desk, though no further phone is lost.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from scenarios import Timeline
from simulators.draws import subseed, uniform

SHOT_PAGES = 6
"""Median times of one page after which three are surely photographed (three take longer once in 1,000)."""


@dataclass(frozen=True, slots=True)
class Mishap:
    """One fault that happens to people, in seconds of the run clock.

    `tps` are 13-digit codes, codes of kecamatan, or "all"; `id` is that of the plan.
    """

    id: str
    fault: str
    tps: tuple[str, ...]
    start_s: float
    end_s: float
    settings: Mapping[str, Any]

    def befalls(self, tps: str) -> bool:
        """Whether this TPS is meant."""
        return any(one == "all" or tps.startswith(one) for one in self.tps)

    def in_force(self, at_s: float) -> bool:
        """Whether it may strike at this moment."""
        return self.start_s <= at_s < self.end_s


@dataclass(frozen=True, slots=True)
class Met:
    """A mishap has met somebody: the proof that it was felt. TPS and operator are empty for a crowd."""

    id: str
    fault: str
    tps: str
    operator: int
    at_s: float


_NONE: frozenset[str] = frozenset()

Tell = Callable[[Met], None]
"""Called the first time that a mishap meets an operator."""


class Lot:
    """What befalls one operator."""

    __slots__ = ("_drawn", "_met", "_mishaps", "_operator", "_seed", "_tell", "_tps")

    def __init__(
        self, mishaps: Sequence[Mishap], seed: int, tps: str, operator: int, tell: Tell = lambda met: None
    ) -> None:
        self._mishaps = mishaps
        self._seed = seed
        self._tps = tps
        self._operator = operator
        self._tell = tell
        self._met = _NONE
        self._drawn = 0

    def of(self, fault: str) -> list[Mishap]:
        """All mishaps of one kind."""
        return [one for one in self._mishaps if one.fault == fault]

    def once(self, fault: str, now_s: float) -> Mishap | None:
        """A mishap that strikes this operator now, and never again; None if there is none."""
        for one in self.of(fault):
            if one.in_force(now_s) and one.id not in self._met:
                self.meets(one, now_s)
                return one
        return None

    def during(self, fault: str, now_s: float) -> Mishap | None:
        """A mishap under which this operator acts now."""
        for one in self.of(fault):
            if one.in_force(now_s):
                self.meets(one, now_s)
                return one
        return None

    def dark_until(self, now_s: float) -> float:
        """When there is power again; `now_s` or earlier if there is."""
        return max((one.end_s for one in self.of("no_power") if one.in_force(now_s)), default=-inf)

    def dark_from(self, now_s: float) -> float:
        """When the power goes next; infinity if it does not."""
        return min((one.start_s for one in self.of("no_power") if one.start_s > now_s), default=inf)

    @property
    def was_dark(self) -> bool:
        """Whether this operator has had to wait for power."""
        return any(one.id in self._met for one in self.of("no_power"))

    def draw(self, mishap: Mishap) -> float:
        """The next uniform of this operator for a mishap; no other draw is shifted by it."""
        self._drawn += 1
        return uniform(subseed(self._seed, mishap.id), int(self._tps) * 8 + self._operator, self._drawn)

    def meets(self, mishap: Mishap, now_s: float) -> None:
        """Note that the mishap has met this operator; told once."""
        if mishap.id not in self._met:
            self._met |= {mishap.id}
            self._tell(Met(mishap.id, mishap.fault, self._tps, self._operator, now_s))


def begin_at_once(mishaps: Iterable[Mishap], capture_s: float) -> float:
    """When a TPS begins to photograph: whoever has not begun does so when "everyone at once" strikes."""
    strikes = [one.start_s for one in mishaps if one.fault == "everyone_at_once" and one.start_s < capture_s]
    return min(strikes, default=capture_s)


def both_begin(
    mishaps: Iterable[Mishap], timeline: Timeline, capture_s: float, page_median_s: float
) -> tuple[float, float] | None:
    """When the second operator begins too, and both send; None where nobody sends the other's pages."""
    for one in mishaps:
        if one.fault == "both_send" and capture_s < one.end_s:
            begin_s = max(one.start_s, capture_s)
            return begin_s, timeline.after(begin_s, SHOT_PAGES * page_median_s)
    return None
