"""How far predictions were from what was seen: median over seeds, and their range."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

import numpy as np

from simulators.calibration.loads import Outcome, Spread, relative_error

SHARES = frozenset({"refused", "gave_up"})
"""Metrics that are shares already: their error is a difference, not a ratio."""


@dataclass(frozen=True, slots=True)
class Error:
    """Of one metric at one load: medians over seeds of both sides, and the error's median and range.

    `error` is relative, of a share the difference. `inside` counts the seeds whose seen value lay in the
    predicted interval (which knows only the luck of the services, not that the model may be wrong).
    """

    load: str
    metric: str
    predicted: float
    seen: float
    error: float
    least: float
    most: float
    seeds: int
    inside: int


def errors(rows: Iterable[tuple[str, Mapping[str, Spread], Outcome]]) -> list[Error]:
    """Of every load and metric, in the order in which loads first appear; metrics nobody saw are left out."""
    by_load: dict[str, list[tuple[Mapping[str, Spread], Outcome]]] = {}
    for load, predicted, seen in rows:
        by_load.setdefault(load, []).append((predicted, seen))
    return [
        found
        for load, pairs in by_load.items()
        for metric in pairs[0][0]
        if (found := _error(load, metric, pairs)) is not None
    ]


def _error(load: str, metric: str, pairs: list[tuple[Mapping[str, Spread], Outcome]]) -> Error | None:
    told = [(predicted[metric], seen.metrics().get(metric, np.nan)) for predicted, seen in pairs]
    told = [(spread, seen) for spread, seen in told if not np.isnan(seen) and not np.isnan(spread.middle)]
    off = [
        spread.middle - seen if metric in SHARES else relative_error(spread.middle, seen)
        for spread, seen in told
        if metric in SHARES or seen
    ]
    if not off:
        return None
    return Error(
        load, metric,
        median(spread.middle for spread, _ in told), median(seen for _, seen in told),
        median(off), min(off), max(off), len(off),
        sum(spread.low <= seen <= spread.high for spread, seen in told),
    )  # fmt: skip


def typical(found: Iterable[Error], metric: str) -> float:
    """Median over loads of the absolute median errors of one metric; NaN without any."""
    sizes = [abs(one.error) for one in found if one.metric == metric]
    return median(sizes) if sizes else np.nan
