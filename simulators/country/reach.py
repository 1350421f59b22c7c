"""How each TPS reaches the network, whether its power fails, and what phone its operator owns.

Signal comes desa by desa: in every regency the desa stand in a drawn order, and the TPS of the first are
without signal, then those with a weak one, as many as `constraints` says. A draw belongs to a TPS, so a part
of the nation equals that part of the whole.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulators.country.constraints import Constraints
from simulators.country.counts import Counts514, provinces
from simulators.country.model import (
    BORROWED,
    DRIVES,
    FINE,
    HOURS,
    INTERMITTENT,
    LINK_NAMES,
    NO_SIGNAL,
    SLOW,
    STAYS,
    STEADY,
    WALKS,
)
from simulators.country.tree import starts
from simulators.draws import Floats, exponentials, lognormals, uniforms
from simulators.quantiles import Counts

SHARES = {
    "vsat": np.array([0.030, 0.010, 0.003, 0.000, 0.000]),
    "edge": np.array([0.050, 0.030, 0.020, 0.010, 0.000]),
    "3g": np.array([0.100, 0.092, 0.083, 0.075, 0.066]),
}
"""Link classes where signal is steady, by class of density; the rest is 4G. 3G: time on it, Opensignal 2019
for the first and last class, straight between (assumed). EDGE: chosen so that about 2.5 % of desa have no
better (BPS 2023: 2.47 %). VSAT: assumed (Sumatera Barat counted 0.5 % of TPS "wireless")."""
WEAK_EDGE = 0.5
"""A weak signal is EDGE for so many, 3G for the others (assumed)."""
AT_THE_SIGNAL = 0.5
"""Who travelled finds 4G this often, else 3G (assumed)."""

WALK = 0.35
"""Of those not hours away so many find signal on foot, about 100 m off (Gunungkidul, detik.com), the others
drive. The share is assumed."""
JOURNEYS = {WALKS: (150.0, 0.5), DRIVES: (1_800.0, 0.6), HOURS: (7_200.0, 0.4)}
"""Median (s, one way) and sigma: 100 m, with the search; half an hour; two hours by road or boat. Assumed."""

CUT_PER_DAY = {
    "sumatera-kalimantan": 2.43 / 90, "jawa-madura-bali": 1.59 / 90,
    "sulawesi-maluku-papua-nusa-tenggara": 2.92 / 90,
}  # fmt: skip
CUT_MEAN_S = {
    "sumatera-kalimantan": 87.3 * 60, "jawa-madura-bali": 84.9 * 60,
    "sulawesi-maluku-papua-nusa-tenggara": 67.9 * 60,
}  # fmt: skip
"""SAIFI over 90 days, and SAIDI / SAIFI: PLN's regions, January to March 2021."""
CUT_WITHIN_S = 86_400.0
"""Cuts are looked for in the day after the close of voting."""
GENERATOR_S, DARK_S = 43_200.0, 14_400.0
"""Where the mains are absent or unsteady light ends some time in so many seconds, for so long on average
(assumed)."""

TOO_OLD = 0.046
"""Phones below Android 7, which the app does not run on (Google, June 2023, world)."""
NO_ANDROID = 0.02
"""Operators who own but an iPhone and borrow an Android phone (told once; the share is assumed)."""
OLD = 0.113
"""Android 7 and 8: slow (same source)."""


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """One item a TPS; fields as in `Country`."""

    link: NDArray[np.uint8]
    signal: NDArray[np.uint8]
    travel_s: NDArray[np.float32]
    travel_by: NDArray[np.uint8]
    electricity: NDArray[np.bool_]
    power_cut_start_s: NDArray[np.float32]
    power_cut_s: NDArray[np.float32]


def reach(
    seed: int, tps: NDArray[np.int64], regency: NDArray[np.int64], whole: Counts514, limits: Constraints
) -> Reach:
    """Reach of whole regencies: TPS in order of code, and which of the 514 each lies in."""
    size = np.bincount(regency, minlength=len(whole.codes))
    fits = np.minimum(1.0, size / whole.tps)  # a roll may hold fewer TPS than were counted
    none, weak, hard, dark = (
        np.rint(part * fits).astype(np.int64)[regency]
        for part in (limits.none, limits.weak, limits.hard, limits.electricity)
    )
    rank = _desa_by_desa(seed, "signal", tps, regency)
    signal = np.where(rank < none, NO_SIGNAL, np.where(rank < none + weak, INTERMITTENT, STEADY))
    away = signal == NO_SIGNAL
    walks = uniforms(seed, "travel-by", tps // 1_000) < WALK
    by = np.where(away, np.where(rank < hard, HOURS, np.where(walks, WALKS, DRIVES)), STAYS)
    no_mains = _desa_by_desa(seed, "electricity", tps, regency) < dark
    start_s, length_s = _power_cuts(seed, tps, whole.province[regency], no_mains)
    return Reach(
        link=_link(seed, tps, regency, whole, signal, size),
        signal=signal.astype(np.uint8),
        travel_s=_travel(seed, tps, by),
        travel_by=by.astype(np.uint8),
        electricity=~no_mains,
        power_cut_start_s=start_s,
        power_cut_s=length_s,
    )


def devices(seed: int, tps: NDArray[np.int64]) -> NDArray[np.uint8]:
    """What the phone of the operator is good for; abroad as at home (assumed)."""
    lot = uniforms(seed, "device", tps)
    useless = TOO_OLD + NO_ANDROID
    return np.where(lot < useless, BORROWED, np.where(lot < useless + OLD, SLOW, FINE)).astype(np.uint8)


def _link(
    seed: int,
    tps: NDArray[np.int64],
    regency: NDArray[np.int64],
    whole: Counts514,
    signal: NDArray[np.int64],
    size: Counts,
) -> NDArray[np.uint8]:
    number = {name: index for index, name in enumerate(LINK_NAMES)}
    rank = _desa_by_desa(seed, "link", tps, regency)
    link = np.full(len(tps), number["4g"])
    end = np.zeros(len(size))
    for name, share in SHARES.items():
        begin = end
        end = end + share[whole.density - 1] * size
        link[(rank >= np.rint(begin)[regency]) & (rank < np.rint(end)[regency])] = number[name]
    lot = uniforms(seed, "link-without", tps // 1_000)
    link = np.where(signal == INTERMITTENT, np.where(lot < WEAK_EDGE, number["edge"], number["3g"]), link)
    return np.where(
        signal == NO_SIGNAL, np.where(lot < AT_THE_SIGNAL, number["4g"], number["3g"]), link
    ).astype(np.uint8)


def _travel(seed: int, tps: NDArray[np.int64], by: NDArray[np.int64]) -> NDArray[np.float32]:
    travel_s = np.zeros(len(tps), dtype=np.float32)
    for how, (median_s, sigma) in JOURNEYS.items():
        those = np.flatnonzero(by == how)
        lots = uniforms(seed, "travel", tps[those])
        travel_s[those] = np.maximum(1.0, np.rint(lognormals(lots, median_s, sigma)))
    return travel_s


def _power_cuts(
    seed: int, tps: NDArray[np.int64], province: NDArray[np.int64], no_mains: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    chance, mean_s = np.zeros(100), np.zeros(100)
    for code, row in provinces().items():
        chance[int(code)] = CUT_PER_DAY[row["pln_region"]]
        mean_s[int(code)] = CUT_MEAN_S[row["pln_region"]]
    struck = np.flatnonzero(no_mains | (uniforms(seed, "power-cut", tps) < chance[province]))
    there = tps[struck]
    within = np.where(no_mains[struck], GENERATOR_S, CUT_WITHIN_S)
    mean = np.where(no_mains[struck], DARK_S, mean_s[province[struck]])
    start_s, length_s = np.zeros(len(tps), dtype=np.float32), np.zeros(len(tps), dtype=np.float32)
    start_s[struck] = np.rint(uniforms(seed, "power-cut", there, 1) * within)
    lots: Floats = uniforms(seed, "power-cut", there, 2)
    length_s[struck] = np.maximum(60.0, np.rint(exponentials(lots, 1.0) * mean))
    return start_s, length_s


def _desa_by_desa(
    seed: int, purpose: str, tps: NDArray[np.int64], regency: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The place of each TPS in its regency when the desa stand in an order drawn for this purpose."""
    desa = tps // 1_000
    first = starts(desa)
    size = np.diff(np.append(first, len(desa)))
    order = np.lexsort((uniforms(seed, purpose, desa[first]), regency[first]))
    before = np.empty(len(first), dtype=np.int64)
    before[order] = np.cumsum(size[order]) - size[order]
    own = regency[first]
    start = np.full(int(own.max(initial=0)) + 1, len(tps))
    np.minimum.at(start, own, before)
    return np.repeat(before - start[own] - first, size) + np.arange(len(desa))
