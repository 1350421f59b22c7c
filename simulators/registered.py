"""How many TPS and voters the places of a scenario have in its election.

Pemilu's counts are on file with the regencies. For Pilkada KPU merged the TPS of a desa two by two: counts of
Pilkada 2024 as the nation's simulation has them (published, or shared out: `simulators.country.counts`). For
Pilkada 2020 the same are taken (simplified; a scenario may give published ones in [region]).
"""

from dataclasses import replace

from scenarios import Regency, Scenario


def registered(scenario: Scenario) -> tuple[Regency, ...]:
    """The places of a scenario with the counts of its election; raises RegionError."""
    places = scenario.places()
    if scenario.scenario.election == "pemilu-2024":
        return places
    return tuple(_of_pilkada(scenario, place) for place in places)


def _of_pilkada(scenario: Scenario, place: Regency) -> Regency:
    """Counts that [region] does not give; some kecamatan have the same part of them as of Pemilu's."""
    from simulators.country.counts import counts  # it leads back here: a nation is a population as well

    february, november = counts("pemilu-2024"), counts("pilkada-2024")
    row = november.codes.index(place.code)
    tps = scenario.region.tps
    if tps is None:
        tps = max(len(place.desa), round(place.tps * int(november.tps[row]) / int(february.tps[row])))
    voters = scenario.region.voters
    if voters is None:
        mean = int(november.dpt[row]) / int(november.tps[row])
        voters = round(mean * tps)
    special = min(int(november.special[row]), place.special_tps, max(0, tps - len(place.desa)))
    return replace(place, tps=tps, special_tps=special, dpt=voters)
