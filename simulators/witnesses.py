"""Who signs the sheets of a TPS: the KPPS, and of the witnesses (saksi) those who came.

One cell a contestant; "" where nobody came. Pairs are taken to have one at every presidential sheet. A party
has one witness for its three legislative forms. All shares below are assumptions: no count was found.
"""

from simulators import names
from simulators.contests import BY_PARTY, EMPTY_COLUMN, Contest
from simulators.draws import subseed, uniform
from simulators.parties import FULL_LISTS, parties

CAME = {"dpd": 0.15, "kwk-gubernur": 0.95, "kwk-bupati": 0.95}
CAME_OF_LARGE_PARTY, CAME_OF_SMALL_PARTY = 0.75, 0.25
"""Large: with full lists."""


def kpps(seed: int, tps: str, election: str) -> tuple[str, ...]:
    """The seven KPPS members, chair first: one crew for all forms of an election."""
    if election == "pemilu-2024":
        return names.kpps(seed, tps)
    return names.people(seed, f"kpps-names-{election}", int(tps), names.KPPS_MEMBERS)


def saksi(stands: Contest, tps: str) -> tuple[str, ...]:
    """One name for each contestant in the order of the ballot, "" where no witness came."""
    if stands.form == "ppwp":
        return names.saksi(stands.seed, tps)
    for_whom = "partai" if stands.form in BY_PARTY else stands.form
    sent = names.people(stands.seed, f"saksi-names-{for_whom}", int(tps), len(stands.contestants))
    lots = subseed(stands.seed, f"saksi-came-{for_whom}")
    chances = _chances(stands)
    return tuple(
        name if uniform(lots, int(tps), k) < chance else ""
        for k, (name, chance) in enumerate(zip(sent, chances, strict=True))
    )


def _chances(stands: Contest) -> list[float]:
    """How likely each contestant has a witness; nobody stands by the empty column."""
    if stands.form in BY_PARTY:
        return [
            CAME_OF_LARGE_PARTY if party.rank < FULL_LISTS else CAME_OF_SMALL_PARTY
            for party in parties(stands.seed)
        ]
    return [0.0 if one.names == (EMPTY_COLUMN,) else CAME[stands.form] for one in stands.contestants]
