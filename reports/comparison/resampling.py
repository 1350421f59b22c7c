"""The bootstrap behind every interval: whole blocks of seconds, or whole TPS, are drawn again and again.

Operations within a block are not independent, so blocks are drawn, never operations (Kunsch 1989; blocks
here do not overlap). Two runs of the same seed met the same demand in the same block: then both sides draw
the same blocks, and what they have in common (the evening peak, the planned outage) blurs no difference.
What varies from run to run is not in the draws; `judging` adds it where there are runs enough to see it. Same
data, same answer: the generator is seeded.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from reports.comparison.record import Operations
from reports.seconds import Floats

DRAWS = 1000
_SEED = 20240214
_EDGES = 400
_AT_ONCE = 4_000_000
"""Numbers of a matrix of draws that are held at a time."""

Weights = NDArray[np.float32]


def block_weights(
    before: Sequence[Operations], after: Sequence[Operations], paired: bool
) -> tuple[list[Weights], list[Weights]]:
    """How often every block of every run is drawn: a matrix (DRAWS, blocks) a run.

    Only blocks with demand take part; where runs are pairs, those with demand on either side.
    """
    rng = np.random.default_rng(_SEED)
    if paired:
        blocks = max(len(one.demanded) for one in (*before, *after))
        used = np.zeros(blocks, bool)
        for one in (*before, *after):
            used[: len(one.demanded)] |= one.demanded > 0
        shared = _drawn(rng, used)
        sides = [[shared[:, : len(one.demanded)] for one in side] for side in (before, after)]
    else:
        sides = [[_drawn(rng, one.demanded > 0) for one in side] for side in (before, after)]
    return sides[0], sides[1]


def _drawn(rng: np.random.Generator, used: NDArray[np.bool_]) -> Weights:
    out = np.zeros((DRAWS, len(used)), np.float32)
    many = int(used.sum())
    if many:
        out[:, used] = rng.multinomial(many, np.full(many, 1 / many), size=DRAWS)
    return out


def quantiles(side: Sequence[Operations], weights: Sequence[Weights], shares: Sequence[float]) -> Floats:
    """Quantiles of the times of one side in every draw: (draws, shares); NaN where nothing was drawn.

    Times are put into at most a thousand classes, finer towards the long end.
    """
    draws = len(weights[0])
    ordered = np.sort(np.concatenate([one.took_s for one in side]))
    if not len(ordered):
        return np.full((draws, len(shares)), np.nan)
    edges = _edges(ordered)
    total = np.zeros((len(edges), draws))
    for one, weight in zip(side, weights, strict=True):
        # sparse, for a block holds few of the classes, and in one thread, which a busy machine does not delay
        counts = coo_array(
            (np.ones(len(one.block)), (np.searchsorted(edges, one.took_s), one.block)),
            shape=(len(edges), len(one.demanded)),
        ).tocsr()
        total += counts @ weight.T.astype(np.float64)
    below = np.cumsum(total.T, axis=1)
    out = np.full((draws, len(shares)), np.nan)
    drawn = below[:, -1] > 0
    for column, share in enumerate(shares):
        at = (below < share * below[:, [-1]] - 1e-6).sum(axis=1)
        out[drawn, column] = edges[np.minimum(at[drawn], len(edges) - 1)]
    return out


def _edges(ordered: Floats) -> Floats:
    if len(ordered) <= 2 * _EDGES:
        return np.unique(ordered)
    shares = np.concatenate([
        np.linspace(0, 0.9, _EDGES), np.linspace(0.9, 0.99, _EDGES // 2), np.linspace(0.99, 1, _EDGES // 2)
    ])  # fmt: skip
    places = np.minimum(np.ceil(shares * (len(ordered) - 1)).astype(int), len(ordered) - 1)
    return np.unique(ordered[places])


def ratios(side: Sequence[Operations], weights: Sequence[Weights], above: str, below: str) -> Floats:
    """Sum of one column of the blocks over that of another, in every draw."""
    upper = sum(weight @ getattr(one, above) for one, weight in zip(side, weights, strict=True))
    lower = sum(weight @ getattr(one, below) for one, weight in zip(side, weights, strict=True))
    with np.errstate(invalid="ignore", divide="ignore"):
        out: Floats = np.asarray(upper / lower, np.float64)
    return out


def tps_draws(
    before: Sequence[Floats], after: Sequence[Floats], paired: bool, shares: Sequence[float]
) -> tuple[Floats, Floats]:
    """Mean and quantiles of one value a TPS, TPS drawn again: two arrays (DRAWS, 1 + shares).

    Runs of a side are put together TPS by TPS where all are pairs, else one after the other. Quantiles of
    infinite values may be infinite; the mean leaves those out, so let them be finite for it.
    """
    rng = np.random.default_rng(_SEED + 1)
    left, right = (np.concatenate([np.asarray(one, np.float64) for one in side]) for side in (before, after))
    at_once = max(1, _AT_ONCE // max(len(left), len(right)))
    pieces: tuple[list[Floats], list[Floats]] = ([], [])
    for start in range(0, DRAWS, at_once):
        draws = min(at_once, DRAWS - start)
        if paired:
            once = _often(rng, len(before[0]), draws)
            often = np.tile(once, len(before)), np.tile(once, len(after))
        else:
            often = _often(rng, len(left), draws), _often(rng, len(right), draws)
        for side, values, drawn in zip(pieces, (left, right), often, strict=True):
            side.append(weighted(values, drawn, shares))
    return np.concatenate(pieces[0]), np.concatenate(pieces[1])


def _often(rng: np.random.Generator, many: int, draws: int) -> NDArray[np.int64]:
    """How often each of `many` is drawn, a row a draw."""
    return rng.multinomial(many, np.full(many, 1 / many), size=draws)


def weighted(values: Floats, often: NDArray[np.int64], shares: Sequence[float]) -> Floats:
    """Mean and quantiles of values that are taken `often`: (draws, 1 + shares)."""
    order = np.argsort(values, kind="stable")
    below = np.cumsum(often[:, order], axis=1)
    columns = [often @ np.where(np.isfinite(values), values, 0.0) / below[:, -1]]
    for share in shares:
        place = (below < share * below[:, [-1]] - 1e-9).sum(axis=1)
        columns.append(values[order[np.minimum(place, len(order) - 1)]])
    return np.stack(columns, axis=1)
