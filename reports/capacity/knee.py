"""Where "held" turns into "not held": the posterior of a logistic curve in the logarithm of the rate.

P(held | rate) = slip + (1 - 2 slip) / (1 + exp((log rate - log knee) / width)). With a dozen trials the usual
likelihood has no maximum (the two sides are often cleanly apart), so knee and width have priors and the
whole posterior is worked out on a grid, as psychophysics does for thresholds (Kontsevich and Tyler 1999).
A trial is the sharper the longer it is, by the root of its length (assumed): what stays behind adds up, what
chance does evens out. `width` is that of the shortest trial.
The priors are weak: the knee anywhere between half the lowest and twice the highest rate tried, the width
between 0.5 and 30 % of the rate, both flat in the logarithm.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.capacity.growth import LEFT_BEHIND

Floats = NDArray[np.float64]

SLIP = 0.02
"""Share of trials that go the other way for no reason of the rate: assumed."""
_WIDTHS = np.exp(np.linspace(np.log(0.005), np.log(0.3), 10))
_PLACES = 400
INSIDE = 0.95


@dataclass(frozen=True, slots=True)
class Knee:
    """The rate that is held half of the time: median of the posterior, and where 95 % of it lies.

    The low end is lower by the share that may stay behind: at a rate so much too high a trial is still held.

    `trials` that count, of which `held`. `bracketed`: trials on either side of it were seen.
    """

    rate_per_s: float
    low_per_s: float
    high_per_s: float
    width: float
    trials: int
    held: int
    bracketed: bool

    @property
    def spread(self) -> float:
        """Length of the interval over the knee."""
        return (self.high_per_s - self.low_per_s) / self.rate_per_s


@dataclass(frozen=True, slots=True)
class Posterior:
    """Of the knee alone, on a grid of log rates; `width` is the posterior median of the other parameter."""

    at: Floats
    weight: Floats
    width: float

    def quantile(self, share: float) -> float:
        """A rate that the knee is below with this probability."""
        below = np.cumsum(self.weight)
        return float(np.exp(np.interp(share, below, self.at)))


def posterior(rates: Sequence[float], held: Sequence[bool], seconds: Sequence[float] = ()) -> Posterior:
    """Of trials at these rates (all above 0) of these lengths (alike if not told); ValueError without any."""
    if not len(rates) or min(rates) <= 0.0:
        raise ValueError("a knee needs trials at rates above zero")
    x = np.log(np.asarray(rates, dtype=float))
    y = np.asarray(held, dtype=bool)
    length_s = np.asarray(seconds, dtype=float) if len(seconds) else np.ones(len(x))
    sharper = np.sqrt(length_s / length_s.min())
    at = np.linspace(x.min() - np.log(2.0), x.max() + np.log(2.0), _PLACES)
    slope = sharper * (x[None, None, :] - at[:, None, None]) / _WIDTHS[None, :, None]
    p = SLIP + (1.0 - 2.0 * SLIP) / (1.0 + np.exp(np.clip(slope, -50.0, 50.0)))
    score = np.log(np.where(y[None, None, :], p, 1.0 - p)).sum(axis=2)
    weight = np.exp(score - score.max())
    weight /= weight.sum()
    widths = np.cumsum(weight.sum(axis=0))
    return Posterior(at, weight.sum(axis=1), float(np.exp(np.interp(0.5, widths, np.log(_WIDTHS)))))


def knee(rates: Sequence[float], held: Sequence[bool], seconds: Sequence[float] = ()) -> Knee:
    """Median and 95 % interval; ValueError without trials."""
    return of_posterior(posterior(rates, held, seconds), rates, held)


def of_posterior(found: Posterior, rates: Sequence[float], held: Sequence[bool]) -> Knee:
    """The same, of a posterior that is at hand."""
    tail = (1.0 - INSIDE) / 2.0
    good = [rate for rate, one in zip(rates, held, strict=True) if one]
    bad = [rate for rate, one in zip(rates, held, strict=True) if not one]
    middle, low = found.quantile(0.5), (1.0 - LEFT_BEHIND) * found.quantile(tail)
    return Knee(
        middle, low, found.quantile(1.0 - tail), found.width, len(rates), len(good),
        bool(good) and bool(bad) and min(good) < middle < max(bad),
    )  # fmt: skip
