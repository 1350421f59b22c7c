"""How large a difference is by chance alone: both sides with their labels swapped at random, again and again.

If nothing differs, it does not matter which of two runs met a stretch of seconds, or a TPS: each of them may
as well have been the other's. So for every stretch it is drawn anew which runs are called before and which
after; the share of such draws that differ by as much as the two sides do is the p-value (R. A. Fisher, The
Design of Experiments, 1935). Unlike an interval's normal tail it is right far out, where Holm's procedure
reads it. It holds as far as stretches, and TPS, do not share a fate (assumed; three runs a side need it not).

The first draw of every matrix is the labels as they are.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reports.comparison import resampling
from reports.comparison.record import Operations
from reports.comparison.resampling import Weights, weighted
from reports.seconds import Floats

_SEED = 20241127
_DRAWS_EACH = 3
"""For each draw of the bootstrap: Holm among sixty measures must be able to read 0.05 / 60."""
_AT_ONCE = 4_000_000


def block_labels(
    before: Sequence[Operations], after: Sequence[Operations]
) -> tuple[list[Weights], list[Weights]]:
    """For each run, the first side's first, 1 where a block is called before; and the same for after.

    Matrices are (draws, blocks). Within a block as many runs are called before as there are.
    """
    runs = [*before, *after]
    blocks = max(len(one.demanded) for one in runs)
    called = _labels(np.random.default_rng(_SEED), _draws(), len(before), len(after), blocks)
    called[0] = (np.arange(len(runs)) < len(before))[:, None]
    mine = [called[:, place, : len(one.demanded)] for place, one in enumerate(runs)]
    return [one.astype(np.float32) for one in mine], [(~one).astype(np.float32) for one in mine]


def _draws() -> int:
    return _DRAWS_EACH * resampling.DRAWS


def _labels(rng: np.random.Generator, draws: int, before: int, after: int, places: int) -> NDArray[np.bool_]:
    """Which runs are called before, drawn anew at every place: (draws, runs, places)."""
    order = rng.random((draws, before + after, places)).argsort(axis=1)
    called: NDArray[np.bool_] = order < before
    return called


def tps_swapped(
    before: Sequence[Floats], after: Sequence[Floats], paired: bool, shares: Sequence[float]
) -> tuple[Floats, Floats]:
    """Mean and quantiles of one value a TPS in every draw: two arrays (draws, 1 + shares).

    Pairs swap what runs did with the same TPS; where people were drawn anew, all TPS are mixed.
    """
    rng = np.random.default_rng(_SEED + 1)
    values = np.concatenate([np.asarray(one, np.float64) for one in (*before, *after)])
    many = sum(len(one) for one in before)
    at_once = max(1, _AT_ONCE // len(values))
    sides: tuple[list[Floats], list[Floats]] = ([], [])
    for start in range(0, _draws(), at_once):
        draws = min(at_once, _draws() - start)
        if paired:
            called = _labels(rng, draws, len(before), len(after), len(before[0])).reshape(draws, -1)
        else:
            keys = rng.random((draws, len(values)))
            called = keys <= np.partition(keys, many - 1, axis=1)[:, [many - 1]]
        if not start:
            called[0] = np.arange(len(values)) < many
        for side, mine in zip(sides, (called, ~called), strict=True):
            side.append(weighted(values, mine.astype(np.int64), shares))
    return np.concatenate(sides[0]), np.concatenate(sides[1])
