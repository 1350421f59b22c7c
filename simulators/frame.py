"""The frame of a region: which TPS there are, and how many voters each has on its DPT.

A pure function of (seed, region). Numbers of TPS and voters are the region's own; how they spread over desa
and TPS is drawn with the shape published for the nation.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.regions import Regency
from simulators.draws import Floats, normals, uniforms
from simulators.quantiles import Counts, gamma

DESA_SIGMA = 0.58
"""Spread of log(TPS per desa) within a regency. With it the 83,731 desa of the nation come out much as KPU's
tree has them: median 6, p90 21, p99 66, one in ten with a single TPS (computed from kawalpemilu/kp24)."""

DESA_WIDEST = 2.5
"""No desa is further than this many spreads from the middle one."""

DPT_GAP_SHAPE, DPT_GAP_SCALE = 1.66, 32.0
"""DPT per TPS is 300 less a Gamma: fitted to 67,463 consistent TPS of Pemilu 2024."""

DPT_MOST = 300
SPECIAL_FROM = 901
DESA_PER_SPECIAL = 702 / 1_822
"""1,822 special-location TPS lie in 702 desa (KPU's tree, Pemilu 2024)."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Every TPS of a region in order of code; all arrays have one item a TPS.

    `tps` is the 13-digit code as a number, `desa` an index into the regency's desa.
    """

    tps: NDArray[np.int64]
    desa: NDArray[np.int64]
    dpt: Counts

    def __len__(self) -> int:
        return len(self.tps)

    def take(self, chosen: NDArray[np.int64]) -> "Frame":
        """The frame of some TPS, by index."""
        return Frame(self.tps[chosen], self.desa[chosen], self.dpt[chosen])


@dataclass(frozen=True, slots=True)
class Shape:
    """How many voters TPS have: at most `most`, and log(DPT / most) as drawn for (seed, TPS codes)."""

    most: int
    logs: Callable[[int, NDArray[np.int64]], Floats]


def _pemilu_logs(seed: int, tps: NDArray[np.int64]) -> Floats:
    gaps = gamma(DPT_GAP_SHAPE, DPT_GAP_SCALE, DPT_MOST - 1.0).at(uniforms(seed, "dpt", tps))
    return np.log1p(-gaps / DPT_MOST)


PEMILU = Shape(DPT_MOST, _pemilu_logs)


def frame(place: Regency, seed: int, shape: Shape = PEMILU) -> Frame:
    """Lay out the TPS of `place`; raises ValueError if its counts cannot be met."""
    codes = np.array([int(desa.code) for desa in place.desa], dtype=np.int64)
    regular = _regular(place, codes, seed)
    special = _special(place, codes, seed)
    desa = np.repeat(np.arange(len(codes)), regular + special)
    first = np.repeat(np.cumsum(regular + special) - regular - special, regular + special)
    order = np.arange(len(desa)) - first
    number = np.where(order < regular[desa], order + 1, order - regular[desa] + SPECIAL_FROM)
    tps = codes[desa] * 1_000 + number
    return Frame(tps, desa, _dpt(place, tps, seed, shape))


def _regular(place: Regency, codes: NDArray[np.int64], seed: int) -> Counts:
    wanted = place.tps - place.special_tps
    if wanted < len(codes):
        raise ValueError(f"{place.name} has {len(codes)} desa but {wanted} TPS; each desa needs one")
    spreads = np.clip(normals(uniforms(seed, "tps-per-desa", codes)), -DESA_WIDEST, DESA_WIDEST)
    weights = np.exp(DESA_SIGMA * spreads)
    most = SPECIAL_FROM - 1
    return _whole(lambda factor: np.clip(weights * factor, 1.0, most), wanted, most)


def _special(place: Regency, codes: NDArray[np.int64], seed: int) -> Counts:
    counts = np.zeros(len(codes), dtype=np.int64)
    if place.special_tps:
        hosts = min(len(codes), max(1, round(place.special_tps * DESA_PER_SPECIAL)))
        chosen = np.argsort(uniforms(seed, "special-location", codes), kind="stable")[:hosts]
        np.add.at(counts, chosen[np.arange(place.special_tps) % hosts], 1)
    return counts


def _dpt(place: Regency, tps: NDArray[np.int64], seed: int, shape: Shape) -> Counts:
    """Draw each DPT as published for the nation, then bend all by one power until the voters add up.

    A power of DPT / most keeps 1..most and the order of the TPS, and leaves the shape as it is where the
    region's mean is the nation's.
    """
    most = shape.most
    if not len(tps) <= place.dpt <= most * len(tps):
        raise ValueError(f"{place.name}: {place.dpt} voters do not fit {len(tps)} TPS of 1 to {most}")
    logs = shape.logs(seed, tps)
    return _whole(lambda bend: np.maximum(1.0, most * np.exp(logs / bend)), place.dpt, most=most)


def _whole(exact_at: Callable[[float], Floats], total: int, most: int) -> Counts:
    """Whole numbers up to `most` that add to `total`, each within 1 of `exact_at(x)` for the x that fits.

    `exact_at` grows with x > 0 in every item.
    """
    low, high = 0.0, 1.0
    while high < 2.0**40 and exact_at(high).sum() < total:
        low, high = high, high * 2.0
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if exact_at(middle).sum() < total else (low, middle)
    exact = exact_at(high)
    counts = np.floor(exact).astype(np.int64)
    by_remainder = np.argsort(counts - exact, kind="stable")
    room = by_remainder[counts[by_remainder] < most]
    counts[room[: total - int(counts.sum())]] += 1
    return counts
