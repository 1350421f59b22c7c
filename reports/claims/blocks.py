"""Operations put together into blocks, long enough that one block tells next to nothing about the next.

Operations that are near in time share a queue, so a thousand of them are not a thousand witnesses. A block is
a number of consecutive operations (so all blocks weigh alike): at least those of `LEAST_S`, then doubled
until means of neighbouring blocks are hardly correlated, of the latencies and of what is counted. What comes
more seldom than the run is long (a backup at midnight) no block length can account for.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST_S = 0.05
_CORRELATED = 0.05
"""More than that, and more than one standard deviation of what chance alone would show."""
_FEWEST = 8
"""Blocks that there must be; with fewer the correlation itself cannot be seen."""


def length(rate_per_s: float, *series: Floats) -> tuple[int, bool]:
    """Operations of a block, and whether neighbours are then hardly correlated.

    `series` are values of the operations in order, such as their latencies.
    """
    size = least(rate_per_s)
    count = min(len(one) for one in series)
    while (follows := any(_follows(one, size) > _shown(count // size) for one in series)) and (
        count // (2 * size) >= _FEWEST
    ):
        size *= 2
    return size, not follows and count // size >= _FEWEST


def _shown(count: int) -> float:
    """The correlation that so many blocks must show to be taken for one."""
    return _CORRELATED + 1.0 / float(np.sqrt(max(1, count)))


def least(rate_per_s: float) -> int:
    """Operations of the shortest block at this rate."""
    return of(rate_per_s, LEAST_S)


def of(rate_per_s: float, seconds: float) -> int:
    """Operations of a block of so many seconds at this rate."""
    return max(1, int(np.ceil(rate_per_s * seconds)))


def shares(bad: Floats, size: int) -> Floats:
    """The bad share of each whole block; a rest of operations at the end is left out."""
    count = len(bad) // size
    return np.asarray(bad[: count * size].reshape(count, size).mean(axis=1))


def wider(size: int, count: int) -> int:
    """Twice the length, as long as enough blocks are left of `count` operations."""
    return min(2 * size, max(size, count // _FEWEST))


def _follows(values: Floats, size: int) -> float:
    """Correlation of the means of neighbouring blocks; 0 where nothing varies."""
    means = shares(values, size)
    spread = means - means.mean() if len(means) else means
    whole = float(spread @ spread)
    return float(spread[1:] @ spread[:-1]) / whole if whole > 1e-12 else 0.0
