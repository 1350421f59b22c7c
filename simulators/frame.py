"""The frame of a region: which TPS there are, and how many voters each has on its DPT.

A pure function of (seed, region). Numbers of TPS and voters are the region's own; how they spread over desa
and TPS is drawn with the shape published for the nation.
"""

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


def frame(place: Regency, seed: int) -> Frame:
    """Lay out the TPS of `place`; raises ValueError if its counts cannot be met."""
    codes = np.array([int(desa.code) for desa in place.desa], dtype=np.int64)
    regular = _regular(place, codes, seed)
    special = _special(place, codes, seed)
    desa = np.repeat(np.arange(len(codes)), regular + special)
    first = np.repeat(np.cumsum(regular + special) - regular - special, regular + special)
    order = np.arange(len(desa)) - first
    number = np.where(order < regular[desa], order + 1, order - regular[desa] + SPECIAL_FROM)
    tps = codes[desa] * 1_000 + number
    return Frame(tps, desa, _dpt(place, tps, seed))


def _regular(place: Regency, codes: NDArray[np.int64], seed: int) -> Counts:
    wanted = place.tps - place.special_tps
    if wanted < len(codes):
        raise ValueError(f"{place.name} has {len(codes)} desa but {wanted} TPS; each desa needs one")
    spreads = np.clip(normals(uniforms(seed, "tps-per-desa", codes)), -DESA_WIDEST, DESA_WIDEST)
    return _share_out(np.exp(DESA_SIGMA * spreads), wanted, least=1, most=SPECIAL_FROM - 1)


def _special(place: Regency, codes: NDArray[np.int64], seed: int) -> Counts:
    counts = np.zeros(len(codes), dtype=np.int64)
    if place.special_tps:
        hosts = min(len(codes), max(1, round(place.special_tps * DESA_PER_SPECIAL)))
        chosen = np.argsort(uniforms(seed, "special-location", codes), kind="stable")[:hosts]
        np.add.at(counts, chosen[np.arange(place.special_tps) % hosts], 1)
    return counts


def _dpt(place: Regency, tps: NDArray[np.int64], seed: int) -> Counts:
    """Draw the gaps to 300, then stretch them all by one factor until the voters add up."""
    gap_sum = DPT_MOST * len(tps) - place.dpt
    if not 0 <= gap_sum <= (DPT_MOST - 1) * len(tps):
        raise ValueError(f"{place.name}: {place.dpt} voters do not fit {len(tps)} TPS of 1 to {DPT_MOST}")
    gaps = gamma(DPT_GAP_SHAPE, DPT_GAP_SCALE, DPT_MOST - 1.0).at(uniforms(seed, "dpt", tps))
    return DPT_MOST - _share_out(gaps, gap_sum, least=0, most=DPT_MOST - 1)


def _share_out(weights: Floats, total: int, least: int, most: int) -> Counts:
    """Whole numbers in least..most that add to `total`, as near to one multiple of `weights` as can be."""
    low, high = 0.0, 1.0
    while np.clip(weights * high, least, most).sum() < total:
        high *= 2.0
        if high > 1e12:
            break
    for _ in range(80):
        factor = (low + high) / 2.0
        if np.clip(weights * factor, least, most).sum() < total:
            low = factor
        else:
            high = factor
    exact = np.clip(weights * low, least, most)
    counts = np.floor(exact).astype(np.int64)
    missing = total - int(counts.sum())
    by_remainder = np.argsort(counts - exact, kind="stable")
    room = by_remainder[counts[by_remainder] < most]
    counts[room[:missing]] += 1
    return counts
