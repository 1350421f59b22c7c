"""Whose delay it was: the latency of every operation split into the generator's part and the system's.

    own part       started - intended   the generator, before it sent anything (also where it held back
                                        because the system consents to no more)
    system's part  ended - started      network and system; read as soon as the generator could

The question of every miss is "would it have been missed without our lateness?": an operation that took longer
than its limit from the intended moment, and not from the moment it was sent, is the generator's miss. So that
one slow machine is found among many, lateness stands by worker, too.

The split is exact for one operation, not for what follows from it: an operation that went out late reached
the system together with others, and what they waited there is told as the system's. Seconds in which the
generator was saturated are therefore no evidence against the system, whatever the split says
(`reports.generator`).
"""

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from reports.joins import look_up
from reports.rundir import RunDirectory
from reports.schema import KINDS
from reports.seconds import LATE_MS, Floats, Mask, service_of

MATERIAL_S = 1.0
"""Lateness of a single operation below which no page stayed away because of it (assumed: phones and people
wait seconds and try again)."""

PERCENTILES = (50, 95, 99)
Spread = tuple[float, float, float]
"""p50, p95 and p99 in milliseconds."""


@dataclass(frozen=True, slots=True)
class KindDelay:
    """Demand of one kind, answered or given up; milliseconds. The parts' percentiles do not add up."""

    kind: str
    operations: int
    whole_ms: Spread
    own_ms: Spread
    system_ms: Spread
    slowest_own_share: float
    """The generator's share of the time that the slowest hundredth took."""
    over_limit: int
    """Took longer than the SLO's limit from the intended moment."""
    over_limit_by_generator: int
    """Of them, those that did not from the moment they were sent (where that was later than is honest)."""


@dataclass(frozen=True, slots=True)
class WorkerDelay:
    """Lateness of one load worker, all its operations; milliseconds."""

    worker: int
    operations: int
    p50_ms: float
    p99_ms: float
    max_ms: float
    late: bool
    """Its p99 was above what is still honest."""


@dataclass(frozen=True, slots=True)
class Delays:
    """The split of a whole run."""

    kinds: tuple[KindDelay, ...]
    workers: tuple[WorkerDelay, ...]

    @property
    def slow_workers(self) -> tuple[int, ...]:
        """Workers that were late while others were not; empty where all were, or none."""
        late = tuple(one.worker for one in self.workers if one.late)
        return late if len(late) < len(self.workers) else ()

    def as_json(self) -> dict[str, Any]:
        """Plain values for verdict.json."""
        names = [f"p{share}" for share in PERCENTILES]
        return {
            "delay_ms": {
                one.kind: {
                    "operations": one.operations,
                    "whole": dict(zip(names, one.whole_ms, strict=True)),
                    "generator": dict(zip(names, one.own_ms, strict=True)),
                    "system": dict(zip(names, one.system_ms, strict=True)),
                    "slowest_generator_share": one.slowest_own_share,
                    "over_limit": one.over_limit,
                    "over_limit_by_generator": one.over_limit_by_generator,
                }
                for one in self.kinds
            },
            "workers": [asdict(one) for one in self.workers],
            "slow_workers": list(self.slow_workers),
        }


@lru_cache(maxsize=2)
def delays_of(run: RunDirectory) -> Delays:
    """Split every operation of a run."""
    service, history = service_of(run), run.history
    own_s = own_part_s(run)
    started_s = history.numpy("started_s")
    kinds = []
    for kind in KINDS:
        mine = service.demand & history.is_in("kind", kind)
        if mine.any():
            over = mine & (service.ended_s - service.intended_s > service.limit_s)
            ours = over & (service.ended_s - service.blamed_from_s <= service.limit_s)
            whole_s = service.ended_s[mine] - service.intended_s[mine]
            kinds.append(
                KindDelay(
                    kind,
                    int(mine.sum()),
                    _spread(whole_s),
                    _spread(own_s[mine]),
                    _spread(service.ended_s[mine] - started_s[mine]),
                    _share_of_slowest(own_s[mine], whole_s),
                    int(over.sum()),
                    int(ours.sum()),
                )
            )
    return Delays(tuple(kinds), _by_worker(history.numpy("worker"), own_s))


def own_part_s(run: RunDirectory) -> Floats:
    """What the generator added to each operation, in seconds; never negative."""
    out: Floats = np.maximum(run.history.numpy("started_s") - run.history.numpy("intended_s"), 0.0)
    return out


def held_up(run: RunDirectory) -> Mask:
    """By TPS, in the order of the population: whether one of its operations went out materially late.

    A TPS of which nothing is on record was held up where anything was: nobody knows whether its turn came.
    """
    own_s = own_part_s(run)
    tps = run.population.codes("tps")
    at = look_up(run.history.codes("account_tps"), tps)
    worst_s = np.full(len(tps), -1.0)
    np.maximum.at(worst_s, at[at >= 0], own_s[at >= 0])
    late = worst_s >= MATERIAL_S
    out: Mask = late | ((worst_s < 0.0) & late.any())
    return out


def activated_but_for_us(run: RunDirectory, end_s: float) -> int:
    """Accounts activated after `end_s` that would have been before it, had all been sent in time."""
    history = run.history
    tps = look_up(history.codes("account_tps"), run.population.codes("tps"))
    account = np.where(tps >= 0, tps * 256 + history.numpy("operator"), -1)
    until = (account >= 0) & history.is_in("kind", "activate")
    # of every account in the history, for one may have no line of activation left
    size = int(account.max(initial=0)) + 1
    lost_s = np.bincount(account[until], weights=own_part_s(run)[until], minlength=size)
    done = until & history.is_in("outcome", "ok")
    ended_s = history.numpy("ended_s")
    in_time = np.unique(account[done & (ended_s <= end_s)])
    late = done & (ended_s > end_s) & (ended_s - lost_s[np.maximum(account, 0)] <= end_s)
    return len(np.setdiff1d(account[late], in_time))


def _spread(took_s: Floats) -> Spread:
    low, high, highest = (round(float(one) * 1000, 3) for one in np.percentile(took_s, PERCENTILES))
    return low, high, highest


def _share_of_slowest(own_s: Floats, whole_s: Floats) -> float:
    slowest = whole_s >= np.percentile(whole_s, 99)
    took_s = float(whole_s[slowest].sum())
    return round(min(1.0, float(own_s[slowest].sum()) / took_s), 4) if took_s > 0.0 else 0.0


def _by_worker(worker: Any, own_s: Floats) -> tuple[WorkerDelay, ...]:
    out = []
    for number in np.unique(worker).tolist():
        mine = own_s[worker == number]
        middle, high, highest = (round(float(one) * 1000, 3) for one in np.percentile(mine, [50, 99, 100]))
        out.append(WorkerDelay(int(number), len(mine), middle, high, highest, high > LATE_MS))
    return tuple(out)
