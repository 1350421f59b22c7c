"""How many TPS of each regency lack internet, electricity or a road: published, or shared out.

`scenarios/data/constraints.csv` holds what KPU or Bawaslu counted in provinces and regencies. Bawaslu's
national totals cover 33 provinces (Pemilu) or 36 (Pilkada); what the published provinces leave of them is
shared over the rest by how thin the network is there. Provinces outside the totals come on top: their TPS
without signal follow from their desa without signal. A desa is seldom all dark or all lit, so these are the
orders of magnitude of each place, and exact only where a count was published.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simulators.country.counts import Counts514, counts, provinces, rows
from simulators.country.shares import share_out
from simulators.draws import Floats
from simulators.quantiles import Counts

INTERNET = {"pemilu-2024": 36_236, "pilkada-2024": 22_738}
ELECTRICITY = {"pemilu-2024": 8_099, "pilkada-2024": 8_457}
HARD_TO_REACH = {"pemilu-2024": 4_211, "pilkada-2024": 5_384}
"""TPS with each constraint (Bawaslu, 2024), in the provinces that were asked."""
NOT_ASKED = {"pemilu-2024": (82, 93, 94, 95, 96), "pilkada-2024": (94, 95)}

THIN = np.array([14.0, 11.425, 8.85, 6.275, 3.7])
"""Percent of time that phones had neither 3G nor 4G, by class of density: measured for the first and the last
(Opensignal 2019: below 50 and above 1,000 people a km2), straight between them (assumed)."""

NONE_OF_CONSTRAINED = (547 + 91 + 877) / (547 + 91 + 877 + 1_544 + 721 + 2_151)
"""Without any signal among TPS with none or weak: Sumatera Barat, NTB and Jawa Tengah together (KPU)."""
NONE_OF_CONSTRAINED_EAST = 41.06 / (41.06 + 27.14)
"""The same for desa of Maluku and Papua (BPS 2020)."""
EAST = (81, 82, 91, 92, 93, 94, 95, 96)

TPS_A_DARK_DESA = 256 / 106
"""TPS in a desa without signal: 256 such TPS (KPU) and 106 such desa (BPS) in Papua province."""

HARD_BY_DENSITY = np.array([1.0, 0.5, 0.2, 0.05, 0.05])
"""How likely a TPS without signal is hard to reach as well, by class of density (assumed)."""
HARD_MOST = 0.5
"""At most so many of the TPS without signal are hard to reach, and so many where nobody was asked (assumed).
For Pilkada it leaves some of the published out: those have signal."""


@dataclass(frozen=True, slots=True, eq=False)
class Constraints:
    """TPS of each regency, in order of code, that have no signal, a weak one, no steady electricity; `hard`
    are those without signal from which it is hours to the nearest."""

    none: Counts
    weak: Counts
    electricity: Counts
    hard: Counts


@cache
def constraints(election: str) -> Constraints:
    """The constraints of an election, for all 514 regencies."""
    whole = counts(election)
    published = {row["code"]: row for row in rows("constraints")}
    thin = whole.tps * THIN[whole.density - 1]
    none_known, both_known = _internet_of_provinces(whole, election, published)
    asked = [code for code in both_known if code not in NOT_ASKED[election]]
    numbers = np.unique(whole.province)
    rest = np.array([n for n in numbers if n not in both_known])
    floor = np.array([none_known.get(n, _dark(whole, n)) for n in rest.tolist()])
    shared = share_out(
        INTERNET[election] - sum(both_known[code] for code in asked),
        np.array([thin[whole.province == n].sum() for n in rest]),
        floor,
    )
    both_known |= dict(zip(rest.tolist(), shared.tolist(), strict=True))
    none = np.zeros_like(whole.tps)
    both = np.zeros_like(whole.tps)
    for n in numbers.tolist():
        here = np.flatnonzero(whole.province == n)
        share = NONE_OF_CONSTRAINED_EAST if n in EAST else NONE_OF_CONSTRAINED
        dark = none_known.get(n, max(_dark(whole, n), round(share * both_known[n])))
        own, pairs = _internet_of_regencies(whole, here, published)
        none[here] = _with(own, dark, thin[here], 0, np.where(pairs >= 0, pairs, whole.tps[here]))
        both[here] = _with(
            pairs, max(both_known[n], int(none[here].sum())), thin[here], none[here], whole.tps[here]
        )
    return Constraints(
        none=none,
        weak=both - none,
        electricity=_electricity(whole, election, published, thin),
        hard=_hard(whole, election, none),
    )


def _internet_of_provinces(
    whole: Counts514, election: str, published: dict[str, dict[str, str]]
) -> tuple[dict[int, int], dict[int, int]]:
    """(without signal, without or weak) of the provinces that are known, scaled to this election's TPS."""
    none: dict[int, int] = {}
    both: dict[int, int] = {}
    for n in np.unique(whole.province).tolist():
        row = published.get(str(n), {})
        dark, weak, all_known = (
            _scaled(whole, n, row, name) for name in ("no_signal", "weak_signal", "internet_constraint")
        )
        share = NONE_OF_CONSTRAINED_EAST if n in EAST else NONE_OF_CONSTRAINED
        if dark is None and all_known is None and n in EAST:
            dark = _dark(whole, n)
        if dark is not None:
            none[n] = dark
            both[n] = dark + weak if weak is not None else round(dark / share)
        elif all_known is not None:
            both[n] = all_known
    return none, both


def _internet_of_regencies(
    whole: Counts514, here: NDArray[np.int64], published: dict[str, dict[str, str]]
) -> tuple[Counts, Counts]:
    """(without signal, without or weak) of regencies where they are known, -1 where not."""
    none = np.full(len(here), -1)
    both = np.full(len(here), -1)
    for k, i in enumerate(here.tolist()):
        row = published.get(whole.codes[i])
        if row is None:
            continue
        of = int(row["of_tps"] or 0) or _pemilu_tps(whole.codes[i])
        told = {
            name: round(int(row[name]) * whole.tps[i] / of) for name in row if name in _TOLD and row[name]
        }
        if "no_signal" in told:
            none[k] = told["no_signal"]
            if "weak_signal" in told:
                both[k] = none[k] + told["weak_signal"]
        if "internet_constraint" in told:
            both[k] = told["internet_constraint"]
    return none, both


_TOLD = ("no_signal", "weak_signal", "internet_constraint", "electricity_constraint")


def _of_regency(whole: Counts514, index: int, published: dict[str, dict[str, str]]) -> dict[str, int]:
    """What was published of a regency, scaled to this election's TPS."""
    row = published.get(whole.codes[index], {})
    of = int(row.get("of_tps") or 0) or _pemilu_tps(whole.codes[index])
    return {name: round(int(row[name]) * int(whole.tps[index]) / of) for name in _TOLD if row.get(name)}


def _electricity(
    whole: Counts514, election: str, published: dict[str, dict[str, str]], thin: Floats
) -> Counts:
    known = {
        n: count
        for n in np.unique(whole.province).tolist()
        if (count := _scaled(whole, n, published.get(str(n), {}), "electricity_constraint")) is not None
    }
    rest = [n for n in np.unique(whole.province).tolist() if n not in known and n not in NOT_ASKED[election]]
    left = ELECTRICITY[election] - sum(known.values())
    weights = np.array([thin[whole.province == n].sum() for n in rest])
    known |= dict(zip(rest, share_out(left, weights).tolist(), strict=True))
    maluku = published["81"]
    rate = int(maluku["electricity_constraint"]) / int(maluku["of_tps"])
    for n in NOT_ASKED[election]:  # as in Maluku (assumed)
        known[n] = round(rate * int(whole.tps[whole.province == n].sum()))
    counted = np.zeros_like(whole.tps)
    for n, total in known.items():
        here = np.flatnonzero(whole.province == n)
        told = [_of_regency(whole, i, published).get("electricity_constraint", -1) for i in here.tolist()]
        own = np.array(told, dtype=np.int64)
        counted[here] = _with(own, total, thin[here], 0, whole.tps[here])
    return counted


def _hard(whole: Counts514, election: str, none: Counts) -> Counts:
    outside = np.isin(whole.province, NOT_ASKED[election])
    hard = np.where(outside, np.rint(none * HARD_MOST).astype(np.int64), 0)
    inside = np.flatnonzero(~outside)
    weights = none[inside] * HARD_BY_DENSITY[whole.density[inside] - 1]
    most = np.floor(none[inside] * HARD_MOST).astype(np.int64)
    total = min(HARD_TO_REACH[election], int(most[weights > 0].sum()))
    hard[inside] = share_out(total, weights, 0, most)
    return hard


def _with(own: Counts, total: int, weights: Floats, least: Counts | int, most: Counts) -> Counts:
    """What regencies published (-1: nothing), and the rest of `total` shared over the others."""
    low = np.broadcast_to(np.asarray(least), own.shape)
    full: Counts = np.maximum(own, low)
    others = np.flatnonzero(own < 0)
    left = max(total - int(full[own >= 0].sum()), int(low[others].sum()))
    if len(others):
        full[others] = share_out(left, weights[others], low[others], most[others])
    return full


def _dark(whole: Counts514, province: int) -> int:
    """TPS in desa without signal; 0 where their number was not published."""
    here = whole.province == province
    desa = int(provinces()[str(province)]["desa_no_signal"] or 0)
    return round(desa * min(TPS_A_DARK_DESA, int(whole.tps[here].sum()) / int(whole.desa[here].sum())))


def _scaled(whole: Counts514, province: int, row: dict[str, str], name: str) -> int | None:
    if not row.get(name):
        return None
    return round(int(row[name]) * int(whole.tps[whole.province == province].sum()) / int(row["of_tps"]))


def _pemilu_tps(code: str) -> int:
    pemilu = counts("pemilu-2024")
    return int(pemilu.tps[pemilu.codes.index(code)])
