"""From a stored page of votes to the public portal: uploaded and displayed are different things.

Nothing of it acts back on the operators, so it is worked out after the simulation, from each TPS's stored
time. A TPS is ready when its page of votes is stored and read; some must first be looked at by somebody at
the KPU, some do not add up and are held back. Releases leave in order of readiness, so many a minute, and
become visible with the next renewal of the portal's figures; while it is frozen they wait.
"""

import numpy as np
from numpy.typing import NDArray

from fakeforms.compiled import kernel
from scenarios.nation import Nation
from simulators.draws import exponentials, lognormals, subseed, uniform

Floats = NDArray[np.float64]


def shown_at(nation: Nation, seed: int, tps: NDArray[np.int64], votes_stored_s: Floats) -> Floats:
    """Run-clock second at which each TPS's votes are on the portal; NaN for never.

    `tps` are codes, `votes_stored_s` when the page of votes of the first form was stored (NaN: never).
    """
    rules = nation.publishing
    agents = tps.astype(np.uint64)
    ready = votes_stored_s + 1.0 / rules.readings_a_s

    def lot(purpose: str, k: int) -> Floats:
        return uniform(subseed(seed, purpose), agents, k)

    looked = lot("looked-at", 0) < rules.looked_share
    ready = ready + np.where(looked, lognormals(lot("looked-at", 1), rules.looked, rules.looked_sigma), 0.0)
    held = lot("withheld", 0) < rules.withheld_share
    ready = ready + np.where(held, exponentials(lot("withheld", 1), rules.withheld), 0.0)

    known = np.flatnonzero(~np.isnan(ready))
    order = known[np.argsort(ready[known], kind="stable")]
    shown = np.full(len(tps), np.nan)
    shown[order] = _one_by_one(ready[order], 60.0 / rules.checks_a_minute)
    for number, stretch in enumerate(rules.frozen):
        start, end = nation.run_s(stretch.start), nation.run_s(stretch.end)
        waits = (shown >= start) & (shown < end) & (lot("frozen", number) < stretch.share)
        shown[waits] = end
    shown = np.ceil(shown / rules.batch) * rules.batch
    shown[~(shown <= nation.until_s)] = np.nan
    return shown


@kernel
def _one_by_one(ready: Floats, step_s: float) -> Floats:
    """When each leaves a line that lets one go every `step_s`; `ready` ascends."""
    out = np.empty(len(ready))
    free = -np.inf
    for index in range(len(ready)):
        free = max(free, ready[index]) + step_s
        out[index] = free
    return out
