"""The vote abroad: 128 missions (PPLN) with TPSLN, mobile boxes (KSK) and postal counts (Pos).

KPU set 3,059 units: 828 TPSLN, 1,580 KSK, 651 Pos (voi.id 2023-12-27). The public portal counted 823,236 TPS,
which leaves 3,075 beside the 820,161 at home; the 16 more are taken as TPSLN (assumed). Voters: 1,750,474 on
the DPT. `scenarios/data/missions.csv` lists the missions: voters and units of the five largest as published,
voters of fifteen more as told in December 2023 (scaled), all others alike (assumed), and the offset of their
clock on 14 February 2024. Codes are ours: 99, part of the world, mission, kind (3 digits: 100 TPSLN, 200 KSK,
300 Pos) and number. Abroad the vote came days before; the count is on the day, by the clock of the place.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulators.country.counts import rows
from simulators.country.model import KSK, POS, TPSLN
from simulators.country.shares import share_out
from simulators.country.tree import starts
from simulators.draws import lognormals, uniforms
from simulators.quantiles import Counts

UNITS = {TPSLN: 844, KSK: 1_580, POS: 651}
VOTERS = 1_750_474
SPREAD = 0.3
WEIGHT = {TPSLN: 1.0, KSK: 0.6, POS: 2.0}
"""Voters of a unit beside those of a TPSLN of the same mission, and their spread: assumed."""
MOST_VOTERS = 60_000
DESA_OF_KIND = 1_000
"""The desa part of a code is kind x 1,000, and one more for each 999 units of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Abroad:
    """Units in order of code; one item a unit."""

    tps: NDArray[np.int64]
    dpt: Counts
    kind: NDArray[np.uint8]
    utc_offset_h: NDArray[np.float32]


def abroad(seed: int) -> Abroad:
    """All 3,075 units."""
    missions = rows("missions")
    voters = _voters(missions)
    units = _units(missions, voters)
    mission = np.repeat(np.arange(len(missions)), units)
    kind = _kinds(seed, mission)
    order = np.lexsort((kind, mission))
    mission, kind = mission[order], kind[order]
    group = mission * 4 + kind
    first = starts(group)
    number = np.arange(len(group)) - np.repeat(first, np.diff(np.append(first, len(group)))) + 1
    codes = np.array([int(row["code"]) for row in missions])[mission]
    tps = (codes * 10_000 + kind.astype(np.int64) * DESA_OF_KIND) * 1_000 + number
    weights = np.array([WEIGHT[TPSLN], WEIGHT[KSK], WEIGHT[POS]])[kind - 1]
    weights = weights * lognormals(uniforms(seed, "abroad-dpt", tps), 1.0, SPREAD)
    dpt = np.zeros(len(tps), dtype=np.int64)
    for i, total in enumerate(voters.tolist()):
        here = mission == i
        dpt[here] = share_out(total, weights[here], 1, MOST_VOTERS)
    offsets = np.array([float(row["utc_offset_h"]) for row in missions], dtype=np.float32)
    return Abroad(tps, dpt, kind.astype(np.uint8), offsets[mission])


def _voters(missions: tuple[dict[str, str], ...]) -> Counts:
    """Voters of each mission; those of the DPT as they are, the others scaled to what it leaves."""
    final = np.array([int(row["voters"]) if row["basis"] == "DPT" else 0 for row in missions])
    told = np.array([int(row["voters"] or 0) for row in missions]) * (final == 0)
    others = (final == 0) & (told == 0)
    each = (VOTERS - final.sum() - told.sum()) / others.sum()
    weights = np.where(final > 0, 0.0, np.where(others, each, told))
    return final + share_out(int(VOTERS - final.sum()), weights)


def _units(missions: tuple[dict[str, str], ...], voters: Counts) -> Counts:
    known = np.array([int(row["units"] or 0) for row in missions])
    weights = np.where(known > 0, 0.0, voters.astype(float))
    least = np.where(known > 0, 0, 1)
    return known + share_out(sum(UNITS.values()) - int(known.sum()), weights, least)


def _kinds(seed: int, mission: NDArray[np.int64]) -> NDArray[np.int64]:
    """Kinds in the numbers published; each mission has a TPSLN first, the rest are drawn."""
    kind = np.full(len(mission), TPSLN)
    later = np.flatnonzero(np.concatenate(([False], np.diff(mission) == 0)))
    lots = uniforms(seed, "abroad-kind", later)
    drawn = later[np.argsort(lots, kind="stable")]
    kind[drawn[: UNITS[KSK]]] = KSK
    kind[drawn[UNITS[KSK] : UNITS[KSK] + UNITS[POS]]] = POS
    return kind
