"""The Universal Scalability Law, fitted: X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1)).

N. J. Gunther, Guerrilla Capacity Planning (Springer 2007): sigma is the share that waits for one another,
kappa what everybody pays to agree with everybody. A peak exists only where kappa does.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

Floats = NDArray[np.float64]

DOWNTURN = 0.97
"""Throughput with most clients over the best one seen: above, no downturn was seen."""


@dataclass(frozen=True, slots=True)
class Scalability:
    """Parameters with standard errors (NaN where the data cannot tell). `peak_clients` None without kappa.

    `kappa_known`: a downturn was seen and kappa is more than two standard errors from nothing.
    """

    one_per_s: float
    sigma: float
    kappa: float
    one_error: float
    sigma_error: float
    kappa_error: float
    residual: float
    best_seen_per_s: float
    kappa_known: bool
    peak_clients: float | None
    peak_per_s: float | None

    def rate(self, clients: Floats) -> Floats:
        """X(N), a second."""
        return _rate(np.array([self.one_per_s, self.sigma, self.kappa]), clients)


def scalability(clients: Sequence[float], rates: Sequence[float]) -> Scalability:
    """Fit; relative residuals count, all alike. ValueError at fewer than four numbers of clients."""
    if len(set(clients)) < 4 or min(rates, default=0.0) <= 0.0:
        raise ValueError("the law has three parameters: it needs good answers at four numbers of clients")
    n, x = np.asarray(clients, dtype=float), np.asarray(rates, dtype=float)

    def residuals(values: Floats) -> Floats:
        return np.asarray(_rate(values, n) / x - 1.0)

    first = float(x[np.argmin(n)] / n.min())
    start = max(1e-3, (first * n.max() / float(x[np.argmax(n)]) - 1.0) / max(1.0, n.max() - 1.0))
    fit = least_squares(
        residuals, [first, min(start, 1.0), 1e-4], bounds=([1e-9, 0.0, 0.0], [np.inf, np.inf, np.inf]),
        x_scale=[max(first, 1e-6), 0.1, 1e-3],
    )  # fmt: skip
    one, sigma, kappa = (float(value) for value in fit.x)
    errors = _errors(fit.jac, 2.0 * float(fit.cost), len(x))
    last = float(np.mean(x[n == n.max()]))
    best = float(x.max())
    known = last < DOWNTURN * best and kappa > 2.0 * errors[2]
    peak = math.sqrt(max(0.0, 1.0 - sigma) / kappa) if known else None
    top = None if peak is None else float(_rate(fit.x, np.array([max(1.0, peak)]))[0])
    left = math.sqrt(2.0 * float(fit.cost) / len(x))
    return Scalability(one, sigma, kappa, *errors, left, best, bool(known), peak, top)


def _rate(values: Floats, n: Floats) -> Floats:
    one, sigma, kappa = values
    return np.asarray(one * n / (1.0 + sigma * (n - 1.0) + kappa * n * (n - 1.0)))


def _errors(slope: Floats, sum_of_squares: float, n: int) -> tuple[float, float, float]:
    """Standard errors from the Jacobian; NaN for as many parameters as data."""
    if n <= 3:
        return math.nan, math.nan, math.nan
    covariance = np.linalg.pinv(slope.T @ slope) * sum_of_squares / (n - 3)
    one, sigma, kappa = (float(math.sqrt(max(0.0, value))) for value in np.diag(covariance))
    return one, sigma, kappa
