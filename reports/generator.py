"""The generator's honesty: did the load arrive when it was due, or was the driver itself too slow?

Lateness is started - intended. A second is *saturated* when the driver cannot be trusted to have measured
the server in it: the 99th percentile of lateness over the five seconds around it is above 20 ms, or the
cores that the driver runs on were busy above 90 %. Where driver and server share all cores, that is the whole
machine; a server that burns cores of its own is the server's doing. Workers on other machines are looked at
one by one (`reports.elsewhere`). Saturated is, too, a second below the SLO
that would not have been below it, had every operation been sent when it was due: few operations may be late
in it, but it is they that were missed. What the SLO says about a saturated second is unknown and is not
blamed on the server. Safety checkers do not depend on time and are unaffected.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports import elsewhere
from reports.rundir import RunDirectory
from reports.seconds import LATE_MS, Floats, Mask, length_s, per_second, service_of

__all__ = ["BUSY", "LATE_MS", "Generator", "generator_of"]

BUSY = 0.9
"""Share of the driver's cores above which nobody on them is on time."""

_AROUND_S = 2
WHOLE_RUN_SHARE = 0.25
"""Share of the seconds with demand above which the whole run is called saturated.

Up to a quarter, at least three of four seconds measured the server, so quartiles of the run still speak of
it, and the saturated seconds are named and excused one at a time. Beyond, they no longer do.
"""

WINDOW_SHARE = 0.05
"""Share of a stretch's seconds with demand that may be saturated while a miss in it stays the server's."""


@dataclass(frozen=True, slots=True)
class Generator:
    """Lateness in milliseconds, and the seconds in which the driver or its machine was saturated."""

    p50_ms: float
    p99_ms: float
    max_ms: float
    p99_free_ms: float
    """99th percentile over the operations due in seconds in which the driver's cores were not busy."""
    late: Mask
    busy: Mask
    busy_elsewhere: Mask
    """Those of them in which workers on other machines had their hands full."""
    machine_busy: Floats | None
    """Busy share of the machine a second; NaN where it was not sampled, None where it never was."""
    slow: Mask
    """Seconds whose availability was below the SLO."""
    slow_once_sent: Mask
    """Those of them that were below it, too, when time counts from where each operation was really sent."""
    demand: Mask

    @property
    def saturated(self) -> Mask:
        """Seconds about which the SLO says nothing."""
        return self.late | self.busy | self.missed_by_generator

    @property
    def missed_by_generator(self) -> Mask:
        """Seconds below the SLO that would not have been without the generator's own lateness."""
        return self.slow & ~self.slow_once_sent

    @property
    def missed_by_server(self) -> Mask:
        """Seconds below the SLO while the generator was sound."""
        return self.slow & ~self.saturated

    @property
    def missed_by_either(self) -> Mask:
        """Seconds below the SLO, sent late or not, with a saturated generator: nobody can tell them apart."""
        return self.slow_once_sent & self.saturated

    @property
    def saturated_share(self) -> float:
        """Share of the seconds with demand that were saturated."""
        wanted = int(self.demand.sum())
        return float((self.saturated & self.demand).sum()) / wanted if wanted else 0.0

    @property
    def untrusted(self) -> bool:
        """Whether the run as a whole was saturated: late though its cores were free, or for too long."""
        return self.p99_free_ms > LATE_MS or self.saturated_share > WHOLE_RUN_SHARE

    @property
    def stretches(self) -> list[tuple[int, int]]:
        """Saturated seconds with demand put together: run-clock second of start and of end (exclusive)."""
        steps = np.diff((self.saturated & self.demand).astype(np.int8), prepend=0, append=0)
        return list(zip(np.flatnonzero(steps > 0).tolist(), np.flatnonzero(steps < 0).tolist(), strict=True))

    def saturated_between(self, start_s: float, end_s: float) -> bool:
        """Whether any second of a stretch of the run clock was saturated."""
        first, last = max(0, int(start_s)), max(0, int(np.ceil(end_s)))
        return bool(self.saturated[first:last].any())

    def mostly_free_until(self, end_s: float) -> bool:
        """Whether at most `WINDOW_SHARE` of the seconds with demand before `end_s` were saturated."""
        before = slice(0, max(0, int(np.ceil(end_s))))
        wanted = int(self.demand[before].sum())
        return int((self.saturated & self.demand)[before].sum()) <= WINDOW_SHARE * wanted

    def as_json(self) -> dict[str, Any]:
        """Plain values for verdict.json."""
        busiest = None
        if self.machine_busy is not None and not np.isnan(self.machine_busy).all():
            busiest = round(float(np.nanmax(self.machine_busy)), 4)
        return {
            "lateness_ms": {
                "p50": self.p50_ms,
                "p99": self.p99_ms,
                "max": self.max_ms,
                "p99_while_free": self.p99_free_ms,
            },
            "limit_p99_ms": LATE_MS,
            "saturated": self.untrusted,
            "seconds": len(self.demand),
            "seconds_with_demand": int(self.demand.sum()),
            "seconds_late": int((self.late & self.demand).sum()),
            "seconds_machine_busy": int((self.busy & self.demand).sum()),
            "seconds_workers_elsewhere_busy": int((self.busy_elsewhere & self.demand).sum()),
            "seconds_saturated": int((self.saturated & self.demand).sum()),
            "saturated_s": [list(stretch) for stretch in self.stretches],
            "seconds_below_slo": int(self.slow.sum()),
            "seconds_below_slo_while_saturated": int((self.slow & self.saturated).sum()),
            "seconds_below_slo_by": {
                "server": int(self.missed_by_server.sum()),
                "generator": int(self.missed_by_generator.sum()),
                "either": int(self.missed_by_either.sum()),
            },
            "machine_busy_max": busiest,
        }


@lru_cache(maxsize=2)
def generator_of(run: RunDirectory) -> Generator:
    """Judge the driver of a run."""
    service = service_of(run)
    seconds = length_s(run)
    lateness = run.history.numpy("started_s") - service.intended_s
    late_ms = np.maximum(lateness, 0.0) * 1000
    p50, p99, worst = (
        (round(float(value), 3) for value in np.percentile(late_ms, [50, 99, 100]))
        if len(late_ms)
        else (0.0,) * 3
    )
    offered = per_second(service.intended_s, seconds, service.demand)
    served = per_second(service.intended_s, seconds, service.served)
    demand = offered > 0
    wanted = run.info.slo.get("availability", 0.0) * offered
    slow = demand & (served < wanted)
    once_sent = per_second(service.intended_s, seconds, service.served_once_sent)
    machine = _busy(run, seconds, "machine", run.info.cores)
    own = _busy(run, seconds, "load_cores", run.info.load_cores) if run.info.load_cores else machine
    busy = np.zeros(seconds, bool) if own is None else np.nan_to_num(own) > BUSY
    theirs = elsewhere.busy(run, seconds, lambda component, cores: _busy(run, seconds, component, cores))
    busy |= theirs
    free = late_ms[~busy[np.clip(service.intended_s.astype(int), 0, seconds - 1)]]
    return Generator(
        p50_ms=p50,
        p99_ms=p99,
        max_ms=worst,
        p99_free_ms=round(float(np.percentile(free, 99)), 3) if len(free) else 0.0,
        late=_late_seconds(service.intended_s, late_ms, seconds),
        busy=busy,
        busy_elsewhere=theirs,
        machine_busy=machine,
        slow=slow,
        slow_once_sent=slow & (once_sent < wanted),
        demand=demand,
    )


def _late_seconds(intended_s: Floats, late_ms: Floats, seconds: int) -> Mask:
    """Seconds around which more than 1 % of the operations started later than the limit."""
    total = per_second(intended_s, seconds)
    late = per_second(intended_s, seconds, late_ms > LATE_MS)
    width = np.ones(2 * _AROUND_S + 1, np.int64)
    around, late_around = (
        np.convolve(counts, width)[_AROUND_S : _AROUND_S + seconds] for counts in (total, late)
    )
    out: Mask = late_around > 0.01 * around
    return out


def _busy(run: RunDirectory, seconds: int, component: str, cores: int) -> Floats | None:
    """Busy share of the machine, or of the load's own cores, in each second, from cumulative samples."""
    if run.resources is None:
        return None
    mine = run.resources.is_in("component", component)
    at_s, cpu_s = run.resources.numpy("t_s")[mine], run.resources.numpy("cpu_s")[mine]
    order = np.argsort(at_s, kind="stable")
    at_s, cpu_s = at_s[order], cpu_s[order]
    if len(at_s) < 2:
        return None
    edges = np.arange(seconds + 1, dtype=np.float64)
    used: NDArray[np.float64] = np.diff(np.interp(edges, at_s, cpu_s))
    cores = cores or max(1, int(np.ceil(used.max() - 0.05)))
    share = used / cores
    share[(edges[1:] <= at_s[0]) | (edges[:-1] >= at_s[-1])] = np.nan
    return share
