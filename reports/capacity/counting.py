"""Which trials count for the knee, and where the generator, not the system, was the limit."""

from collections.abc import Sequence

from reports.capacity.judging import Trial
from reports.capacity.knee import Knee, knee

CLIENTS, RAMP, SEARCH, CONFIRM, AGAIN = "clients", "ramp", "search", "confirm", "again"
"""What a trial was for: the law, the bracket, the knee, a long look at it, the first rate once more."""
COUNTED = (RAMP, SEARCH, CONFIRM)
"""Not the first rate once more, which asks whether the machine is still the same."""

_NEAR = 1.1


def counted(trials: Sequence[Trial]) -> list[Trial]:
    """Those that say something about the knee, long ones as one trial each."""
    return [one for one in trials if one.purpose in COUNTED and one.held is not None]


def knee_of(trials: Sequence[Trial]) -> Knee | None:
    """Of the trials of a search; None where none says anything.

    Rates are those really offered: in a short trial chance moves them by some percent, and that is what the
    system got.
    """
    told = [one for one in counted(trials) if one.offered_per_s > 0.0]
    if not told:
        return None
    rates, held = [one.offered_per_s for one in told], [bool(one.held) for one in told]
    return knee(rates, held, [one.seconds for one in told])


def generators_limit(trials: Sequence[Trial]) -> float:
    """The rate that must not be tried any more because the generator cannot offer it; infinite if none."""
    faults = [one.rate_per_s for one in trials if one.generators_fault]
    fine = max((one.rate_per_s for one in trials if not one.generators_fault), default=0.0)
    for rate in sorted(faults):
        if rate > fine and sum(rate / _NEAR <= one <= rate * _NEAR for one in faults) >= 2:
            return rate
    return float("inf")
