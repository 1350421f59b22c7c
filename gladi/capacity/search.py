"""Which rate is tried next: a ramp until one is not held, then where the knee may be, from both sides.

Pure functions of the trials so far. A trial whose generator was late counts as nothing; where two at about
one rate were so, and none above was not, the generator is the limit of the search.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from reports.capacity.counting import CONFIRM, COUNTED, RAMP, SEARCH, counted, generators_limit
from reports.capacity.judging import Trial
from reports.capacity.knee import Posterior, of_posterior, posterior

_UP = 1.4
LONG_TIMES = 3.0
"""A long trial; the rate that it held is the one to name."""
_TURNS = ((0.5, SEARCH, 2.0), (0.2, CONFIRM, LONG_TIMES), (0.8, SEARCH, 2.0))
"""Quantiles of the knee, in turn, what a trial there is for and how long it is.

Rates go up and down, so that no drift of the machine looks like a knee. Twice the time tells more than two
trials: what stays behind adds up, chance evens out.
"""
_LIKELY = (0.2, 0.05, 0.025)
"""When the search is over: quantiles of the first long trial, the second and the third."""
_LOWER = 0.92
"""From the fourth on each is so much lower."""
_LEAST = 8
_RETREAT = 0.85
_SAME = 0.999
_DOWN_MOST = 10

Why = Literal["precision", "generator", "ceiling", "nothing held"]


@dataclass(frozen=True, slots=True)
class Next:
    """A rate to try, for so many times the judged part of the shortest trial."""

    rate_per_s: float
    purpose: str
    times: float = 1.0


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing more is to be tried, and why."""

    why: Why


def reachable(max_rate_per_s: float) -> float:
    """The rate at which a second's arrivals seldom exceed what was consented to: two deviations below it."""
    return (math.sqrt(max_rate_per_s + 1.0) - 1.0) ** 2


def confirmed(trials: Sequence[Trial]) -> bool:
    """Whether a long trial was held, at a rate not much below where the knee is now known to be."""
    told = counted(trials)
    held = [one.rate_per_s for one in told if one.purpose == CONFIRM and one.held]
    if not held or all(one.held for one in told):
        return bool(held)
    return max(held) >= _LOWER * _posterior(told).quantile(_LIKELY[-1])


def confirming(trials: Sequence[Trial], ceiling: float, number: int) -> float | None:
    """The rate of the long trial `number` (from 0) of those after the search; None where nothing was held.

    The knee is likely above it, by all trials so far; where everything was held it is the highest rate.
    """
    told = counted(trials)
    good = [one.rate_per_s for one in told if one.held]
    if not good:
        return None
    if len(good) == len(told):
        return min(max(good), ceiling)
    most = len(_LIKELY) - 1
    rate_per_s = _posterior(told).quantile(_LIKELY[min(number, most)])
    return min(rate_per_s * _LOWER ** max(0, number - most), ceiling)


def _posterior(told: Sequence[Trial]) -> Posterior:
    return posterior(
        [one.offered_per_s for one in told], [bool(one.held) for one in told], [one.seconds for one in told]
    )


def following(trials: Sequence[Trial], start: float, ceiling: float, precision: float) -> Next | Done:
    """What to try after these trials of one kind of load. `ceiling` is what the system consents to."""
    mine = [one for one in trials if one.purpose in COUNTED]
    told = counted(mine)
    most = min(ceiling, _RETREAT * generators_limit(mine))
    who: Why = "ceiling" if ceiling <= _RETREAT * generators_limit(mine) else "generator"
    bad = [one.rate_per_s for one in told if not one.held]
    good = [one.rate_per_s for one in told if one.held]
    if not told:
        return Next(min(start, most), RAMP)
    if not bad:
        highest = max(good)
        if highest >= most * _SAME and sum(one >= most * _SAME for one in good) >= 2:
            return Done(who)
        return Next(min(highest * (_UP if highest < most * _SAME else 1.0), most), RAMP)
    if not good:
        return Done("nothing held") if len(bad) >= _DOWN_MOST else Next(min(bad) / _UP, RAMP)
    found = _posterior(told)
    where = of_posterior(found, [one.offered_per_s for one in told], [bool(one.held) for one in told])
    if len(told) >= _LEAST and where.bracketed and where.spread <= precision:
        return Done("precision")
    side, purpose, times = _TURNS[sum(one.purpose != RAMP for one in told) % len(_TURNS)]
    return Next(min(found.quantile(side), most), purpose, times)
