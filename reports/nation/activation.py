"""Accounts that are active at the close of each day."""

from dataclasses import dataclass

import numpy as np

from reports.nation.rundir import DAY_S, Floats, NationRun


@dataclass(frozen=True, slots=True)
class Day:
    """Share of all accounts active at `run_s`, the end of a day (WIB)."""

    run_s: float
    share: float


def activation_of(run: NationRun) -> tuple[Day, ...] | None:
    """From the start of the run to the end of election day; None where tps.parquet cannot be used."""
    if run.tps is None:
        return None
    moments = _moments(run)
    ends = np.arange(0.0, run.nation.day_s + DAY_S + 1.0, DAY_S)
    return tuple(Day(float(end), _share(moments, float(end))) for end in ends)


def active_at(run: NationRun, run_s: float) -> float | None:
    """Share of accounts active at a moment; None where tps.parquet cannot be used."""
    return None if run.tps is None else _share(_moments(run), run_s)


def _moments(run: NationRun) -> Floats:
    assert run.tps is not None
    both = [run.tps.times(column) for column in ("active_1_s", "active_2_s")]
    return np.concatenate(both)


def _share(moments: Floats, run_s: float) -> float:
    return float((moments <= run_s).mean()) if len(moments) else 0.0
