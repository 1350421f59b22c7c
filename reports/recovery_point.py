"""RPO as it was measured: what had been acknowledged and was lost, and how far back that reaches.

NIST SP 800-34 names the recovery point objective as a wish; here it is an observation. A lost write belongs
to the first fault that struck after its acknowledgement, or that was in force then. Without a readback
nothing is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from reports.rundir import RunDirectory
from reports.troubles import struck_spans
from reports.writes import writes_of


@dataclass(frozen=True, slots=True)
class RecoveryPoint:
    """Acknowledged writes lost to one fault; `reach_s`: from the oldest of them to the strike, 0 for none."""

    lost: int
    reach_s: float


@lru_cache(maxsize=2)
def recovery_points(run: RunDirectory) -> Mapping[str, RecoveryPoint] | None:
    """By fault id; lost writes that no fault explains stand under ''. None without a readback."""
    if run.readback is None:
        return None
    writes = writes_of(run)
    gone = np.flatnonzero(writes.promised & (writes.stored < 0))
    acknowledged_s = run.history.numpy("ended_s")[writes.row[gone]]
    _, once = np.unique(writes.promise[gone], return_index=True)
    spans = struck_spans(run)
    found: dict[str, list[float]] = {name: [] for name in ("", *(name for name, _, _ in spans))}
    for at_s in acknowledged_s[once].tolist():
        name, struck_s = next(((name, start) for name, start, end in spans if at_s <= end), ("", at_s))
        found[name].append(max(0.0, struck_s - at_s))
    return {
        name: RecoveryPoint(len(reach), round(max(reach, default=0.0), 3)) for name, reach in found.items()
    }
