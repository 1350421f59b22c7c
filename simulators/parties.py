"""Eighteen invented parties: what they are called, their ballot numbers, and how strong each is.

The numbers are those of Pemilu 2024 (1 to 17 and 24; the six local parties of Aceh are left out, there too).
Names are words of weather, water and field that no Indonesian party bears. Strengths are the shares of 2024
without their owners: which number gets which is drawn, so that no party can be known by its size.
"""

from dataclasses import dataclass
from functools import cache

from simulators.draws import subseed, uniform

NUMBERS = (*range(1, 18), 24)

NAMES = (
    "Partai Layar Samudra", "Partai Kunang Malam", "Partai Embun Rimba", "Partai Teras Ladang",
    "Partai Lumbung Jagung", "Partai Jembatan Kayu", "Partai Tenun Warna", "Partai Sungai Jernih",
    "Partai Menara Suar", "Partai Anyaman Rotan", "Partai Ombak Tenang", "Partai Tunas Bakau",
    "Partai Langit Teduh", "Partai Hujan Pagi", "Partai Pematang Luas", "Partai Lentera Dusun",
    "Partai Lereng Gunung", "Partai Cakrawala Senja", "Partai Wangi Cendana", "Partai Batu Karang",
    "Partai Dermaga Tua", "Partai Gerimis Sore", "Partai Jala Muara", "Partai Kebun Cengkih",
)  # fmt: skip

MILLIONS = (
    25.38, 23.21, 20.07, 16.12, 14.66, 12.78, 11.28, 10.98, 5.88,
    4.26, 1.96, 1.28, 1.09, 0.97, 0.64, 0.48, 0.41, 0.33,
)  # fmt: skip
"""Votes of the parties for the DPR in 2024, largest first (voi.id/berita/402669)."""

FULL_LISTS = 11
"""So many parties named a candidate for each of the 580 seats (viva.co.id/berita/politik/1653957)."""

SEAT_FILLED = (9_917 - FULL_LISTS * 580) / ((len(MILLIONS) - FULL_LISTS) * 580)
"""Chance that one of the others, here the smallest, names a candidate for a seat: 9,917 stood in all."""


@dataclass(frozen=True, slots=True)
class Party:
    """An invented party; `share` of the nation's valid votes, `rank` 0 for the largest."""

    number: int
    name: str
    share: float
    rank: int


@cache
def parties(seed: int) -> tuple[Party, ...]:
    """The parties of a seed by ballot number, the same for every TPS."""
    names = _shuffled(seed, "party-names", len(NAMES))
    ranks = _shuffled(seed, "party-sizes", len(NUMBERS))
    return tuple(
        Party(number, NAMES[name], MILLIONS[rank] / sum(MILLIONS), rank)
        for number, name, rank in zip(NUMBERS, names, ranks, strict=False)
    )


def _shuffled(seed: int, purpose: str, count: int) -> list[int]:
    """0..count-1 in a drawn order."""
    lots = subseed(seed, purpose)
    return sorted(range(count), key=lambda item: uniform(lots, item, 0))
