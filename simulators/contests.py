"""Who stands in a TPS, form by form: pairs, parties with their candidates, candidates of a province.

Everyone is invented; how many stand is as published where that is named below, and drawn or assumed where
not. A contest is the same for every TPS of its district: a pure function of (seed, form, district).
"""

from dataclasses import dataclass
from functools import lru_cache

from fakeforms.orders import Contestant
from scenarios import FORMS_OF_ELECTION as OF_ELECTION
from scenarios import NOT_VOTED, Regency, Scenario
from simulators.dapil import Dapil, dapil, province_name
from simulators.draws import subseed, uniform
from simulators.names import pairs, paslon, people
from simulators.parties import FULL_LISTS, SEAT_FILLED, Party, parties
from simulators.population import Population

FORMS_OF_ELECTION = {
    "pemilu-2024": ("ppwp", "dpr", "dpd", "dprd-prov", "dprd-kab"),
    "pilkada-2024": ("kwk-gubernur", "kwk-bupati"),
}
"""In the order in which the votes are counted."""

ELECTION = {form: election for election, forms in FORMS_OF_ELECTION.items() for form in forms}
BY_PARTY = ("dpr", "dprd-prov", "dprd-kab")

DPD_CANDIDATES = {"11": 33, "14": 29, "31": 26, "32": 55, "34": 9, "35": 13, "62": 10, "71": 10, "96": 6}
"""By province code. Counts before the final list (ANTARA, 30 April 2023), Jawa Timur from one sheet of 2024.
Papua Barat Daya is set to what one page of votes holds, because Kota Sorong sent three pages for DPD."""

DPD_CANDIDATES_ELSEWHERE = 16
"""What the provinces above leave of the 668 on the final list, over the other 29: 16.4 each."""

PAIRS_CHANCE = {
    "kwk-gubernur": ((1, 1), (2, 16), (3, 11), (4, 8), (5, 1)),
    "kwk-bupati": ((1, 36), (2, 184), (3, 148), (4, 98), (5, 38), (6, 4)),
}
"""Regions with so many pairs, Pilkada 2024 (counted from razanfawwaz/pilkada-scrap); 37 had a single pair
(tempo.co), of which one a province (memory, unverified). Which region has how many is drawn."""

EMPTY_COLUMN = "KOLOM KOSONG"


class ContestError(ValueError):
    """A form for which a region does not vote, or one that is unknown; the message says which there are."""


@dataclass(frozen=True, slots=True, eq=False)
class Contest:
    """One contest: who stands for what. `district` tells it from the same form's contests elsewhere."""

    seed: int
    form: str
    district: int
    dapil: str  # as written on the sheet; empty where the form does not ask
    contestants: tuple[Contestant, ...]


def forms_of(population: Population, scenario: Scenario) -> tuple[str, ...]:
    """Forms the region of a population votes with: those of the scenario's election.

    To TPS of Pemilu those of Pilkada are added, as if it were held there as well; Pilkada's are other TPS.
    """
    election = scenario.scenario.election
    own = OF_ELECTION[election]
    others = [form for form in ELECTION if form not in own and population.election == "pemilu-2024"]
    return tuple(form for form in (*own, *others) if (form, population.place.province_code) not in NOT_VOTED)


def contest(seed: int, form: str, place: Regency, kecamatan: str) -> Contest:
    """Who stands for `form` in a kecamatan (six-digit code) of a regency; raises ContestError."""
    if form not in ELECTION:
        raise ContestError(f"form {form!r} is unknown; there are: {', '.join(ELECTION)}")
    reason = NOT_VOTED.get((form, place.province_code))
    if reason:
        there = [one for one in ELECTION if (one, place.province_code) not in NOT_VOTED]
        raise ContestError(f"form {form!r}: {reason}; {place.name} votes with: {', '.join(there)}")
    if form == "ppwp":
        return _presidential(seed)
    if form in BY_PARTY:
        return _of_parties(seed, form, dapil(form, place, kecamatan))
    if form == "dpd":
        return _of_province(seed, int(place.province_code), province_name(place))
    area = place.province_code if form == "kwk-gubernur" else place.code.replace(".", "")
    return _of_pairs(seed, form, int(area))


@lru_cache(maxsize=16)
def _presidential(seed: int) -> Contest:
    stand = tuple(Contestant(number, pair) for number, pair in enumerate(paslon(seed), 1))
    return Contest(seed, "ppwp", 0, "", stand)


@lru_cache(maxsize=256)
def _of_parties(seed: int, form: str, district: Dapil) -> Contest:
    lists = [_candidates(seed, form, district, party) for party in parties(seed)]
    named = iter(people(seed, f"caleg-names-{form}", district.code, sum(lists)))
    stand = tuple(
        Contestant(party.number, (party.name,), tuple(next(named) for _ in range(length)))
        for party, length in zip(parties(seed), lists, strict=True)
    )
    return Contest(seed, form, district.code, district.name, stand)


def _candidates(seed: int, form: str, district: Dapil, party: Party) -> int:
    """How many a party lists: all seats, or for the smallest those it could fill; at least one.

    The chance to fill a seat is known for the DPR and taken over for the DPRD.
    """
    if party.rank < FULL_LISTS:
        return district.seats
    lots = subseed(seed, f"seats-filled-{form}")
    agent = district.code * 100 + party.number
    return max(1, sum(uniform(lots, agent, seat) < SEAT_FILLED for seat in range(district.seats)))


@lru_cache(maxsize=64)
def _of_province(seed: int, code: int, province: str) -> Contest:
    count = DPD_CANDIDATES.get(str(code), DPD_CANDIDATES_ELSEWHERE)
    named = people(seed, "dpd-names", code, count)
    stand = tuple(Contestant(number, (name,)) for number, name in enumerate(named, 1))
    return Contest(seed, "dpd", code, province, stand)


@lru_cache(maxsize=64)
def _of_pairs(seed: int, form: str, area: int) -> Contest:
    chances = PAIRS_CHANCE[form]
    regions = [count for count, weight in chances for _ in range(weight)]
    count = regions[int(uniform(subseed(seed, f"pairs-{form}"), area, 0) * len(regions))]
    named = pairs(seed, f"paslon-names-{form}", area, count)
    stand = tuple(Contestant(number, pair) for number, pair in enumerate(named, 1))
    if count == 1:
        stand += (Contestant(2, (EMPTY_COLUMN,)),)
    return Contest(seed, form, area, "", stand)
