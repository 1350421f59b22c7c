"""Quantile functions as tables: a uniform goes in, a count or a share comes out.

A table is made once from a density by plain sums, so the answer for one TPS does not depend on how many
others are asked for, nor on a special-function library. Shares interpolate between 8,193 points (error of a
Beta or Gamma quantile between its 0.1 and 99.9 percentiles: below 1e-5 of the range).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simulators.draws import Floats

Counts = NDArray[np.int64]
_POINTS = 8_193


@dataclass(frozen=True, slots=True)
class CountTable:
    """A distribution over 0..n; `below[i]` is the chance of at most i."""

    below: Floats

    def at(self, u: Floats) -> Counts:
        """Counts at the uniforms `u` in [0, 1)."""
        return np.minimum(np.searchsorted(self.below, u, side="right"), len(self.below) - 1).astype(np.int64)


@dataclass(frozen=True, slots=True)
class ShareTable:
    """A continuous distribution; `below[i]` is the chance of at most `values[i]`."""

    values: Floats
    below: Floats

    def at(self, u: Floats) -> Floats:
        """Values at the uniforms `u` in [0, 1)."""
        return np.interp(u, self.below, self.values)


@cache
def negative_binomial(r: float, mean: float, most: int = 300) -> CountTable:
    """Negative binomial with dispersion `r` and this mean, cut at `most`."""
    step = mean / (r + mean)
    chance = (r / (r + mean)) ** r
    chances = []
    for k in range(most + 1):
        chances.append(chance)
        chance *= step * (k + r) / (k + 1)
    return CountTable(np.cumsum(np.array(chances)))


@cache
def poisson(mean: float, most: int = 40) -> CountTable:
    """Poisson, cut at `most`."""
    chance = float(np.exp(-mean))
    chances = []
    for k in range(most + 1):
        chances.append(chance)
        chance *= mean / (k + 1)
    return CountTable(np.cumsum(np.array(chances)))


@cache
def beta(a: float, b: float) -> ShareTable:
    """Beta(a, b) for a, b of at least 1, on 0..1."""
    x = np.linspace(0.0, 1.0, _POINTS)
    return _from_density(x, x ** (a - 1.0) * (1.0 - x) ** (b - 1.0))


@cache
def gamma(shape: float, scale: float, most: float) -> ShareTable:
    """Gamma for a shape of at least 1, cut at `most`."""
    x = np.linspace(0.0, most, _POINTS)
    return _from_density(x, x ** (shape - 1.0) * np.exp(-x / scale))


def _from_density(x: Floats, density: Floats) -> ShareTable:
    below = np.concatenate(([0.0], np.cumsum((density[1:] + density[:-1]) / 2.0)))
    return ShareTable(x, below / below[-1])
