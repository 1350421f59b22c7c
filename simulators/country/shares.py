"""Sharing a known total out: whole numbers in proportion to weights, between bounds, that add up."""

import numpy as np
from numpy.typing import NDArray

from simulators.draws import Floats
from simulators.quantiles import Counts

MOST = np.iinfo(np.int64).max


def share_out(total: int, weights: Floats, least: Counts | int = 0, most: Counts | int = MOST) -> Counts:
    """Whole numbers near `weights * x` for the x with which they add to `total`, each in least..most.

    What rounding leaves goes to the largest remainders, the first of equals. ValueError if it cannot be.

    >>> share_out(10, np.array([1.0, 1.0, 4.0]), most=5).tolist()
    [3, 2, 5]
    """
    low_bound = np.broadcast_to(np.asarray(least, dtype=np.int64), weights.shape)
    high_bound = np.broadcast_to(np.asarray(most, dtype=np.int64), weights.shape)
    reachable = np.where(weights > 0, np.maximum(high_bound, low_bound), low_bound).astype(float)
    if not low_bound.sum() <= total <= reachable.sum():
        raise ValueError(
            f"{total} cannot be shared out: the parts are at least {low_bound.sum()} and at most "
            f"{reachable.sum():.0f} together"
        )

    def at(factor: float) -> Floats:
        return np.clip(weights * factor, low_bound, reachable)

    low, high = 0.0, 1.0
    while high < 2.0**80 and at(high).sum() < total:
        low, high = high, high * 2.0
    for _ in range(100):
        middle = (low + high) / 2.0
        low, high = (middle, high) if at(middle).sum() < total else (low, middle)
    return _rounded(at(high), total, reachable)


def _rounded(exact: Floats, total: int, most: Floats) -> Counts:
    """Floors, and one more for the largest remainders that have room."""
    counts: NDArray[np.int64] = np.floor(exact + 1e-9).astype(np.int64)
    order = np.argsort(counts - exact, kind="stable")
    left = total - int(counts.sum())
    while left > 0:
        room = order[counts[order] < most[order]][:left]
        counts[room] += 1
        left -= len(room)
    return counts
