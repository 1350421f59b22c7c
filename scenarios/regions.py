"""Regions as KPU counts them: regency, kecamatan, desa, with TPS and DPT of Pemilu 2024.

Counts and names come from `data/` (see `data/SOURCES.md`). Where the desa of a regency are not on file they
are laid out synthetically with the published *numbers* of kecamatan, desa and kelurahan.
"""

import csv
import difflib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

_DATA = files("scenarios") / "data"
_NO_PROVINCE = 'no province has the code "{}"; it is two digits, such as "17" of the regency "17.08"'


class RegionError(ValueError):
    """A region code that is not on file; the message names near codes."""


@dataclass(frozen=True, slots=True)
class Desa:
    """A desa or kelurahan; `code` has ten digits, the seventh is 1 for a kelurahan and 2 for a desa."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Kecamatan:
    """A sub-district with its desa; `code` has six digits."""

    code: str
    name: str
    desa: tuple[Desa, ...]


@dataclass(frozen=True, slots=True)
class Regency:
    """A kabupaten or kota. `tps` counts polling stations (special locations included), `dpt` voters.

    `dpt_is_estimate` tells a shared-out province figure from a published one.
    """

    code: str
    name: str
    province_code: str
    province: str
    time_zone: str
    tps: int
    special_tps: int
    dpt: int
    dpt_is_estimate: bool
    kecamatan: tuple[Kecamatan, ...]

    @property
    def desa(self) -> tuple[Desa, ...]:
        """Every desa, in order of code."""
        return tuple(desa for kecamatan in self.kecamatan for desa in kecamatan.desa)


@cache
def _rows() -> dict[str, dict[str, str]]:
    with (_DATA / "regencies.csv").open(encoding="utf-8") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def province_names() -> dict[str, str]:
    """Names of the provinces by code, "17"."""
    return {row["province_code"]: row["province"] for row in _rows().values()}


def regency_names() -> dict[str, str]:
    """Names of regencies and cities by code, "17.08"."""
    return {code: row["name"] for code, row in _rows().items()}


@cache
def regency(code: str) -> Regency:
    """The regency with KPU/Kemendagri code such as "17.08"; raises RegionError for an unknown one."""
    rows = _rows()
    row = rows.get(code)
    if row is None:
        near = difflib.get_close_matches(code, rows, n=3) or ["17.08"]
        known = ", ".join(f'"{one}" ({rows[one]["name"]})' for one in near)
        raise RegionError(f'no regency has the code "{code}"; a code looks like {known}')
    published = row["dpt_pemilu2024_published"]
    return Regency(
        code=code,
        name=row["name"],
        province_code=row["province_code"],
        province=row["province"],
        time_zone=row["tz_iana"],
        tps=int(row["tps_pemilu2024"]),
        special_tps=int(row["tps_pemilu2024_special_location"]),
        dpt=int(published or row["dpt_pemilu2024_est"]),
        dpt_is_estimate=not published,
        kecamatan=_named_kecamatan(code.replace(".", "")) or _synthetic_kecamatan(row),
    )


@cache
def regencies(province_code: str) -> tuple[Regency, ...]:
    """Every regency and city of a province, in order of code; raises RegionError for an unknown code."""
    codes = [code for code, row in _rows().items() if row["province_code"] == province_code]
    if not codes:
        raise RegionError(_NO_PROVINCE.format(province_code))
    return tuple(regency(code) for code in sorted(codes))


@cache
def regions_of(
    code: str, kecamatan: tuple[str, ...] = (), tps: int | None = None, voters: int | None = None
) -> tuple[Regency, ...]:
    """A regency ("17.08"), or all of a province ("73"), narrowed to the kecamatan with these codes.

    `tps` and `voters` replace the counts of the one regency that is left; raises RegionError.
    """
    whole = regencies(code) if len(code) == 2 and code.isdigit() else (regency(code),)
    known = {one.code: one.name for place in whole for one in place.kecamatan}
    for one in kecamatan:
        if one not in known:
            near = difflib.get_close_matches(one, known, n=3) or list(known)[:3]
            there = ", ".join(f"{k} {known[k]}" for k in near)
            raise RegionError(f'kecamatan: {code} has no kecamatan "{one}"; it has {there}')
    found = tuple(_narrowed(place, frozenset(kecamatan)) for place in whole) if kecamatan else whole
    found = tuple(place for place in found if place.kecamatan)
    if tps is None and voters is None:
        return found
    if len(found) > 1:
        raise RegionError(
            f"tps: tps and voters are counts of one regency, and {code} has {len(found)}; leave them out"
        )
    [place] = found
    counted = place.tps if tps is None else tps
    # Without a count of their own the voters follow the TPS.
    people = round(place.dpt * counted / place.tps) if voters is None else voters
    special = min(place.special_tps, max(0, counted - len(place.desa)))
    return (replace(place, tps=counted, special_tps=special, dpt=people, dpt_is_estimate=voters is None),)


def _narrowed(place: Regency, codes: frozenset[str]) -> Regency:
    """Some kecamatan of a regency; TPS and voters by their share of its desa (assumed)."""
    kept = tuple(one for one in place.kecamatan if one.code in codes)
    desa = sum(len(one.desa) for one in kept)
    share = desa / len(place.desa)
    special = round(place.special_tps * share)
    tps = max(desa + special, round(place.tps * share))
    return replace(
        place,
        tps=tps,
        special_tps=special,
        dpt=round(place.dpt * tps / place.tps),
        dpt_is_estimate=True,
        kecamatan=kept,
    )


@cache
def dpr_seats(province_code: str) -> tuple[int, ...]:
    """Seats of each DPR district (dapil) of a province, first to last; RegionError for an unknown code."""
    with (_DATA / "dapil-dpr.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["province_code"] == province_code:
                return tuple(int(seats) for seats in row["seats"].split())
    raise RegionError(_NO_PROVINCE.format(province_code))


def _named_kecamatan(digits: str) -> tuple[Kecamatan, ...]:
    path = _DATA / f"desa-{digits}.csv"
    if not path.is_file():
        return ()
    names: dict[str, str] = {}
    desa: dict[str, list[Desa]] = {}
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            names[row["kecamatan_code"]] = row["kecamatan_name"]
            desa.setdefault(row["kecamatan_code"], []).append(Desa(row["code"], row["name"]))
    return tuple(Kecamatan(code, names[code], tuple(desa[code])) for code in sorted(names))


def _synthetic_kecamatan(row: dict[str, str]) -> tuple[Kecamatan, ...]:
    """Spread the published number of desa evenly; kelurahan first, as in towns."""
    digits = row["code"].replace(".", "")
    n_kecamatan = int(row["kecamatan_kpu2024"])
    n_desa = int(row["desa_kelurahan_kpu2024"])
    n_kelurahan = int(row["kelurahan_kpu2024"] or 0)
    made: list[Kecamatan] = []
    first = 0
    for index in range(n_kecamatan):
        code = f"{digits}{index + 1:02d}"
        last = n_desa * (index + 1) // n_kecamatan
        desa = tuple(
            Desa(f"{code}{1 if order < n_kelurahan else 2}{order - first + 1:03d}", f"Desa {order + 1:03d}")
            for order in range(first, last)
        )
        made.append(Kecamatan(code, f"Kecamatan {index + 1:02d}", desa))
        first = last
    return tuple(made)
