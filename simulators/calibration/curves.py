"""Two runs of one scenario side by side: their completeness curves, and their 95th percentiles by kind.

For a live run and its twin. Both are given as columns of history.parquet, so any two run directories can be
compared, whenever they were made.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
PAGES = 3
"""Pages that make a TPS complete: those of C.Hasil-PPWP."""

_LEAST = 30
"""Good answers of a kind, on both sides, below which its percentile is not compared."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Share of the TPS that were complete at each moment `at_s` of the run clock (ascending)."""

    at_s: Floats
    share: Floats

    def at(self, moments_s: Floats) -> Floats:
        """The share at these moments: that of the last step before."""
        steps = np.concatenate(([0.0], self.share))
        return np.asarray(steps[np.searchsorted(self.at_s, moments_s, side="right")])


@dataclass(frozen=True, slots=True)
class Comparison:
    """`distance` is the largest between the curves in points, at `worst_s` on the run clock.

    `p95_s` gives (live, twin, relative error) by kind; `complete` the shares at the end, live and twin.
    """

    distance: float
    worst_s: float
    complete: tuple[float, float]
    p95_s: dict[str, tuple[float, float, float]]


def completeness(history: Mapping[str, NDArray[np.generic]], tps: int) -> Curve:
    """When each of `tps` TPS had a receipt for all its pages.

    `history` needs the columns kind, outcome, expect, tps, page, ended_s. Probes do not count.
    """
    mine = (history["kind"] == "submit_page") & (history["outcome"] == "ok") & (history["expect"] == "accept")
    first: dict[tuple[str, int], float] = {}
    columns = (history["tps"][mine], history["page"][mine], history["ended_s"][mine])
    for code, page, ended_s in zip(*(column.tolist() for column in columns), strict=True):
        place = (code, page)
        first[place] = min(ended_s, first.get(place, np.inf))
    whole: dict[str, list[float]] = {}
    for (code, _), ended_s in first.items():
        whole.setdefault(code, []).append(ended_s)
    moments = np.sort(np.array([max(pages) for pages in whole.values() if len(pages) >= PAGES], dtype=float))
    return Curve(moments, np.arange(1, len(moments) + 1) / tps)


def distance(one: Curve, other: Curve) -> tuple[float, float]:
    """The largest distance of two curves in points (0 to 100), and when."""
    moments = np.unique(np.concatenate((one.at_s, other.at_s)))
    if not len(moments):
        return 0.0, 0.0
    apart = np.abs(one.at(moments) - other.at(moments)) * 100.0
    worst = int(np.argmax(apart))
    return float(apart[worst]), float(moments[worst])


def percentiles(history: Mapping[str, NDArray[np.generic]]) -> dict[str, tuple[int, float]]:
    """By kind: how many were answered well, and the 95th percentile of their latency from the due moment."""
    good = (history["outcome"] == "ok") & (history["expect"] == "accept") & (history["actor"] != "iseng")
    latency_s = np.asarray(history["ended_s"], float) - np.asarray(history["intended_s"], float)
    return {
        str(kind): (int(chosen.sum()), float(np.quantile(latency_s[chosen], 0.95)))
        for kind in np.unique(history["kind"][good])
        if (chosen := good & (history["kind"] == kind)).any()
    }


def compare(
    live: Mapping[str, NDArray[np.generic]], twin: Mapping[str, NDArray[np.generic]], tps: int
) -> Comparison:
    """The twin's run against the live one, of the same `tps` TPS."""
    curves = completeness(live, tps), completeness(twin, tps)
    points, worst_s = distance(*curves)
    seen, told = percentiles(live), percentiles(twin)
    p95_s = {
        kind: (seen[kind][1], told[kind][1], told[kind][1] / seen[kind][1] - 1.0)
        for kind in sorted(seen.keys() & told.keys())
        if min(seen[kind][0], told[kind][0]) >= _LEAST
    }
    ends = (float(curves[0].share[-1]) if len(curves[0].share) else 0.0,
            float(curves[1].share[-1]) if len(curves[1].share) else 0.0)  # fmt: skip
    return Comparison(points, worst_s, ends, p95_s)
