"""How much the server bore: its knee, its error budget, and whether it stayed down after all was over.

    knee            the highest rate of demand, sustained for a window, that was still served within the SLO
    error budget    what the SLO allows to go wrong, and how much of it was spent, in faults and outside
    metastability   load is back to normal, every fault is healed, and service is not (Bronson et al. 2021,
                    "Metastable failures in distributed systems", HotOS)

Windows of a fault, and of its recovery, say nothing about the knee. Seconds in which the driver was saturated
say nothing at all.
"""

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from reports.generator import generator_of
from reports.rundir import RunDirectory
from reports.seconds import Mask, length_s, per_second, service_of
from reports.troubles import struck_spans

WINDOW_S = 5
"""Width of a window that counts as sustained."""
SETTLING_S = 10
"""Seconds after the last healing that recovery may take before it counts as not coming."""
HELD_S = 10
"""Seconds with demand that service must have stayed bad for the state to be called metastable."""
NORMAL = 1.1
"""Load is back to normal when it is at most this many times what was served well before the first fault."""

Stays = Literal["no", "yes", "unknown"]


@dataclass(frozen=True, slots=True)
class Knee:
    """`sustained_per_s` is the highest rate served within the SLO, `broke_at_per_s` the lowest above it.

    None for a rate that no window showed: without `broke_at_per_s` the knee lies above what was offered.
    """

    sustained_per_s: float | None
    broke_at_per_s: float | None
    windows: int


@dataclass(frozen=True, slots=True)
class ErrorBudget:
    """Operations that the SLO allows to go unserved, those that did, and how many of them within faults."""

    allowed: float
    spent: int
    within_faults: int

    @property
    def share(self) -> float | None:
        """Spent over allowed; above 1 the budget is overdrawn."""
        return self.spent / self.allowed if self.allowed else None


@dataclass(frozen=True, slots=True)
class Metastability:
    """`since_s` is the run-clock second from which service stayed bad, for `held_s` seconds with demand."""

    state: Stays
    since_s: float | None
    held_s: int
    normal_per_s: float | None
    """What counts as normal load here."""


@dataclass(frozen=True, slots=True)
class Endurance:
    """The three together."""

    knee: Knee
    error_budget: ErrorBudget
    metastability: Metastability

    def as_json(self) -> dict[str, Any]:
        """Plain values for verdict.json."""
        plain = asdict(self)
        plain["error_budget"]["share"] = self.error_budget.share
        return plain


@lru_cache(maxsize=2)
def endurance_of(run: RunDirectory) -> Endurance:
    """Measure a run."""
    service, seconds = service_of(run), length_s(run)
    offered = per_second(service.intended_s, seconds, service.demand)
    served = per_second(service.intended_s, seconds, service.served)
    wanted = run.info.slo.get("availability", 0.0)
    faulty, last_healed_s = _faulty(run, seconds)
    doubtful = generator_of(run).saturated
    return Endurance(
        _knee(offered, served, wanted, ~faulty & ~doubtful),
        ErrorBudget(
            round((1.0 - wanted) * float(offered.sum()), 3),
            int((offered - served).sum()),
            int((offered - served)[faulty].sum()),
        ),
        _metastability(offered, served, wanted, faulty, doubtful, last_healed_s),
    )


def _faulty(run: RunDirectory, seconds: int) -> tuple[Mask, float | None]:
    """Seconds in which a fault was in force or had just been healed, and the last healing (inf: never)."""
    spans = struck_spans(run)
    mask = np.zeros(seconds, bool)
    for _, start_s, healed_s in spans:
        mask[max(0, int(start_s)) : int(min(healed_s + SETTLING_S, seconds))] = True
    return mask, max((healed_s for _, _, healed_s in spans), default=None)


def _knee(offered: NDArray[np.int64], served: NDArray[np.int64], wanted: float, clear: Mask) -> Knee:
    """Of all windows without fault or doubt: the highest rate served well, and the lowest above it not so.

    A window served badly at a low rate tells of something else than the knee, for more was borne.
    """
    width = np.ones(WINDOW_S)
    if len(offered) < WINDOW_S:
        return Knee(None, None, 0)
    asked, given = (np.convolve(counts, width, mode="valid") for counts in (offered, served))
    usable = (np.convolve(clear, width, mode="valid") > WINDOW_S - 0.5) & (asked > 0)
    rate, good = asked[usable] / WINDOW_S, given[usable] >= wanted * asked[usable]
    held = float(rate[good].max()) if good.any() else None
    above = rate[~good & (rate > (0.0 if held is None else held))]
    return Knee(
        None if held is None else round(held, 3),
        round(float(above.min()), 3) if len(above) else None,
        int(usable.sum()),
    )


def _metastability(
    offered: NDArray[np.int64],
    served: NDArray[np.int64],
    wanted: float,
    faulty: Mask,
    doubtful: Mask,
    last_healed_s: float | None,
) -> Metastability:
    """Whether the run ends in bad service under load that was borne well before anything went wrong.

    Without a fault the trigger can only have been the load itself: then every second may be the end of it.
    """
    if last_healed_s is not None and not np.isfinite(last_healed_s):
        return Metastability("unknown", None, 0, None)
    demand = offered > 0
    bad = demand & (served < wanted * offered)
    first_s = int(np.flatnonzero(faulty)[0]) if faulty.any() else len(offered)
    before = demand & ~bad
    before[first_s:] = False
    normal = float(offered[before].max()) * NORMAL if before.any() else None
    if normal is None:
        return Metastability("unknown", None, 0, None)
    start = 0 if last_healed_s is None else int(last_healed_s) + SETTLING_S
    good_again = np.flatnonzero(demand & ~bad)
    since = max(start, int(good_again[-1]) + 1 if len(good_again) else 0)
    tail = slice(since, len(offered))
    ordinary = demand[tail] & (offered[tail] <= normal) & ~doubtful[tail]
    held = int(ordinary.sum())
    if held >= HELD_S:
        return Metastability("yes", float(since), held, round(normal, 3))
    if not (demand[start:] & ~doubtful[start:]).any():
        return Metastability("unknown", None, 0, round(normal, 3))
    return Metastability("no", None, held, round(normal, 3))
