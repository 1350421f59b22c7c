"""Which rate is tried next: a ramp until one is not held, then where the knee may be, from both sides.

Pure functions of the trials so far. A trial whose generator was late counts as nothing; where two at about
one rate were so, and none above was not, the generator is the limit of the search.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from reports.capacity.counting import COUNTED, RAMP, SEARCH, counted, generators_limit
from reports.capacity.judging import Trial
from reports.capacity.knee import of_posterior, posterior

_UP = 1.4
_SIDES = (0.5, 0.2, 0.8)
"""Quantiles of the knee, in turn: rates go up and down, so that no drift of the machine looks like a knee."""
_LEAST = 8
_RETREAT = 0.85
_SAME = 0.999
_DOWN_MOST = 10

Why = Literal["precision", "generator", "ceiling", "nothing held"]


@dataclass(frozen=True, slots=True)
class Next:
    """A rate to try."""

    rate_per_s: float
    purpose: str


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing more is to be tried, and why."""

    why: Why


def reachable(max_rate_per_s: float) -> float:
    """The rate at which a second's arrivals seldom exceed what was consented to: two deviations below it."""
    return (math.sqrt(max_rate_per_s + 1.0) - 1.0) ** 2


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
    rates, held = [one.offered_per_s for one in told], [bool(one.held) for one in told]
    found = posterior(rates, held)
    where = of_posterior(found, rates, held)
    if len(told) >= _LEAST and where.bracketed and where.spread <= precision:
        return Done("precision")
    side = _SIDES[sum(one.purpose == SEARCH for one in told) % len(_SIDES)]
    return Next(min(found.quantile(side), most), SEARCH)
