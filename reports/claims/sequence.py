"""How sure a share is, at whatever moment one looks: confidence sequences by betting.

`shares` are the bad shares of blocks of operations, each between 0 and 1, in the order of time. Against a
supposed mean m one bets before every block: the wealth is multiplied by x q/m + (1 - x)(1 - q)/(1 - m), where
q is a guess from the blocks before. If the mean of every block, given those before, is m, then wealth is a
martingale, and the chance that it ever reaches 1/alpha is at most alpha (Ville 1939; Waudby-Smith and
Ramdas, J. R. Stat. Soc. B 86, 2024). So one may look after every block, and stop when one likes.

The assumption is that blocks are long enough for one to tell nothing about the next (see `blocks`).
"""

import math

import numpy as np
from numpy.typing import NDArray

ALPHA = 0.05

Floats = NDArray[np.float64]

_HALVINGS = 40


def against_at_most(shares: Floats, mean: float) -> Floats:
    """Logarithm of the wealth after each block that speaks against a mean of `mean` or less."""
    before = np.concatenate([[0.0], np.cumsum(shares)[:-1]])
    guess = (before + min(0.5, 3.0 * mean)) / (np.arange(len(shares)) + 1.0)
    guess = np.clip(guess, mean, 1.0 - 1e-9)
    return _log_wealth(shares, guess, mean)


def against_at_least(shares: Floats, mean: float) -> Floats:
    """Logarithm of the wealth after each block that speaks against a mean of `mean` or more."""
    before = np.concatenate([[0.0], np.cumsum(shares)[:-1]])
    guess = (before + 0.25) / (np.arange(len(shares)) + 1.0 / mean)
    return _log_wealth(shares, np.minimum(guess, mean), mean)


def _log_wealth(shares: Floats, guess: Floats, mean: float) -> Floats:
    return np.cumsum(np.log(shares * (guess / mean) + (1.0 - shares) * ((1.0 - guess) / (1.0 - mean))))


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
