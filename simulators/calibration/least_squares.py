"""Non-linear least squares in a few parameters (Levenberg 1944, Marquardt 1963), with standard errors.

Written out because the curves here have at most a dozen parameters and one of them is the only reason why a
library of algorithms would have to be installed.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Residuals = Callable[[Vector], Vector]

_STEP = 1e-6
_ROUNDS = 200
_CLOSE = 1e-12


@dataclass(frozen=True, slots=True)
class Fit:
    """`values` with their `errors` (one standard deviation each), fitted to `n` data.

    `errors` are NaN where the data cannot tell, or where there are as many parameters as data.
    """

    values: Vector
    errors: Vector
    sum_of_squares: float
    n: int

    @property
    def residual(self) -> float:
        """Root mean square of the residuals."""
        return float(np.sqrt(self.sum_of_squares / self.n))


def least_squares(residuals: Residuals, start: Vector, least: Vector) -> Fit:
    """Minimise the sum of squares of `residuals(values)`, no value below its `least`."""
    values = np.maximum(np.asarray(start, dtype=float), least)
    left = residuals(values)
    total = float(left @ left)
    damping = 1e-3
    for _ in range(_ROUNDS):
        slope = _jacobian(residuals, values, left, least)
        uphill = slope.T @ left
        # A value on its bound that wants to go beyond it stays there and leaves the others alone.
        free = (values > least) | (uphill < 0.0)
        if not free.any():
            break
        square = slope[:, free].T @ slope[:, free]
        scale = np.diag(square) + _CLOSE
        step = np.zeros(len(values))
        step[free] = np.linalg.solve(square + damping * np.diag(scale), -uphill[free])
        tried = np.maximum(values + step, least)
        left_tried = residuals(tried)
        total_tried = float(left_tried @ left_tried)
        if total_tried < total:
            gained = total - total_tried
            values, left, total, damping = tried, left_tried, total_tried, max(damping / 5.0, 1e-12)
            if gained <= _CLOSE * (total + _CLOSE):
                break
        else:
            damping *= 4.0
            if damping > 1e12:
                break
    return Fit(values, _errors(_jacobian(residuals, values, left, least), total), total, len(left))


def _jacobian(residuals: Residuals, values: Vector, here: Vector, least: Vector) -> Vector:
    columns = []
    for i, value in enumerate(values):
        step = _STEP * max(abs(value), 1e-3 * max(1e-6, abs(float(least[i])), abs(float(value))))
        moved = values.copy()
        moved[i] = value + max(step, 1e-12)
        columns.append((residuals(moved) - here) / (moved[i] - value))
    return np.array(columns).T


def _errors(slope: Vector, total: float) -> Vector:
    n, parameters = slope.shape
    if n <= parameters:
        return np.full(parameters, np.nan)
    scale = np.sqrt(np.sum(slope**2, axis=0))
    known = scale > 0.0
    found = np.full(parameters, np.nan)
    if known.any():
        scaled = slope[:, known] / scale[known]
        covariance = np.linalg.pinv(scaled.T @ scaled) * total / (n - parameters)
        found[known] = np.sqrt(np.maximum(np.diag(covariance), 0.0)) / scale[known]
    return found
