"""Electoral districts (dapil): in which one a TPS votes for DPR and both DPRD, and for how many seats.

How many DPR districts a province has, and their seats, is on file (PKPU 6/2023). Which regencies make up
each is not, nor are the districts of the DPRD. So districts are runs of neighbouring codes with about equal
shares of TPS: of regencies (DPR, DPRD Provinsi; none is split) or of kecamatan (DPRD Kabupaten/Kota). Seats
of a DPRD follow from the population by the steps of Law 7/2017, articles 188 and 191 (memory, unverified),
and districts from the mean seats of a district. A district drawn so need not be the real one.
"""

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from scenarios import Regency, dpr_seats, regencies, regency

VOTERS_PER_HEAD = 0.727
"""204.8 M voters of 281.6 M people (2024): how the population is had from the DPT."""

STEPS = {
    "dprd-prov": ((1e6, 35), (3e6, 45), (5e6, 55), (7e6, 65), (9e6, 75), (11e6, 85), (20e6, 100)),
    "dprd-kab": ((1e5, 20), (2e5, 25), (3e5, 30), (4e5, 35), (5e5, 40), (1e6, 45), (3e6, 50)),
}
LARGEST = {"dprd-prov": 120, "dprd-kab": 55}
"""Seats of a council: up to so many people, so many seats; and beyond the last step."""

SEATS_A_DAPIL = {"dprd-prov": 2_372 / 301, "dprd-kab": 17_510 / 2_325}
"""Districts as counted for 2024 (301 and 2,325); seats of all councils from memory, unverified."""

MOST_SEATS = 12
"""No DPRD district has more (memory, unverified); one that would is cut short to it."""


@dataclass(frozen=True, slots=True)
class Dapil:
    """An electoral district; `code` tells it from every other of its council."""

    code: int
    name: str
    seats: int


def dapil(form: str, place: Regency, kecamatan: str) -> Dapil:
    """The district of a kecamatan (six-digit code) for the form "dpr", "dprd-prov" or "dprd-kab"."""
    if form == "dpr":
        return _of_province_dpr(place.province_code)[place.code]
    if form == "dprd-prov":
        return _of_province(place.province_code)[place.code]
    return _of_regency(place.code)[kecamatan]


@cache
def _of_province_dpr(province_code: str) -> dict[str, Dapil]:
    seats = dpr_seats(province_code)
    members = regencies(province_code)
    name = province_name(members[0])
    districts = [
        Dapil(int(province_code) * 100 + k, f"{name} {_roman(k)}" if len(seats) > 1 else name, count)
        for k, count in enumerate(seats, 1)
    ]
    runs = _runs([place.tps for place in members], [float(count) for count in seats])
    return {place.code: districts[run] for place, run in zip(members, runs, strict=True)}


@cache
def _of_province(province_code: str) -> dict[str, Dapil]:
    members = regencies(province_code)
    seats = _seats("dprd-prov", sum(place.dpt for place in members), len(members))
    name = province_name(members[0])
    districts = [
        Dapil(int(province_code) * 100 + k, f"{name} {k}", count) for k, count in enumerate(seats, 1)
    ]
    runs = _runs([place.tps for place in members], [1.0] * len(seats))
    return {place.code: districts[run] for place, run in zip(members, runs, strict=True)}


@cache
def _of_regency(code: str) -> dict[str, Dapil]:
    place = regency(code)
    seats = _seats("dprd-kab", place.dpt, len(place.kecamatan))
    name = place.name.upper().removeprefix("KABUPATEN ")
    first = int(place.code.replace(".", "")) * 100
    districts = [Dapil(first + k, f"{name} {k}", count) for k, count in enumerate(seats, 1)]
    runs = _runs([len(one.desa) for one in place.kecamatan], [1.0] * len(seats))
    return {one.code: districts[run] for one, run in zip(place.kecamatan, runs, strict=True)}


def _seats(form: str, voters: int, most_districts: int) -> tuple[int, ...]:
    """Seats of each district of a council for so many voters."""
    people = voters / VOTERS_PER_HEAD
    total = next((seats for up_to, seats in STEPS[form] if people <= up_to), LARGEST[form])
    count = max(1, min(most_districts, round(total / SEATS_A_DAPIL[form])))
    return tuple(min(MOST_SEATS, total // count + (k < total % count)) for k in range(count))


def _runs(sizes: list[int], shares: list[float]) -> list[int]:
    """Cut items into as many runs as there are shares, near those shares of the whole; none is empty.

    >>> _runs([1, 1, 1, 5], [1.0, 1.0])
    [0, 0, 0, 1]
    """
    ends = [end / sum(shares) * sum(sizes) for end in accumulate(shares)]
    runs: list[int] = []
    for item, before in enumerate(accumulate(sizes, initial=0)):
        if item == len(sizes):
            break
        wanted = min(bisect_left(ends, before + sizes[item] / 2), len(shares) - 1)
        last = runs[-1] if runs else -1
        left = len(sizes) - 1 - item
        runs.append(max(last, min(wanted, last + 1), len(shares) - 1 - left))
    return runs


def province_name(place: Regency) -> str:
    """The province as districts of the whole of it are called."""
    return place.province.upper().replace("DI YOGYAKARTA", "DAERAH ISTIMEWA YOGYAKARTA")


def _roman(number: int) -> str:
    tens, ones = divmod(number, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]
