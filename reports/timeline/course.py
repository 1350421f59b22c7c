"""What is drawn: columns over equal stretches of the run clock, and the faults with their moments.

An operation belongs to the stretch in which it was due, so what was never served is seen where it was
asked for. Latency is that of what was acknowledged, from the intended moment.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from reports.completeness import completeness_of
from reports.pictures.clock import letters, window
from reports.rundir import PhaseInfo, RunDirectory
from reports.seconds import Floats, service_of
from reports.survivability import survivability_of

STRETCHES = 240


@dataclass(frozen=True, slots=True)
class FaultMark:
    """A fault that struck; seconds of the run clock, None where the thing never came."""

    letter: str
    name: str
    target: str
    scope: str
    struck_s: float
    healed_s: float | None
    recovered_s: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """One entry a stretch; `edges_s` has one more. Operations a second, latencies in s (NaN: none)."""

    edges_s: Floats
    offered: Floats
    good: Floats
    p50_s: Floats
    p95_s: Floats
    complete: Floats
    """Share of TPS with receipts for all their pages, at the end of each stretch."""
    faults: tuple[FaultMark, ...]
    phases: tuple[PhaseInfo, ...]
    wanted: float | None
    """Completeness the scenario expects."""

    @property
    def span(self) -> tuple[float, float]:
        """Run-clock start and end."""
        return float(self.edges_s[0]), float(self.edges_s[-1])


@lru_cache(maxsize=2)
def course_of(run: RunDirectory) -> Course | None:
    """None where nothing was asked of the system."""
    service = service_of(run)
    if not service.demand.any():
        return None
    span = window(run)
    edges = np.linspace(*span, STRETCHES + 1)
    length_s = (span[1] - span[0]) / STRETCHES
    offered = np.histogram(service.intended_s[service.demand], edges)[0] / length_s
    good = np.histogram(service.intended_s[service.served], edges)[0] / length_s
    answered = service.demand & service.ok
    p50, p95 = _percentiles(
        service.intended_s[answered], service.ended_s[answered] - service.intended_s[answered], edges
    )
    moments = np.sort(completeness_of(run).complete_s)
    complete = np.searchsorted(moments, edges[1:], side="right") / max(1, len(moments))
    return Course(
        edges,
        offered,
        good,
        p50,
        p95,
        complete,
        _faults(run),
        run.info.phases,
        run.info.expect.get("completeness"),
    )


def _percentiles(at_s: Floats, took_s: Floats, edges: Floats) -> tuple[Floats, Floats]:
    """Median and 95th percentile of each stretch, by one sort."""
    stretch = np.clip(np.digitize(at_s, edges) - 1, 0, STRETCHES - 1)
    order = np.lexsort((took_s, stretch))
    took, starts = took_s[order], np.searchsorted(stretch[order], np.arange(STRETCHES + 1))
    many = np.diff(starts)
    out = []
    for share in (0.50, 0.95):
        at = starts[:-1] + np.maximum(np.ceil(share * many).astype(np.int64) - 1, 0)
        found = np.full(STRETCHES, np.nan)
        found[many > 0] = took[at[many > 0]]
        out.append(np.maximum(found, 1e-3))
    return out[0], out[1]


def _faults(run: RunDirectory) -> tuple[FaultMark, ...]:
    return tuple(
        FaultMark(
            letter, one.name, one.target, one.scope, one.struck_s, one.healed_s,
            None if one.healed_s is None or one.recovery_s is None else one.healed_s + one.recovery_s,
        )
        for letter, one in zip(letters(run), survivability_of(run).faults, strict=True)
        if one.struck_s is not None
    )  # fmt: skip
