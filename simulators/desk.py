"""The help desk: people who take one call after another, first come first served, while it is open.

As with a server of the twin, the moment of a call says at once when it will be taken and how it ends, so a
queue costs no process. In a live run every load worker holds its share of the people; where there are more
workers than people, each has one person whose calls take that many times as long (assumed: one who turns
from one worker's callers to another's).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heapreplace
from math import exp, inf
from typing import Literal

from scenarios import Scenario, Timeline
from scenarios.help_desk import HelpDesk
from simulators.draws import normal_at, subseed, uniform

WHY = ("code", "phone", "account", "wait")
"""A code that never came; no phone the app accepts; an account bound to another phone; a slow system."""

Ending = Literal["helped", "hung_up", "closed"]


@dataclass(frozen=True, slots=True)
class Ticket:
    """One call; moments of the run clock. `taken_s` is when somebody answered, `ended_s` where nobody did."""

    tps: str
    operator: int
    why: str
    ending: Ending
    called_s: float
    taken_s: float
    ended_s: float


class Desk:
    """The people of one shard, (index, of how many); `note` hears of every ticket as the call is made."""

    def __init__(
        self,
        plan: HelpDesk,
        timeline: Timeline,
        seed: int,
        shard: tuple[int, int] = (0, 1),
        note: Callable[[Ticket], None] = lambda ticket: None,
    ) -> None:
        index, of = shard
        own = plan.people // of + (index < plan.people % of)
        self._longer = 1.0 if own else of / plan.people
        self._free = [-inf] * max(1, own)
        self._plan = plan
        self._timeline = timeline
        self._seed = subseed(seed, "help-desk")
        self._note = note
        self._open = tuple(_stretches(plan, timeline))
        self._calls: dict[tuple[str, int], int] = {}

    def call(self, now_s: float, tps: str, operator: int, why: str) -> Ticket:
        """Somebody calls at `now_s`; calls come in order of time."""
        ticket = self._taken(now_s, tps, operator, why)
        self._note(ticket)
        return ticket

    def _taken(self, now_s: float, tps: str, operator: int, why: str) -> Ticket:
        closes_s = next((end for begin, end in self._open if begin <= now_s < end), None)
        if closes_s is None:
            return Ticket(tps, operator, why, "closed", now_s, now_s, now_s)
        taken_s = max(now_s, self._free[0])
        patient_s = self._timeline.after(now_s, self._plan.patience)
        if taken_s > min(patient_s, closes_s):
            ends_s = min(patient_s, closes_s)
            return Ticket(tps, operator, why, "hung_up", now_s, ends_s, ends_s)
        ends_s = self._timeline.after(taken_s, self._length_s(tps, operator))
        heapreplace(self._free, ends_s)
        return Ticket(tps, operator, why, "helped", now_s, taken_s, ends_s)

    def _length_s(self, tps: str, operator: int) -> float:
        number = self._calls[tps, operator] = self._calls.get((tps, operator), 0) + 1
        luck = normal_at(uniform(self._seed, int(tps) * 8 + operator, number))
        return self._longer * self._plan.call * exp(self._plan.call_sigma * luck)


def desk_of(
    scenario: Scenario,
    timeline: Timeline,
    seed: int,
    shard: tuple[int, int],
    note: Callable[[Ticket], None],
) -> Desk | None:
    """The desk of a scenario that has one."""
    plan = scenario.help_desk
    return None if plan is None else Desk(plan, timeline, seed, shard, note)


def _stretches(plan: HelpDesk, timeline: Timeline) -> list[tuple[float, float]]:
    """When it is open, on the run clock; stretches that touch are one."""
    first, last = timeline.phases[0].start, timeline.phases[-1].end
    day = datetime(first.year, first.month, first.day) - timedelta(days=1)
    found: list[tuple[float, float]] = []
    while day <= last:
        begin, end = (
            timeline.at_local(day + timedelta(seconds=clock_s)) for clock_s in (plan.opens, plan.closes)
        )
        if begin < end:
            if found and found[-1][1] >= begin:
                found[-1] = (found[-1][0], end)
            else:
                found.append((begin, end))
        day += timedelta(days=1)
    return found
