"""The predicted peak of each kind of request: the busiest stretch of the day, for the TPS that are served.

Each seed is one predicted day. The interval is where the peak of a further day would lie with 95 % (Student,
prediction interval over the seeds); with one seed there is none, and its upper end is not known.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from math import inf, nan, sqrt

import numpy as np
from scipy import special

from reports.capacity.nation import PORTAL_PER_S
from reports.capacity.nation import TPS as NATION_TPS
from reports.readiness.rundir import Gathered

KINDS: dict[str, tuple[str, ...]] = {
    "activate": ("activate",),
    "login": ("login",),
    "submit_page": ("submit_page", "correct", "backup_page", "replace_photo"),
    "status": (
        "tps",
        "status",
        "confirm",
        "logout",
        "pleno_open",
        "pleno_tps",
        "pleno_decide",
        "pleno_finalise",
    ),
}
"""Operations of the officials' apps, by the kind of load whose capacity is measured."""

READ = "read"
OWN_WINDOW, SAMPLED_WINDOW = 1, 10
"""Minutes. The busiest minute of a sample, multiplied, would say too much: a sample's is taken over ten."""


@dataclass(frozen=True, slots=True)
class Peak:
    """Requests a second in the busiest stretch: mean over the seeds, and the interval. `at`: when it
    begins, on the first seed's day. `again`: share that are not first attempts. `seeds` 0: from published
    figures."""

    kind: str
    rate_per_s: float
    low_per_s: float
    high_per_s: float
    at: datetime | None
    again: float
    seeds: int


def window(gathered: Gathered) -> int:
    """Minutes over which a peak is taken."""
    return OWN_WINDOW if scale_up(gathered) == 1.0 else SAMPLED_WINDOW


def served(gathered: Gathered) -> int:
    """TPS that the measured system serves."""
    return int(gathered.wanted.serves_tps or gathered.tps)


def scale_up(gathered: Gathered) -> float:
    """TPS served over TPS that were predicted."""
    return float(served(gathered) / gathered.asked["forecast"]["tps"])


def peaks(gathered: Gathered) -> dict[str, Peak]:
    """Every kind that is predicted at all, and the readers of the portal."""
    found = {kind: one for kind in KINDS if (one := _peak(gathered, kind)) is not None}
    return {**found, READ: _readers(gathered)}


def by_minute(gathered: Gathered, kinds: tuple[str, ...]) -> dict[int, dict[datetime, tuple[int, int]]]:
    """(requests, of these again) of each minute, by seed; as they were sampled."""
    out: dict[int, dict[datetime, tuple[int, int]]] = defaultdict(dict)
    for row in gathered.arrivals.to_pylist():
        if row["kind"] in kinds:
            day = out[row["seed"]]
            count, again = day.get(row["minute"], (0, 0))
            day[row["minute"]] = count + row["count"], again + row["again"]
    return dict(out)


def _peak(gathered: Gathered, kind: str) -> Peak | None:
    days = by_minute(gathered, KINDS[kind])
    if not days:
        return None
    width, times = window(gathered), scale_up(gathered)
    seeds = gathered.asked["forecast"]["seeds"]
    rates, first, again = [], None, 0.0
    for seed in seeds:
        count, at, more = _busiest(days.get(seed, {}), width)
        rates.append(times * count / (60.0 * width))
        if first is None:
            first, again = at, more / count if count else 0.0
    mean, low, high = further(rates)
    return Peak(kind, mean, low, high, first, again, len(rates))


def further(values: list[float]) -> tuple[float, float, float]:
    """Mean, and where one more value would lie with 95 %; an infinite end where one value is all there is."""
    n, mean = len(values), float(np.mean(values))
    if n < 2:
        return mean, 0.0, inf
    half = float(special.stdtrit(n - 1, 0.975)) * float(np.std(values, ddof=1)) * sqrt(1.0 + 1.0 / n)
    return mean, max(0.0, mean - half), mean + half


def _busiest(day: dict[datetime, tuple[int, int]], width: int) -> tuple[int, datetime | None, int]:
    """Most requests in `width` minutes, when they begin, and how many are not first attempts."""
    if not day:
        return 0, None, 0
    minutes = sorted(day)
    number = np.array([int(one.timestamp()) // 60 for one in minutes])
    count = np.array([day[one][0] for one in minutes])
    again = np.array([day[one][1] for one in minutes])
    end = np.searchsorted(number, number + width)
    sums = np.concatenate([[0], np.cumsum(count)])
    most = sums[end] - sums[:-1]
    at = int(most.argmax())
    return int(most[at]), minutes[at], int(again[at : end[at]].sum())


def _readers(gathered: Gathered) -> Peak:
    """The twin's readers are thinned for a rehearsal, so the portal's load comes from what was published."""
    wanted = gathered.wanted
    rate = wanted.reads_per_s or PORTAL_PER_S * wanted.reads_peak * served(gathered) / NATION_TPS
    return Peak(READ, rate, rate, rate, None, nan, 0)
