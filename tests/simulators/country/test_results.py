"""The compiled votes of the nation are those that are drawn ballot by ballot for one TPS."""

import numpy as np
import pytest
from numpy.typing import NDArray

from simulators import voters
from simulators.ballots import drawn
from simulators.contests import FORMS_OF_ELECTION
from simulators.country import Country, Roll, country
from simulators.country.contests import runs
from simulators.country.results import Results, fields_of, ppwp, results
from simulators.draws import subseed, uniform
from simulators.numbers import FIELDS, men_of
from simulators.rules import violations

AREAS = {
    "pemilu-2024": ("11.71", "17.08", "31.71", "96.71", "99"),
    "pilkada-2024": ("11.71", "31.71", "34.71"),
}
SEED = 11
WHOLE = {election: country(election, SEED, areas=areas) for election, areas in AREAS.items()}
ALL_FORMS = [(election, form) for election, forms in FORMS_OF_ELECTION.items() for form in forms]


def of(nation: Country, form: str) -> Results:
    return results(nation, form, {} if nation.election == "pilkada-2024" else ppwp(nation))


def values(found: Results, fields: tuple[str, ...], index: int) -> dict[str, int]:
    """All fields of a form for one TPS."""
    here = slice(found.offsets[index], found.offsets[index + 1])
    told = {field: int(column[index]) for field, column in found.page.items()}
    told |= dict(zip(fields, found.votes[here].tolist(), strict=True))
    if found.party_votes is not None:
        numbers = sorted({int(field.split("_")[2]) for field in fields})
        parties = found.party_votes[index * found.parties : (index + 1) * found.parties]
        told |= {f"jumlah_partai_calon_{k}": int(v) for k, v in zip(numbers, parties, strict=True)}
    return told


def sample(nation: Country, form: str, step: int) -> list[tuple[int, int]]:
    """Places in the country and in the results of a form, of every so manyth TPS."""
    those = np.flatnonzero(nation.pages[:, nation.forms.index(form)])
    return [(int(those[k]), k) for k in range(0, len(those), step)]


@pytest.mark.parametrize("form", FORMS_OF_ELECTION["pemilu-2024"][1:])
def test_votes_are_those_of_one_tps_drawn_alone(form: str) -> None:
    nation = WHOLE["pemilu-2024"]
    presidential, found = ppwp(nation), of(nation, form)
    checked = 0
    for run in runs(nation, form):
        fields = fields_of(run.stands)
        for place, k in sample(nation, form, 29):
            if run.first <= place < run.end and not nation.abroad[place]:
                page = {field: int(presidential[field][place]) for field in FIELDS}
                assert values(found, fields, k) == drawn(run.stands, int(nation.tps[place]), page)
                assert found.district[k] == run.stands.district
                checked += 1
    assert checked > 50


@pytest.mark.parametrize("form", FORMS_OF_ELECTION["pilkada-2024"])
def test_pilkada_votes_are_those_of_a_tps_that_stayed_alone(form: str) -> None:
    """`drawn` makes up the DPT of others; those that stayed alone keep what they are given."""
    nation = WHOLE["pilkada-2024"]
    found, men = of(nation, form), men_of(SEED, nation.tps, nation.voters())
    checked = 0
    for run in runs(nation, form):
        for place, k in sample(nation, form, 1):
            code = int(nation.tps[place])
            alone = uniform(subseed(SEED, "pilkada-alone"), code, 0) < voters.ALONE
            if run.first <= place < run.end and (alone or nation.special[place]):
                page = {"dpt_l": int(men[place]), "dpt_p": int(nation.dpt[place]) - int(men[place])}
                told = drawn(run.stands, code, page)
                assert values(found, fields_of(run.stands), k) == told
                checked += 1
    assert checked > 50


@pytest.mark.parametrize(("election", "form"), ALL_FORMS)
def test_numbers_obey_the_rules_of_the_form(election: str, form: str) -> None:
    nation = WHOLE[election]
    found = of(nation, form)
    for run in runs(nation, form):
        for place, k in sample(nation, form, 13):
            if run.first <= place < run.end:
                broken = violations(values(found, fields_of(run.stands), k), form)
                if nation.abroad[place]:  # R11 is about 300 voters, which a unit abroad may exceed
                    broken = [one for one in broken if not one.startswith("R11")]
                assert not broken, (int(nation.tps[place]), broken)


def same(one: Results, other: Results, rows: NDArray[np.int64]) -> bool:
    here = np.concatenate([np.arange(one.offsets[k], one.offsets[k + 1]) for k in rows])
    return all(np.array_equal(one.page[field][rows], other.page[field]) for field in one.page) and (
        np.array_equal(one.votes[here], other.votes)
    )


@pytest.mark.parametrize(("election", "form"), ALL_FORMS)
def test_a_part_votes_as_it_does_in_the_whole(election: str, form: str) -> None:
    nation = WHOLE[election]
    part = nation.take(np.arange(5, len(nation), 7))
    whole, few = of(nation, form), of(part, form)
    rows = np.searchsorted(whole.tps, few.tps)
    assert len(rows)
    assert same(whole, few, rows)


def test_abroad_votes_for_dpr_in_jakarta_two_and_for_nothing_more() -> None:
    abroad = WHOLE["pemilu-2024"].take(np.flatnonzero(WHOLE["pemilu-2024"].abroad))
    assert [run.stands.dapil for run in runs(abroad, "dpr")] == ["DKI JAKARTA II"]
    for form in ("dpd", "dprd-prov", "dprd-kab"):
        assert len(of(abroad, form).tps) == 0
    presidential = ppwp(abroad)
    assert presidential["dpt_j"].astype(int).sum() == 1_750_474
    assert presidential["pengguna_total_j"].max() > 300


def test_imported_tps_vote_too_even_where_their_kecamatan_are_unknown() -> None:
    """Kepahiang with nine kecamatan of other codes, and a special location without voters of its own."""
    tps = np.array(
        [1_708_900_000_000 + k * 10_000_000 + 2_001_000 + t for k in range(9) for t in (1, 2, 901)]
    )
    dpt = np.where(tps % 1_000 == 901, 0, 300).astype(np.int32)
    part = country("pemilu-2024", SEED, areas=("17.08",), roll=Roll(tps, dpt, {}, "test"))
    found = of(part, "dprd-kab")
    assert len(found.contests) == len({one.district for one in found.contests}) > 1
    assert np.array_equal(np.sort(found.district), found.district), "neighbours stay together"
    for run in runs(part, "dprd-kab"):
        for k in range(run.first, run.end):
            assert not violations(values(found, fields_of(run.stands), k), "dprd-kab")
    assert found.page["dpt_j"][2] == found.page["suara_total"][2] == 0
