"""The Universal Scalability Law: throughput X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1)).

N. J. Gunther, Guerrilla Capacity Planning (Springer 2007), chapters 4 to 6: sigma is the share that is done
one after the other (contention), kappa what everybody pays to agree with everybody (coherency). With kappa
the throughput has a peak, after which more clients get less.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulators.calibration.least_squares import Vector, least_squares


@dataclass(frozen=True, slots=True)
class Usl:
    """The law with its standard errors; `residual` is the root mean square of the relative residuals."""

    one_per_s: float
    contention: float
    coherency: float
    one_error: float
    contention_error: float
    coherency_error: float
    residual: float

    def rate(self, clients: float) -> float:
        """X(N), a second."""
        return float(self.one_per_s * clients / _slower(clients, self.contention, self.coherency))

    @property
    def peak_clients(self) -> float:
        """N with the highest throughput; infinite without coherency."""
        if self.coherency <= 0.0:
            return math.inf
        return math.sqrt(max(0.0, 1.0 - self.contention) / self.coherency)


def fit_usl(clients: Sequence[float], rates: Sequence[float]) -> Usl:
    """Fit to throughputs (a second) at numbers of clients; relative residuals count, all alike.

    Raises ValueError for fewer than three different numbers of clients.
    """
    if len(set(clients)) < 3 or min(rates, default=0.0) <= 0.0:
        raise ValueError("the law has three parameters: measure at three numbers of clients or more")
    n, x = np.array(clients, dtype=float), np.array(rates, dtype=float)

    def residuals(values: Vector) -> Vector:
        one, contention, coherency = values
        return np.asarray(one * n / _slower(n, contention, coherency) / x - 1.0)

    first = float(x[np.argmin(n)] / n.min())
    begin = max(0.0, (first * n.max() / float(x[np.argmax(n)]) - 1.0) / max(1.0, n.max() - 1.0))
    fit = least_squares(residuals, np.array([first, begin, 1e-4]), np.array([1e-9, 0.0, 0.0]))
    one, contention, coherency = map(float, fit.values)
    errors = map(float, fit.errors)
    return Usl(one, contention, coherency, next(errors), next(errors), next(errors), fit.residual)


def _slower(n: Any, contention: float, coherency: float) -> Any:
    return 1.0 + contention * (n - 1.0) + coherency * n * (n - 1.0)
