"""The shape of a service from latencies at low load, and what a burst tells of a queue.

Only the shape is taken from low load, never the mean: an idle server answers with cold caches and pays for
waking up, which under load it does once for many (the mean from low load put p50 71 % too high).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np


def sigma_of(latencies_s: Sequence[float], mean_s: float) -> float:
    """Sigma of a log-normal service of this mean whose spread is that of the latencies; 0 for fewer than 8.

    The spread is half the distance between the quantiles of 16 and 84 %: what else the machine did now and
    then does not count, and a constant (link, `base_s`) drops out. For a log-normal that half distance is
    mean exp(-sigma^2 / 2) sinh(sigma), which grows with sigma up to about 1.2 and is inverted by halving.
    """
    if len(latencies_s) < 8:
        return 0.0
    low, high = np.quantile(np.array(latencies_s), [_below(-1.0), _below(1.0)])
    wanted = float(high - low) / 2.0 / mean_s
    least, most = 0.0, 1.2
    if wanted >= _half_width(most):
        return most
    for _ in range(60):
        middle = (least + most) / 2.0
        if _half_width(middle) < wanted:
            least = middle
        else:
            most = middle
    return (least + most) / 2.0


def _half_width(sigma: float) -> float:
    return math.exp(-sigma * sigma / 2.0) * math.sinh(sigma)


def _below(z: float) -> float:
    """The standard normal distribution function."""
    return 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))


_ALIKE = 0.25
"""Limits of classes that differ by less are one."""


@dataclass(frozen=True, slots=True)
class Burst:
    """Many at once at an idle server: how many were taken in and refused, and the longest accepted wait (s).

    A wait runs from the sending to the answer. `early` were answered before the last was sent, and made
    room.
    """

    kind: str
    sent: int
    taken: int
    refused: int
    longest_s: float
    retry_after_s: float
    early: int = 0

    @property
    def held(self) -> int:
        """How many the server held at once when it refused."""
        return self.taken - self.early


@dataclass(frozen=True, slots=True)
class Overload:
    """A kind that is asked for some seconds more often than the server can answer: what it does then.

    `good_per_s` and `refused_per_s` are answers of the latter part, when the queue stands; `longest_s` is
    the wait that 95 % of those it took in stayed under.
    """

    kind: str
    offered_per_s: float
    good_per_s: float
    refused_per_s: float
    longest_s: float

    @property
    def refuses(self) -> bool:
        """Whether enough was refused to say by what."""
        return self.refused_per_s > 0.1 * self.good_per_s > 0.0

    @property
    def standing(self) -> float:
        """How many it holds at once, by Little's law with the longest wait: an upper bound."""
        return self.good_per_s * self.longest_s

    def refusal_s(self, hands: int, mean_s: float) -> float:
        """Work of one refusal: what of the hands' time the good answers leave, over the refusals."""
        return max(0.0, hands - self.good_per_s * mean_s) / self.refused_per_s


@dataclass(frozen=True, slots=True)
class Limit:
    """What refuses one kind: `queue` that may wait, or a predicted end; None where no burst found it."""

    queue: int | None
    refuse_after_s: float | None
    why: str


def limits(bursts: Sequence[Burst], hands: int) -> dict[str, Limit]:
    """Tell a limit of number from one of time, by whichever differs less between kinds of unlike service.

    One burst alone cannot tell them apart: it is taken as a limit of number, which is then right for its
    kind. A burst that was taken in whole says only that the limit is beyond it.
    """
    refusing = [one for one in bursts if one.refused and one.taken]
    counts = [float(one.held) for one in refusing]
    times = [one.longest_s for one in refusing]
    counted = len(refusing) == 1 or (bool(refusing) and by_number(counts, times))
    return {one.kind: _limit(one, hands, counted) for one in bursts}


def by_number(counts: Sequence[float], times_s: Sequence[float]) -> bool:
    """Whether what kinds of unlike service have in common is how many wait, rather than how long."""
    return _spread(counts) <= _spread(times_s)


def _limit(burst: Burst, hands: int, by_number: bool) -> Limit:
    if not burst.refused or not burst.taken:
        return Limit(None, None, f"no limit found: {burst.taken} of {burst.sent} at once were taken in")
    told = f"{burst.taken} of {burst.sent} at once were taken in, the last for {burst.longest_s:.2f} s"
    if by_number:
        return Limit(max(0, burst.held - hands), None, f"a limit of number: {told}")
    return Limit(None, burst.longest_s, f"a limit of time: {told}")


def one_limit(found: Sequence[Limit]) -> Limit | None:
    """The limit of all, where every class has the same to within a tenth: then it is one queue's, not each
    class's own. None where they differ, or where a class has none.
    """
    for name in ("queue", "refuse_after_s"):
        values = [float(value) for one in found if (value := getattr(one, name)) is not None]
        if len(found) > 1 and len(values) == len(found) and _spread(values) <= _ALIKE:
            middle = median(values)
            by_number = name == "queue"
            return Limit(
                round(middle) if by_number else None, None if by_number else middle, "one limit for all"
            )
    return None


def retry_after(bursts: Sequence[Burst]) -> float | None:
    """What refusals said to wait, in seconds; None where they said nothing."""
    told = [one.retry_after_s for one in bursts if one.refused and one.retry_after_s > 0]
    return median(told) if told else None


def _spread(values: Sequence[float]) -> float:
    return (max(values) - min(values)) / max(median(values), 1e-9)


def shared(alone: Mapping[str, float], together: Mapping[str, float]) -> float:
    """Sum over kinds of throughput together by throughput alone: 1 where all share one thing, their number
    where none disturbs another.
    """
    return sum(rate / alone[kind] for kind, rate in together.items())
