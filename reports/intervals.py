"""How sure a figure is: 95 % intervals of shares, percentiles, counts and means.

All treat operations as independent unless they say otherwise. Those of one bad second are not, so an interval
may be too narrow; `gladi compare` resamples whole stretches of seconds for that reason.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Interval = tuple[float, float]

_TAIL = 0.025


def of_share(count: int, n: int, tail: float = _TAIL) -> Interval:
    """Wilson's score interval (1927) of `count` in `n`; (0, 1) of nothing. `tail` is the risk at each end."""
    if not n:
        return 0.0, 1.0
    z = float(special.ndtri(1.0 - tail))
    share = count / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def percentile(ordered: Floats, share: float) -> float:
    """The smallest value that at least `share` of `ordered` (ascending, not empty) do not exceed."""
    return float(ordered[_place(len(ordered), share) - 1])


def of_percentile(ordered: Floats, share: float) -> Interval:
    """By order statistics, whatever the distribution; an end that `n` is too small for is 0 or infinite.

    Value number k of n is below the percentile unless at most k - 1 of n draws are, which is binomial.
    """
    n = len(ordered)
    if not n:
        return 0.0, np.inf
    low = _binomial(n, share, _TAIL)
    high = _binomial(n, share, 1.0 - _TAIL) + 1
    return (
        float(ordered[low - 1]) if low >= 1 else 0.0,
        float(ordered[high - 1]) if high <= n else np.inf,
    )


def enough_for(share: float) -> int:
    """How many values show a percentile at all: fewer may all lie below it, one time in twenty or more."""
    return int(np.ceil(np.log(2 * _TAIL) / np.log(share)))


def of_count(count: int) -> Interval:
    """Exact interval of a Poisson count (Garwood 1936)."""
    low = float(special.gammaincinv(count, _TAIL)) if count else 0.0
    return low, float(special.gammaincinv(count + 1, 1.0 - _TAIL))


def of_mean(values: Floats, block: NDArray[np.int64]) -> Interval | None:
    """Of a mean over blocks that may differ from one another; None for fewer than three blocks.

    The mean is a ratio of sums over blocks, its spread that of the blocks' residuals (Student).
    """
    if not len(values):
        return None
    _, number = np.unique(block, return_inverse=True)
    count = np.bincount(number).astype(np.float64)
    if len(count) < 3:
        return None
    mean = float(values.mean())
    residual = np.bincount(number, weights=values) - mean * count
    blocks = len(count)
    error = np.sqrt(blocks / (blocks - 1) * float((residual**2).sum())) / count.sum()
    half = float(special.stdtrit(blocks - 1, 1.0 - _TAIL)) * float(error)
    return mean - half, mean + half


def _place(n: int, share: float) -> int:
    """Rank (from 1) of the percentile; a hair is taken off so that 0.95 of 100 is 95 in floating point."""
    return min(n, max(1, int(np.ceil(share * n - 1e-9))))


def _binomial(n: int, share: float, below: float) -> int:
    """The smallest count that is not exceeded with probability `below`."""
    return max(0, int(np.ceil(float(special.bdtrik(below, n, share)) - 1e-9)))
