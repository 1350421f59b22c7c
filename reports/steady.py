"""Steady state: was service good just before the first fault, and again once the last was recovered from?

A system that limps before anything is broken proves nothing by limping afterwards; one that does not come
back to what it was has not survived, whatever its checkers say. Judged by what the operators asked for, and
by what the witness saw beside them: answers of the portal, and readiness.
"""

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np

from reports.rundir import RunDirectory
from reports.schema import ANSWERS
from reports.seconds import service_of
from reports.survivability import survivability_of

BEFORE_S = 10.0
"""How far back from the first strike one looks."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was asked within a stretch of the run, and how much of it was served well."""

    asked: int
    served: int

    @property
    def share(self) -> float:
        """Availability; 1 where nothing was asked."""
        return self.served / self.asked if self.asked else 1.0

    def clearly_below(self, wanted: float) -> bool:
        """Whether less was served than chance alone explains (two standard deviations, binomial)."""
        missed, allowed = self.asked - self.served, self.asked * (1.0 - wanted)
        return missed > allowed + 2.0 * sqrt(allowed * wanted)


@dataclass(frozen=True, slots=True)
class Stretch:
    """One side of the faults: from `start_s` to `end_s` of the run clock, seen in three ways."""

    start_s: float
    end_s: float
    demand: Look
    once_sent: Look
    """As demand, had the generator sent each operation at its moment."""
    portal: Look
    ready: Look

    @property
    def seen(self) -> bool:
        """Whether anything was asked that shows service; readiness alone is only the system's own word."""
        return bool(self.demand.asked or self.portal.asked)

    @property
    def availability(self) -> float:
        """The lowest of the three."""
        return min(self.demand.share, self.portal.share, self.ready.share)

    def clearly_below(self, wanted: float) -> bool:
        """Whether one of the three shows clearly less than wanted."""
        return any(look.clearly_below(wanted) for look in (self.demand, self.portal, self.ready))

    def missed_by_generator(self, wanted: float) -> bool:
        """Whether it is clearly below only because operations were sent late."""
        once_sent = any(look.clearly_below(wanted) for look in (self.once_sent, self.portal, self.ready))
        return self.clearly_below(wanted) and not once_sent


@dataclass(frozen=True, slots=True)
class Steadiness:
    """None on a side that cannot be told: nothing struck, not healed, or no time was left."""

    before: Stretch | None
    after: Stretch | None


def steadiness_of(run: RunDirectory, recover_within_s: float) -> Steadiness:
    """Look at both sides of the faults that struck.

    The far side begins when service had recovered, or when it should have (`recover_within_s` after healing).
    """
    struck = [one for one in survivability_of(run).faults if one.struck_s is not None]
    if not struck:
        return Steadiness(None, None)
    first_s = min(one.struck_s for one in struck if one.struck_s is not None)
    before = _stretch(run, max(0.0, first_s - BEFORE_S), first_s)
    healed = [one.healed_s for one in struck if one.healed_s is not None]
    if len(healed) < len(struck):
        return Steadiness(before, None)
    calm_s = max(
        one.healed_s + min(recover_within_s, inf if one.recovery_s is None else one.recovery_s)
        for one in struck
        if one.healed_s is not None
    )
    return Steadiness(before, _stretch(run, calm_s, run.info.duration_s))


def _stretch(run: RunDirectory, start_s: float, end_s: float) -> Stretch | None:
    if end_s <= start_s:
        return None
    service = service_of(run)
    due = service.demand & (service.intended_s >= start_s) & (service.intended_s < end_s)
    demand = Look(int(due.sum()), int((due & service.served).sum()))
    once_sent = Look(demand.asked, int((due & service.served_once_sent).sum()))
    portal, ready = _portal(run, start_s, end_s), _readiness(run, start_s, end_s)
    return Stretch(start_s, end_s, demand, once_sent, portal, ready)


def _portal(run: RunDirectory, start_s: float, end_s: float) -> Look:
    if run.portal is None or not len(run.portal):
        return Look(0, 0)
    asked_s, answered_s = run.portal.numpy("asked_s"), run.portal.numpy("answered_s")
    due = (asked_s >= start_s) & (asked_s < end_s) & ~run.portal.numpy("settled")
    good = np.isin(run.portal.numpy("status"), (200, *ANSWERS))
    good &= answered_s - asked_s <= run.info.slo.get("read_s", np.inf)
    return Look(int(due.sum()), int((due & good).sum()))


def _readiness(run: RunDirectory, start_s: float, end_s: float) -> Look:
    if run.health is None or not len(run.health):
        return Look(0, 0)
    asked_s = run.health.numpy("asked_s")
    due = run.health.is_in("name", "ready") & (asked_s >= start_s) & (asked_s < end_s)
    due &= ~run.health.numpy("settled")
    return Look(int(due.sum()), int((due & (run.health.numpy("value") == 1.0)).sum()))
