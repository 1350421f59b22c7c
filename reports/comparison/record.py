"""What of a run is compared: operations by kind and stretch of seconds, and what became of every TPS.

A stretch (block) of some seconds is what is resampled later, because operations within one second share its
fate. Seconds in which the load generator was saturated are left out: they show the generator.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.completeness import completeness_of
from reports.generator import generator_of
from reports.joins import look_up
from reports.rundir import RunDirectory
from reports.schema import KINDS
from reports.seconds import Floats, Mask, length_s, service_of
from reports.survivability import FaultRecord, survivability_of

Ints = NDArray[np.int64]

LONGEST_BLOCK_S = 5.0
_BLOCKS = 20


@dataclass(frozen=True, slots=True)
class Operations:
    """Demand of one kind in one run; `took_s` and `block` have one entry an operation that was served."""

    took_s: Floats
    block: Ints
    demanded: Floats
    """By block, as the rest."""
    served: Floats
    good: Floats
    seconds: Floats
    """Seconds of each block that count; those in which nothing of the kind was due do not."""

    @property
    def n(self) -> int:
        """How many were asked for."""
        return int(self.demanded.sum())


@dataclass(frozen=True, slots=True)
class Record:
    """One run. Arrays of TPS are in the order of the population."""

    name: str
    kinds: Mapping[str, Operations]
    complete_s: Floats
    """When every page of a TPS had been acknowledged (run clock), infinite if never."""
    complete: Mask
    """Whether the system held all its pages at the end."""
    activated: Floats
    """Accounts of each TPS that were active when the window closed."""
    activation: bool
    end_s: float
    faults: tuple[FaultRecord, ...]
    left_out_s: int
    with_demand_s: int


def block_length_s(seconds: int) -> float:
    """Five seconds, less in a run so short that there would be few blocks."""
    return float(np.clip(np.floor(seconds / _BLOCKS), 1.0, LONGEST_BLOCK_S))


def saturated(run: RunDirectory) -> Mask:
    """Seconds of a run that show the generator."""
    return generator_of(run).saturated


def record(run: RunDirectory, left_out: Mask, block_s: float) -> Record:
    """Read a run, without the seconds of `left_out` (which may be shorter or longer than the run)."""
    service, seconds = service_of(run), length_s(run)
    out = np.zeros(seconds, bool)
    out[: min(seconds, len(left_out))] = left_out[:seconds]
    second = np.clip(service.intended_s.astype(np.int64), 0, seconds - 1)
    block = (second / block_s).astype(np.int64)
    blocks = int(np.ceil(seconds / block_s))
    demand = service.demand & ~run.history.is_in("actor", "iseng") & ~out[second]
    with_demand = np.bincount(second[service.demand], minlength=seconds) > 0

    def of(kind: str) -> Operations | None:
        mine = demand & run.history.is_in("kind", kind)
        if not mine.any():
            return None
        served = mine & ~service.wrong
        due = np.zeros(seconds, bool)
        due[second[mine]] = True
        where = (np.arange(seconds) / block_s).astype(np.int64)
        per_block = [np.bincount(block[mask], minlength=blocks).astype(float)
                     for mask in (mine, served, mine & service.good)]  # fmt: skip
        return Operations(
            took_s=(service.ended_s - service.intended_s)[served],
            block=block[served],
            demanded=per_block[0],
            served=per_block[1],
            good=per_block[2],
            seconds=np.bincount(where, weights=(due & ~out).astype(float), minlength=blocks).astype(float),
        )

    found = completeness_of(run)
    return Record(
        name=run.path.resolve().name,
        kinds={kind: one for kind in KINDS if (one := of(kind)) is not None},
        complete_s=found.acknowledged_s.max(axis=1),
        complete=np.asarray(found.stored.all(axis=1), bool),
        activated=_activated(run, found.activation_end_s),
        activation=found.activation_end_s is not None,
        end_s=run.info.duration_s,
        faults=survivability_of(run).faults,
        left_out_s=int((out & with_demand).sum()),
        with_demand_s=int(with_demand.sum()),
    )


def _activated(run: RunDirectory, end_s: float | None) -> Floats:
    """Accounts of each TPS active by `end_s`."""
    tps, history = run.population.codes("tps"), run.history
    if end_s is None:
        return np.zeros(len(tps))
    done = history.is_in("kind", "activate") & history.is_in("outcome", "ok")
    rows = np.flatnonzero(done & (history.numpy("ended_s") <= end_s))
    at = look_up(history.codes("tps")[rows], tps)
    account = at * 256 + history.numpy("operator")[rows]
    accounts = np.unique(account[at >= 0])
    return np.bincount(accounts // 256, minlength=len(tps)).astype(float)
