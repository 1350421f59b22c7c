"""The votes of a whole contest, ballot by ballot, compiled: what `simulators.ballots` draws for one TPS.

The same draws in the same order give the same votes; only logarithms and exponentials may differ in the last
bit, as between machines (see `simulators.ballots`). What a place adds to the weights is worked out once for
all TPS that lie in it. A ballot finds its cell from a table of steps instead of a search.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fakeforms.compiled import kernel
from simulators.ballots import CANDIDATE_BENDS, INVALID, PARTY_BENDS, PARTY_BENDS_OF_FORM, Cells
from simulators.contests import BY_PARTY, Contest
from simulators.draws import Floats, normal_at, subseed, uniform, uniforms
from simulators.quantiles import Counts, beta

LEVELS = ("regency", "kecamatan", "desa", "tps")
_AMONG = (1_000_000_000, 10_000_000, 1_000, 1)
_STEPS = 256

_uniform: Any = kernel(uniform)
_normal_at: Any = kernel(normal_at)


def votes(stands: Contest, cells: Cells, tps: NDArray[np.int64], used: Counts) -> NDArray[np.uint16]:
    """Votes of a contest, shape (TPS, 1 + cells): invalid ballots first, then each cell as on the ballot.

    `tps` are codes of TPS that vote in this contest, ascending; `used` the ballots used in each.
    """
    form, seed = stands.form, stands.seed
    invalid = beta(*INVALID[form]).at(uniforms(seed, f"invalid-{form}", tps))
    candidate_seed = [subseed(seed, f"candidate-{form}-{stands.district}-{level}") for level in LEVELS]
    candidate_bend = [CANDIDATE_BENDS[form].get(level, 0.0) for level in LEVELS]
    groups = (("party", PARTY_BENDS), (f"party-{form}", PARTY_BENDS_OF_FORM)) if form in BY_PARTY else ()
    party_seed = [[subseed(seed, f"{purpose}-{level}") for level in LEVELS] for purpose, _ in groups]
    party_bend = [[bends[level] for level in LEVELS] for _, bends in groups]
    out = np.zeros((len(tps), len(cells.fields) + 1), dtype=np.uint16)
    _cast(
        tps,
        used,
        invalid / (1.0 - invalid),
        cells.log_weight,
        cells.party,
        np.array(candidate_seed, dtype=np.uint64),
        np.array(candidate_bend),
        np.array(party_seed, dtype=np.uint64).reshape(len(groups), len(LEVELS)),
        np.array(party_bend).reshape(len(groups), len(LEVELS)),
        np.uint64(subseed(seed, f"ballots-{form}")),
        out,
    )
    return out


@kernel
def _bend(
    place: int,
    level: int,
    party: NDArray[np.int64],
    candidate_seed: NDArray[np.uint64],
    candidate_bend: Floats,
    party_seed: NDArray[np.uint64],
    party_bend: Floats,
    bends: Floats,
    total: Floats,
) -> None:
    """What one level adds to the logarithm of every weight, into `total`."""
    first = np.uint64(place * 1_000)
    own = candidate_bend[level]
    for c in range(len(total)):
        total[c] = 0.0
    if own != 0.0:
        half = own * own / 2.0
        for c in range(len(total)):
            u = _uniform(candidate_seed[level], first + np.uint64(c), np.uint64(0))
            total[c] += own * _normal_at(u) - half
    for g in range(len(party_seed)):
        bend = party_bend[g, level]
        for p in range(party[-1] + 1):
            u = _uniform(party_seed[g, level], first + np.uint64(p), np.uint64(0))
            bends[p] = bend * _normal_at(u) - bend * bend / 2.0
        for c in range(len(total)):
            total[c] += bends[party[c]]


@kernel
def _cast(
    tps: NDArray[np.int64],
    used: Counts,
    odds: Floats,
    log_weight: Floats,
    party: NDArray[np.int64],
    candidate_seed: NDArray[np.uint64],
    candidate_bend: Floats,
    party_seed: NDArray[np.uint64],
    party_bend: Floats,
    ballot_seed: np.uint64,
    out: NDArray[np.uint16],
) -> None:
    n = len(log_weight)
    bends = np.empty(party[-1] + 1)
    here = np.empty((4, n))
    added = np.empty((4, n))
    below = np.empty(n + 1)
    start = np.empty(_STEPS + 1, dtype=np.int64)
    last = np.full(4, -1, dtype=np.int64)
    for i in range(len(tps)):
        code = tps[i]
        fresh = False
        for level in range(4):
            place = code // _AMONG[level]
            if not fresh and place == last[level]:
                continue
            fresh = True
            last[level] = place
            _bend(
                place, level, party, candidate_seed, candidate_bend, party_seed, party_bend, bends,
                here[level],
            )  # fmt: skip
            if level == 0:
                added[0] = here[0]
            else:
                added[level] = here[level] + added[level - 1]
        weights = 0.0
        for c in range(n):
            below[c + 1] = np.exp(log_weight[c] + added[3, c])
            weights += below[c + 1]
        below[0] = odds[i] * weights
        for c in range(n):
            below[c + 1] += below[c]
        whole = below[n]
        cell = 0
        for step in range(_STEPS + 1):
            while cell < n and below[cell] <= step * whole / _STEPS * (1.0 - 1e-12):
                cell += 1
            start[step] = cell
        for b in range(used[i]):
            u = _uniform(ballot_seed, np.uint64(code * 1_000 + b % 1_000), np.uint64(b // 1_000))
            x = u * whole
            cell = start[int(u * _STEPS)]
            while cell < n and below[cell] <= x:
                cell += 1
            out[i, cell] += 1
