"""How many TPS and voters each of the 514 regencies has, for an election: published, or shared out.

Pemilu 2024: every count of TPS is KPU's (its region tree); voters are published for the provinces and for
some regencies, and what is left of a province is shared out by TPS. Pilkada 2024: TPS are published for 24
provinces and 56 regencies, voters for 33 and 56; the rest is shared out by the counts of Pemilu, so that the
435,296 TPS of the nation come out. Where no Pilkada DPT was found a province keeps its voters of February.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from simulators.country.shares import share_out
from simulators.quantiles import Counts

ELECTIONS = ("pemilu-2024", "pilkada-2024")
PILKADA_TPS = 435_296
"""Of the nation (KPU)."""
DPT_MOST = {"pemilu-2024": 300, "pilkada-2024": 600}
"""Voters of a TPS at most: 300 (infoaceh.net), 600 (timexkupang 2024-06-14)."""

_DATA = files("scenarios") / "data"


@dataclass(frozen=True, slots=True, eq=False)
class Counts514:
    """One item a regency, in order of code. `tps` has the special locations in it, `special` counts them."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    province: NDArray[np.int64]  # number of the province, such as 17
    density: NDArray[np.int64]  # 1 below 50 people a km2, then to 100, 300, 1,000; 5 above (Opensignal 2019)
    desa: Counts
    tps: Counts
    special: Counts
    dpt: Counts


def rows(name: str) -> tuple[dict[str, str], ...]:
    """The lines of one of the tables in `scenarios/data`."""
    with (_DATA / f"{name}.csv").open(encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


@cache
def provinces() -> dict[str, dict[str, str]]:
    """Every province by its two digits."""
    return {row["code"]: row for row in rows("provinces")}


@cache
def counts(election: str) -> Counts514:
    """Counts of every regency for "pemilu-2024" or "pilkada-2024"."""
    table = sorted(rows("regencies"), key=lambda row: row["code"])
    province = _column(table, "province_code")
    desa, tps = _column(table, "desa_kelurahan_kpu2024"), _column(table, "tps_pemilu2024")
    special = _column(table, "tps_pemilu2024_special_location")
    dpt = _completed(
        _column(table, "dpt_pemilu2024_published"),
        tps,
        province,
        {int(code): int(row["dpt_pemilu2024"]) for code, row in provinces().items()},
        tps,
        tps * DPT_MOST["pemilu-2024"],
    )
    if election == "pilkada-2024":
        tps, special, dpt = _pilkada(table, province, desa, tps, special, dpt)
    return Counts514(
        codes=tuple(row["code"] for row in table),
        names=tuple(row["name"] for row in table),
        province=province,
        density=_column(table, "opensignal_density_cat"),
        desa=desa,
        tps=tps,
        special=special,
        dpt=dpt,
    )


def _pilkada(
    table: list[dict[str, str]],
    province: NDArray[np.int64],
    desa: Counts,
    tps: Counts,
    special: Counts,
    dpt: Counts,
) -> tuple[Counts, Counts, Counts]:
    """TPS, special locations (a share as of February: assumed) and voters, given those of Pemilu."""
    numbers = np.unique(province)
    voters = _known("dpt_pilkada2024", fallback="dpt_pemilu2024")
    known = _known("tps_pilkada2024")
    unknown = [number for number in numbers.tolist() if number not in known]
    shared = share_out(
        PILKADA_TPS - sum(known.values()),
        np.array([tps[province == number].sum() for number in unknown], dtype=float),
    )
    merged = _completed(
        _column(table, "tps_pilkada2024"),
        tps,
        province,
        known | dict(zip(unknown, shared.tolist(), strict=True)),
        desa,
        tps,
    )
    fewer = np.minimum(np.rint(special * (merged / tps)).astype(np.int64), np.maximum(0, merged - desa))
    most = merged * DPT_MOST["pilkada-2024"]
    return (
        merged,
        fewer,
        _completed(_column(table, "dpt_pilkada2024"), dpt, province, voters, merged, most),
    )


def _completed(
    published: Counts, weights: Counts, province: NDArray[np.int64], totals: dict[int, int],
    least: Counts, most: Counts,
) -> Counts:  # fmt: skip
    """The published counts of regencies (0: none), and for the others what is left of their province.

    A province whose published regencies do not add to it keeps its own total: the largest gives or takes.
    """
    full = published.copy()
    for number, total in totals.items():
        here = np.flatnonzero(province == number)
        others = here[published[here] == 0]
        left = total - int(published[here].sum())
        if len(others):
            full[others] = share_out(left, weights[others].astype(float), least[others], most[others])
        else:
            full[here[np.argmax(published[here])]] += left
    return full


def _known(column: str, fallback: str = "") -> dict[int, int]:
    found = {
        int(code): row[column] or (row[fallback] if fallback else "") for code, row in provinces().items()
    }
    return {code: int(count) for code, count in found.items() if count}


def _column(table: list[dict[str, str]], name: str) -> NDArray[np.int64]:
    return np.array([int(row[name] or 0) for row in table], dtype=np.int64)
