"""A simulated nation beside the real one: displayed TPS, and photographs as they came in.

Pure functions of columns of the run and of the files in `scenarios/data/reality`. Nothing here moves a
simulation; points up to `fitted_until` were used to set its parameters, later ones were not.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_REALITY = files("scenarios") / "data" / "reality"
BIN_S = 600.0


@dataclass(frozen=True, slots=True)
class Point:
    """A published reading: shares (0..1) of all TPS on the portal, and whether it was held back."""

    moment: datetime
    run_s: float
    real: float
    simulated: float
    source: str
    held_back: bool

    @property
    def error(self) -> float:
        """Simulated less real."""
        return self.simulated - self.real


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """Photographs of the first form per 1,000 TPS, in bins of ten minutes from `start_s` (run clock)."""

    start_s: Floats
    real: Floats
    simulated: Floats
    held_back: NDArray[np.bool_]

    def cumulated(self) -> tuple[Floats, Floats]:
        """Real and simulated, added up."""
        return np.cumsum(self.real), np.cumsum(self.simulated)


@dataclass(frozen=True, slots=True)
class Pages:
    """How the three photographs of a TPS came in; times in seconds, shares of TPS with all three."""

    tps: int
    none: float
    one: float
    two: float
    three: float
    two_without_votes: float
    in_order: float
    gap_median_s: float
    gaps_within_10_s: float
    gaps_over_1_h: float
    span_median_s: float
    span_p75_s: float
    span_p90_s: float
    span_p95_s: float


JAKARTA_PAGES = Pages(
    1_000, 0.177, 0.022, 0.123, 0.678, 97 / 123, 333 / 678, 70.0, 0.28, 0.14, 228.0, 75 * 60.0, 8.4 * 3600.0,
    32 * 3600.0,
)  # fmt: skip
"""1,000 TPS of Jakarta, photograph file names until 16 February 2024 17:30 WIB
(github.com/hendragunawanipb/sample_pemilu2024)."""

JAKARTA_UNTIL = datetime(2024, 2, 16, 17, 30)


def progress(
    name: str, shown_s: Floats, total: int, midnight: datetime, fitted_until: datetime | None
) -> tuple[Point, ...]:
    """Published readings beside the run's; `shown_s` NaN for never, `midnight` (WIB) where the run begins."""
    sorted_s = np.sort(shown_s[~np.isnan(shown_s)])
    found = []
    for row in _rows(name):
        moment = datetime.fromisoformat(row["moment_wib"])
        run_s = (moment - midnight).total_seconds()
        simulated = float(np.searchsorted(sorted_s, run_s, side="right")) / max(1, total)
        held_back = fitted_until is not None and moment > fitted_until
        found.append(Point(moment, run_s, float(row["percent"]) / 100, simulated, row["source"], held_back))
    return tuple(found)


def arrivals(
    name: str, stored_s: Floats, midnight: datetime, fitted_until: datetime | None, of_tps: int = 1_000
) -> Arrivals:
    """Photographs by ten minutes; `stored_s` [n TPS, pages] of the places of the real ones."""
    rows = _rows(name)
    starts = np.array([(datetime.fromisoformat(row["start_wib"]) - midnight).total_seconds() for row in rows])
    real = np.array([float(row["photos"]) for row in rows]) * 1_000 / of_tps
    times = stored_s[~np.isnan(stored_s)]
    edges = np.append(starts, starts[-1] + BIN_S)
    simulated = np.histogram(times, edges)[0] * 1_000 / max(1, len(stored_s))
    limit_s = np.inf if fitted_until is None else (fitted_until - midnight).total_seconds()
    crawled = starts < (JAKARTA_UNTIL - midnight).total_seconds()
    return Arrivals(starts[crawled], real[crawled], simulated[crawled], (starts >= limit_s)[crawled])


def pages(stored_s: Floats, midnight: datetime, until: datetime = JAKARTA_UNTIL) -> Pages:
    """The same figures of a run: `stored_s` [n TPS, 3], in page order, NaN for never; seen at `until`."""
    seen = np.where(stored_s <= (until - midnight).total_seconds(), stored_s, np.nan)
    have = ~np.isnan(seen)
    count = have.sum(axis=1)
    whole = seen[count == 3]
    two = have[count == 2]
    ordered = np.sort(seen, axis=1)
    gaps = np.diff(ordered, axis=1)
    gaps = gaps[~np.isnan(gaps)]
    span = ordered[count == 3, 2] - ordered[count == 3, 0]
    n = max(1, len(seen))
    shares = [float((count == k).sum()) / n for k in range(4)]
    return Pages(
        len(seen), shares[0], shares[1], shares[2], shares[3],
        two_without_votes=_share(~two[:, 1]),
        in_order=_share((whole[:, 0] <= whole[:, 1]) & (whole[:, 1] <= whole[:, 2])),
        gap_median_s=_quantile(gaps, 0.5),
        gaps_within_10_s=_share(gaps <= 10.0),
        gaps_over_1_h=_share(gaps > 3600.0),
        span_median_s=_quantile(span, 0.5),
        span_p75_s=_quantile(span, 0.75),
        span_p90_s=_quantile(span, 0.9),
        span_p95_s=_quantile(span, 0.95),
    )  # fmt: skip


def mean_error(points: Sequence[Point]) -> float:
    """Mean of the absolute errors, in shares; NaN of none."""
    return float(np.mean([abs(point.error) for point in points])) if points else float("nan")


def worst(points: Sequence[Point]) -> Point | None:
    """The point that is missed by most."""
    return max(points, key=lambda point: abs(point.error), default=None)


def _rows(name: str) -> list[dict[str, str]]:
    with (_REALITY / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _share(mask: NDArray[np.bool_]) -> float:
    return float(mask.mean()) if len(mask) else float("nan")


def _quantile(values: Floats, q: float) -> float:
    return float(np.quantile(values, q)) if len(values) else float("nan")
