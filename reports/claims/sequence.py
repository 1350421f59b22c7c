"""How sure a share is, at whatever moment one looks: confidence sequences by betting.

`shares` are the bad shares of blocks of operations, each between 0 and 1, in the order of time. Against a
supposed mean m one bets before every block: the wealth is multiplied by 1 + b (x - m), where the bet b
follows from mean and variance of the blocks before. If the mean of every block, given those before, is m,
then wealth is a martingale, and the chance that it ever reaches 1/alpha is at most alpha (Ville 1939). Bets
nearly as good as can be: Waudby-Smith and Ramdas, J. R. Stat. Soc. B 86 (2024). So one may look after every
block, and stop when one likes. Against a small share the wealth is first divided among that gambler and some
who always bet the same (their sum is a martingale, too): he learns too slowly to be sure of anything from the
few long blocks of an overload, be they as bad as can be.

The assumption is that blocks are long enough for one to tell nothing about the next (see `blocks`).
"""

import math

import numpy as np
from numpy.typing import NDArray

ALPHA = 0.05

Floats = NDArray[np.float64]

LONGEST = 64
"""Times what was seen: what would take longer is too near to the edge to be decided in practice."""
_HALVINGS = 40
_BOLDEST = 0.95
"""Of the largest bet that cannot ruin."""
_STEADY = (0.05, 0.1, 0.2, 0.4, 0.8)
"""The same, for those who always bet alike."""


def against_at_most(shares: Floats, mean: float) -> Floats:
    """Logarithm of the wealth after each block that speaks against a mean of `mean` or less."""
    expected, variance = _before(shares, min(0.5, 3.0 * mean), mean)
    over = expected - mean
    bet = np.clip(over / (variance + over**2), 0.0, _BOLDEST / mean)
    bets = [bet, *(np.full(len(shares), one / mean) for one in _STEADY)]
    wealth = np.array([np.cumsum(np.log1p(one * (shares - mean))) for one in bets])
    return np.asarray(np.logaddexp.reduce(wealth, axis=0) - math.log(len(bets)))


def against_at_least(shares: Floats, mean: float) -> Floats:
    """Logarithm of the wealth after each block that speaks against a mean of `mean` or more."""
    expected, variance = _before(shares, 0.25 * mean, mean)
    under = mean - expected
    bet = np.clip(under / (variance + under**2), 0.0, _BOLDEST / (1.0 - mean))
    return np.cumsum(np.log1p(-bet * (shares - mean)))


def _before(shares: Floats, guess: float, mean: float) -> tuple[Floats, Floats]:
    """Mean and variance as the blocks before each one have them; at first a guess that weighs one block."""
    count = np.arange(len(shares)) + 1.0
    total = np.concatenate([[guess], guess + np.cumsum(shares)[:-1]])
    squares = np.concatenate([[0.0], np.cumsum(np.square(shares))[:-1]])
    expected = total / count
    spread = np.maximum(0.0, squares + guess * guess - count * np.square(expected))
    return expected, (mean * (1.0 - mean) + spread) / count


def first_sure(log_wealth: Floats, alpha: float) -> int | None:
    """Number of blocks after which the wealth first reached 1/alpha; None if it never did."""
    reached = np.flatnonzero(log_wealth >= -math.log(alpha))
    return int(reached[0]) + 1 if len(reached) else None


def least_blocks(mean: float, alpha: float) -> int:
    """Blocks without a single bad operation that it takes to show that the share is less than `mean`."""
    few, many = 0, 1
    while first_sure(against_at_least(np.zeros(many), mean), alpha) is None:
        few, many = many, many * 2
    while many - few > 1:
        middle = (few + many) // 2
        if first_sure(against_at_least(np.zeros(middle), mean), alpha) is None:
            few = middle
        else:
            many = middle
    return many


def if_it_goes_on(shares: Floats, mean: float, alpha: float) -> int | None:
    """Blocks, these and more just like them, until it is sure that the share is less than `mean`.

    None where that never is, or would take more than `LONGEST` times as many.
    """
    if not len(shares) or not float(shares.mean()) < mean < 1.0:
        return None
    times = 1
    while times <= LONGEST:
        if (sure := first_sure(against_at_least(np.tile(shares, times), mean), alpha)) is not None:
            return sure
        times *= 2
    return None


def interval(shares: Floats, alpha_low: float, alpha_high: float) -> tuple[float, float]:
    """Bounds of the mean, each at its own alpha, good at every moment up to now; (0, 1) without blocks."""
    if not len(shares):
        return 0.0, 1.0
    middle = float(np.clip(np.mean(shares), 1e-9, 1.0 - 1e-9))
    low, high = 1e-9, middle
    for _ in range(_HALVINGS):
        tried = (low + high) / 2.0
        low, high = (tried, high) if _sure(against_at_most(shares, tried), alpha_low) else (low, tried)
    lower = low if low > 1e-8 else 0.0
    low, high = middle, 1.0 - 1e-9
    for _ in range(_HALVINGS):
        tried = (low + high) / 2.0
        low, high = (low, tried) if _sure(against_at_least(shares, tried), alpha_high) else (tried, high)
    return lower, high if high < 1.0 - 1e-8 else 1.0


def _sure(log_wealth: Floats, alpha: float) -> bool:
    return first_sure(log_wealth, alpha) is not None
