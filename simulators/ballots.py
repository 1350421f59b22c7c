"""Every number of every form for one TPS, drawn ballot by ballot when asked for.

Page 1 tells who voted (`simulators.voters`). Then each ballot falls, by one uniform of its own, to nobody
(invalid) or to a cell: a pair, a candidate, a party's own mark. What the cells weigh in a TPS is the
contest's strengths, bent by what is common to the regency, the kecamatan, the desa and the TPS: neighbours
vote alike, and counts spread wider than chance alone would spread them. The numbers of PPWP are the
population's columns.

Weights come from exponentials, which machines may round differently in the last bit; a ballot would have to
lie that near to a border to fall elsewhere: one in 10**13.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simulators.contests import BY_PARTY, ELECTION, EMPTY_COLUMN, Contest, contest
from simulators.draws import Floats, normals, subseed, uniform
from simulators.parties import parties
from simulators.population import Population
from simulators.quantiles import beta
from simulators.voters import legislative, pilkada, pilkada_of, voters

INVALID = {
    "dpr": (2.6, 26.3),
    "dpd": (3.4, 20.0),
    "dprd-prov": (2.6, 26.3),
    "dprd-kab": (2.6, 26.3),
    "kwk-gubernur": (2.4, 51.0),
    "kwk-bupati": (2.4, 51.0),
}
"""Beta: invalid ballots over used, by TPS. Means: DPR 9.0 %, which is what 151.8 M valid votes leave of a
turnout of 81.42 % of 204.8 M; DPD 14.5 %; DPRD as DPR; Pilkada 4.5 % (the last three unverified). Spreads
are assumed."""

PARTY_BENDS = {"regency": 0.40, "kecamatan": 0.25, "desa": 0.30, "tps": 0.25}
PARTY_BENDS_OF_FORM = {"regency": 0.20, "kecamatan": 0.15, "desa": 0.15, "tps": 0.15}
"""Spread of the log of a party's weight by level: common to the legislative forms, and of the form alone."""

CANDIDATE_BENDS = {
    "dpr": {"regency": 0.7, "kecamatan": 0.4, "desa": 0.4, "tps": 0.3},
    "dprd-prov": {"regency": 0.4, "kecamatan": 0.6, "desa": 0.6, "tps": 0.3},
    "dprd-kab": {"kecamatan": 0.8, "desa": 1.0, "tps": 0.4},
    "dpd": {"regency": 0.6, "kecamatan": 0.3, "desa": 0.3, "tps": 0.2},
    "kwk-gubernur": {"regency": 0.5, "kecamatan": 0.2, "desa": 0.3, "tps": 0.2},
    "kwk-bupati": {"kecamatan": 0.4, "desa": 0.4, "tps": 0.2},
}
"""The same for one candidate or pair: the narrower the council, the more home counts. All assumed."""

PARTY_MARK = {"dpr": 0.25, "dprd-prov": 0.20, "dprd-kab": 0.10}
"""Share of a party's votes that mark the party and no candidate (assumed)."""
LIST_DECAY, LIST_SPREAD = 1.1, 0.5
"""Candidate i of a list weighs i ** -LIST_DECAY, log-normally spread: the head leads (assumed)."""
DPD_DECAY, DPD_SPREAD = 0.8, 0.4
"""The same for DPD candidates, in a drawn order: a few known names and a long tail (assumed)."""
PAIR_SPREAD = 0.45
EMPTY_COLUMN_WEIGHT = 0.4
"""Weight of the empty column beside 1 of the pair it stands against (assumed)."""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Where a vote of a contest can fall: one item a cell, in the order of the ballot.

    `fields` are ids of the form, `party` the index of the party whose cell it is, or of the contestant.
    """

    fields: tuple[str, ...]
    party: NDArray[np.int64]
    log_weight: Floats


def values(population: Population, index: int, form: str) -> dict[str, int]:
    """All numbers of the sheets of one form for the TPS at `index`, by field id; raises ContestError."""
    if form == "ppwp":
        return population.values(index)
    tps = str(population.tps[index])
    stands = contest(population.seed, form, population.place_of(tps), str(population.kecamatan[index]))
    if population.election != "pemilu-2024":
        dpt = {who: int(population.numbers[f"dpt_{who}"][index]) for who in "lpj"}
        return cast(stands, int(tps), pilkada_of(population.seed, form, int(tps), dpt))
    return drawn(stands, int(tps), population.values(index))


def drawn(stands: Contest, tps: int, ppwp: Mapping[str, int]) -> dict[str, int]:
    """Numbers of a contest's form in a TPS (13-digit code) whose C.HASIL-PPWP holds `ppwp`."""
    attendance = pilkada if ELECTION[stands.form] == "pilkada-2024" else legislative
    return cast(stands, tps, attendance(stands.seed, stands.form, tps, ppwp))


def cast(stands: Contest, tps: int, page: dict[str, int]) -> dict[str, int]:
    """Page 1 of a form with the votes that were cast, and their totals."""
    used = page["ss_digunakan"]
    cells = cells_of(stands)
    weights = np.exp(cells.log_weight + _bends(stands, tps))
    invalid = beta(*INVALID[stands.form]).at(np.array([_lot(stands, "invalid", tps)]))[0]
    below = np.cumsum(np.concatenate(([invalid / (1.0 - invalid) * weights.sum()], weights)))
    ballots = uniform(subseed(stands.seed, f"ballots-{stands.form}"), voters(tps, used), 0)
    fallen = np.searchsorted(below[:-1], ballots * below[-1], side="right")
    counts = np.bincount(fallen, minlength=len(below)).tolist()
    page |= dict(zip(cells.fields, counts[1:], strict=True))
    if stands.form in BY_PARTY:
        for party in stands.contestants:
            page[f"jumlah_partai_calon_{party.number}"] = page[f"suara_partai_{party.number}"] + sum(
                page[f"suara_calon_{party.number}_{k}"] for k in range(1, len(party.candidates) + 1)
            )
    return page | {"suara_sah": used - counts[0], "suara_tidak_sah": counts[0], "suara_total": used}


@lru_cache(maxsize=512)
def cells_of(stands: Contest) -> Cells:
    """The cells of a contest, with their weights before any place bends them."""
    if stands.form in BY_PARTY:
        return _cells_of_parties(stands)
    numbers = [one.number for one in stands.contestants]
    if stands.form == "dpd":
        order = np.argsort(_drawn_for(stands, "standing", len(numbers)), kind="stable")
        rank = np.empty(len(numbers))
        rank[order] = np.arange(1, len(numbers) + 1)
        spread = DPD_SPREAD * normals(_drawn_for(stands, "strength", len(numbers)))
        return Cells(
            tuple(f"suara_calon_{number}" for number in numbers),
            np.arange(len(numbers)),
            spread - DPD_DECAY * np.log(rank),
        )
    weight = PAIR_SPREAD * normals(_drawn_for(stands, "strength", len(numbers)))
    for k, one in enumerate(stands.contestants):
        if one.names == (EMPTY_COLUMN,):
            weight[k] += np.log(EMPTY_COLUMN_WEIGHT)
    return Cells(tuple(f"suara_{number}" for number in numbers), np.arange(len(numbers)), weight)


def _cells_of_parties(stands: Contest) -> Cells:
    lengths = [len(party.candidates) for party in stands.contestants]
    spreads = np.exp(LIST_SPREAD * normals(_drawn_for(stands, "strength", sum(lengths))))
    fields: list[str] = []
    weights: list[Floats] = []
    mark = PARTY_MARK[stands.form]
    for party, spread in zip(parties(stands.seed), np.split(spreads, np.cumsum(lengths)[:-1]), strict=True):
        place = np.arange(1, len(spread) + 1)
        weight = place**-LIST_DECAY * spread
        weights.append(party.share * np.concatenate(([mark], (1.0 - mark) * weight / weight.sum())))
        fields.append(f"suara_partai_{party.number}")
        fields += [f"suara_calon_{party.number}_{i}" for i in place]
    members = np.repeat(np.arange(len(lengths)), np.array(lengths) + 1)
    return Cells(tuple(fields), members, np.log(np.concatenate(weights)))


def _bends(stands: Contest, tps: int) -> Floats:
    """What place adds to the log weight of every cell in a TPS."""
    total = _bend(stands, "desa", tps // 1_000)
    return total + _bend_at(stands, "tps", tps)


@lru_cache(maxsize=4_096)
def _bend(stands: Contest, level: str, place: int) -> Floats:
    """What a place adds, with what it lies in; kept, because the next TPS mostly lies there too."""
    wider = {"desa": ("kecamatan", 10_000), "kecamatan": ("regency", 100)}.get(level)
    here = _bend_at(stands, level, place)
    if wider is None:
        return here
    return here + _bend(stands, wider[0], place // wider[1])


def _bend_at(stands: Contest, level: str, place: int) -> Floats:
    """What one level adds. Half the variance is taken off, so that a bend changes no mean weight."""
    cells = cells_of(stands)
    total = np.zeros(len(cells.fields))
    own = CANDIDATE_BENDS[stands.form].get(level, 0.0)
    if own:
        candidate = _normals(
            stands.seed, f"candidate-{stands.form}-{stands.district}-{level}", place, total.size
        )
        total += own * candidate - own * own / 2.0
    if stands.form in BY_PARTY:
        for purpose, bends in (("party", PARTY_BENDS), (f"party-{stands.form}", PARTY_BENDS_OF_FORM)):
            bend = bends[level]
            party = _normals(stands.seed, f"{purpose}-{level}", place, len(stands.contestants))
            total += (bend * party - bend * bend / 2.0)[cells.party]
    return total


def _normals(seed: int, purpose: str, place: int, count: int) -> Floats:
    return normals(uniform(subseed(seed, purpose), voters(place, count), 0))


def _drawn_for(stands: Contest, purpose: str, count: int) -> Floats:
    """Uniforms of the contest as a whole, one for each of `count`."""
    return uniform(subseed(stands.seed, f"{purpose}-{stands.form}"), voters(stands.district, count), 0)


def _lot(stands: Contest, purpose: str, tps: int) -> float:
    return uniform(subseed(stands.seed, f"{purpose}-{stands.form}"), tps, 0)
