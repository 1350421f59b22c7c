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
from simulators.draws import CENTRE_BOTTOM, CENTRE_TOP, Floats, normal_at, subseed, uniform, uniforms
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
def _normals(seed: np.uint64, first: np.uint64, lots: Floats, out: Floats) -> None:
    """`normal_at` of as many agents as there is room for: straight runs first, those far out one by one."""
    for c in range(len(out)):
        lots[c] = _uniform(seed, first + np.uint64(c), np.uint64(0))
    for c in range(len(out)):
        q = lots[c] - 0.5
        r = 0.180625 - q * q
        above = 0.0
        below = 0.0
        for i in range(8):
            above = above * r + CENTRE_TOP[i]
            below = below * r + CENTRE_BOTTOM[i]
        out[c] = np.divide(q * above, below)
    for c in range(len(out)):
        if abs(lots[c] - 0.5) > 0.425:
            out[c] = _normal_at(lots[c])


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
    lots: Floats,
    total: Floats,
) -> None:
    """What one level adds to the logarithm of every weight, into `total`."""
    first = np.uint64(place * 1_000)
    own = candidate_bend[level]
    if own == 0.0:
        total[:] = 0.0
    else:
        half = own * own / 2.0
        _normals(candidate_seed[level], first, lots, total)
        for c in range(len(total)):
            total[c] = own * total[c] - half
    for g in range(len(party_seed)):
        bend = party_bend[g, level]
        _normals(party_seed[g, level], first, lots, bends)
        for p in range(len(bends)):
            bends[p] = bend * bends[p] - bend * bend / 2.0
        for c in range(len(total)):
            total[c] += bends[party[c]]


@kernel
def _count(
    code: int,
    used: int,
    ballot_seed: np.uint64,
    below: Floats,
    start: NDArray[np.int64],
    ballots: Floats,
    counted: NDArray[np.uint16],
) -> None:
    """Let each ballot of a TPS fall to its cell: the first whose `below` is above it."""
    n = len(below) - 1
    whole = below[n]
    cell = 0
    width = whole / _STEPS * (1.0 - 1e-12)
    for step in range(_STEPS + 1):
        while cell < n and below[cell] <= step * width:
            cell += 1
        start[step] = cell
    agent = np.uint64(code * 1_000)
    for first in range(0, used, 1_000):
        count = min(1_000, used - first)
        for b in range(count):
            ballots[b] = _uniform(ballot_seed, agent + np.uint64(b), np.uint64(first // 1_000))
        for b in range(count):
            x = ballots[b] * whole
            cell = start[int(ballots[b] * _STEPS)]
            while cell < n and below[cell] <= x:
                cell += 1
            counted[cell] += 1


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
    lots = np.empty(n)
    ballots = np.empty(1_000)
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
                lots, here[level],
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
        _count(code, used[i], ballot_seed, below, start, ballots, out[i])
