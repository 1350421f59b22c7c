"""Who stands: invented people and parties only, as many as there were, the same for a whole district."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios import Regency, find_scenario, load, regencies, regency
from scenarios.regions import _rows
from simulators.contests import (
    ELECTION,
    EMPTY_COLUMN,
    Contest,
    ContestError,
    contest,
    forms_of,
)
from simulators.dapil import dapil
from simulators.names import REAL_NAMES
from simulators.parties import MILLIONS, NAMES, NUMBERS, parties
from simulators.population import population

SEED = st.integers(0, 2**63 - 1)
KEPAHIANG, SORONG, JAKARTA, YOGYA = (regency(code) for code in ("17.08", "96.71", "31.71", "34.71"))
PROVINCES = tuple(sorted({code[:2] for code in _rows()}))

REAL_PARTIES = (
    "Kebangkitan Bangsa", "Gerakan Indonesia Raya", "Demokrasi Indonesia Perjuangan", "Golongan Karya",
    "NasDem", "Nasional Demokrat", "Buruh", "Gelombang Rakyat Indonesia", "Keadilan Sejahtera",
    "Kebangkitan Nusantara", "Hati Nurani Rakyat", "Garda Republik Indonesia", "Perubahan Indonesia",
    "Amanat Nasional", "Bulan Bintang", "Demokrat", "Solidaritas Indonesia", "Perindo",
    "Persatuan Indonesia", "Persatuan Pembangunan", "Ummat", "Nanggroe Aceh",
    "Generasi Atjeh Beusaboh Thaat dan Taqwa", "Darul Aceh", "Aceh", "Adil Sejahtera Aceh",
    "Soliditas Independen Rakyat Aceh", "Berkarya", "Keadilan dan Persatuan", "Bintang Reformasi",
    "Damai Sejahtera", "Peduli Rakyat Nasional", "Matahari Bangsa", "Pelopor", "Merdeka",
    "Patriot Pancasila", "Kasih Demokrasi Indonesia", "Karya Peduli Bangsa",
    "Pengusaha dan Pekerja Indonesia", "Barisan Nasional", "Indonesia Sejahtera", "Kedaulatan",
    "Persatuan Daerah", "Pemuda Indonesia", "Republik Nusantara", "Penegak Demokrasi Indonesia",
    "Demokrasi Kebangsaan", "Nasional Benteng Kerakyatan", "Hijau Indonesia", "Syarikat Indonesia",
    "Nasional Indonesia", "Komunis Indonesia", "Majelis Syuro Muslimin Indonesia", "Nahdlatul Ulama",
    "Katolik", "Kristen Indonesia", "Murba", "Sosialis Indonesia", "Rakyat Demokratik", "Islam Damai Aman",
    "Kebangkitan Nahdlatul Ulama", "Perhimpunan Indonesia Baru", "Swara Rakyat Indonesia", "Prima",
    "Rakyat Adil Makmur", "Gema Bangsa", "Pelita", "Masyumi Reborn", "Mahasiswa Indonesia",
)  # fmt: skip
"""Parties of 2024, of Aceh, and of the elections since 1955."""

ACRONYMS = {
    "PKB", "PDI", "PDIP", "PKS", "PKN", "PAN", "PBB", "PSI", "PPP", "PNA", "PDA", "PAS", "PSIRA", "PKP",
    "PKPI", "PBR", "PDS", "PPRN", "PMB", "PPI", "PIS", "PPD", "PRN", "PPDI", "PDK",
}  # fmt: skip


def people_of(stands: Contest) -> list[str]:
    if stands.form in ("dpr", "dprd-prov", "dprd-kab"):
        return [name for party in stands.contestants for name in party.candidates]
    return [name for one in stands.contestants for name in one.names if name != EMPTY_COLUMN]


def test_no_invented_party_bears_a_word_or_an_acronym_of_a_real_one() -> None:
    real = {word for name in REAL_PARTIES for word in name.upper().split()} - {"DAN"}
    assert len(set(NAMES)) == len(NAMES) >= len(NUMBERS)
    for name in NAMES:
        words = name.upper().split()
        assert words[0] == "PARTAI" and not real & set(words[1:]), name
        assert "".join(word[0] for word in words) not in ACRONYMS, name
        assert not ACRONYMS & set(words), name


@settings(deadline=None, max_examples=20)
@given(seed=SEED)
def test_eighteen_parties_with_the_numbers_of_2024_and_all_sizes(seed: int) -> None:
    standing = parties(seed)
    assert [party.number for party in standing] == [*range(1, 18), 24]
    assert len({party.name for party in standing}) == 18
    assert sorted(party.rank for party in standing) == list(range(18))
    assert sum(party.share for party in standing) == pytest.approx(1.0)


def test_no_ballot_number_is_stronger_over_many_seeds() -> None:
    shares = np.array([[party.share for party in parties(seed)] for seed in range(400)])
    assert shares.mean(axis=0) == pytest.approx([1 / 18] * 18, abs=0.012)
    largest = MILLIONS[0] / sum(MILLIONS)
    assert len({int(np.argmax(row)) for row in shares}) == 18
    assert shares.max() == pytest.approx(largest)


@settings(deadline=None, max_examples=30)
@given(
    seed=SEED,
    form=st.sampled_from(tuple(ELECTION)),
    place=st.sampled_from((KEPAHIANG, SORONG)),
    data=st.data(),
)
def test_everyone_on_a_ballot_is_invented_and_differs(
    seed: int, form: str, place: Regency, data: st.DataObject
) -> None:
    kecamatan = data.draw(st.sampled_from([one.code for one in place.kecamatan]))
    named = people_of(contest(seed, form, place, kecamatan))
    assert len(named) == len(set(named)) > 0
    assert not REAL_NAMES & {word for name in named for word in name.split()}


def test_a_contest_is_one_for_its_district_and_another_elsewhere() -> None:
    by_kecamatan = {k.code: contest(5, "dprd-kab", KEPAHIANG, k.code) for k in KEPAHIANG.kecamatan}
    for code, stands in by_kecamatan.items():
        assert stands.dapil == dapil("dprd-kab", KEPAHIANG, code).name
    districts = {stands.dapil: stands.contestants for stands in by_kecamatan.values()}
    assert len(set(districts)) == len(set(districts.values())) == 3
    assert len({contest(5, "dpr", KEPAHIANG, k.code).contestants for k in KEPAHIANG.kecamatan}) == 1
    assert (
        contest(5, "dpr", KEPAHIANG, "170801").contestants
        != contest(6, "dpr", KEPAHIANG, "170801").contestants
    )


def test_districts_are_as_many_as_in_2024() -> None:
    """DPR exactly; DPRD as the councils' sizes give them, 301 and 2,325 as published."""
    found: dict[str, set[str]] = {"dpr": set(), "dprd-prov": set(), "dprd-kab": set()}
    seats = Counter[str]()
    for province in PROVINCES:
        for place in regencies(province):
            for form, names in found.items():
                if form == "dprd-kab" and province == "31":
                    continue
                for kecamatan in place.kecamatan:
                    one = dapil(form, place, kecamatan.code)
                    seats[form] += 0 if one.name in names else one.seats
                    names.add(one.name)
                    assert (3 <= one.seats <= 10) if form == "dpr" else (6 <= one.seats <= 12)
    assert (len(found["dpr"]), seats["dpr"]) == (84, 580)
    assert len(found["dprd-prov"]) == pytest.approx(301, rel=0.06)
    assert len(found["dprd-kab"]) == pytest.approx(2_325, rel=0.03)


def test_districts_are_runs_of_neighbours() -> None:
    for code in ("17.08", "32.01", "73.71"):
        names = [dapil("dprd-kab", regency(code), one.code).name for one in regency(code).kecamatan]
        changes = [after for before, after in pairwise(names) if before != after]
        assert names[0].endswith(" 1") and len({names[0], *changes}) == 1 + len(changes)


def test_as_many_stand_for_the_dpr_as_in_2024() -> None:
    """9,917 in 84 districts; eleven parties with full lists."""
    by_district = {
        stands.dapil: stands
        for province in PROVINCES
        for place in regencies(province)
        for stands in [contest(9, "dpr", place, place.kecamatan[0].code)]
    }
    assert len(by_district) == 84
    listed = Counter[int]()
    for stands in by_district.values():
        for party in stands.contestants:
            listed[party.number] += len(party.candidates)
    assert sum(listed.values()) == pytest.approx(9_917, abs=80)
    assert sum(count == 580 for count in listed.values()) == 11
    assert min(listed.values()) > 430


def test_dpd_candidates_are_about_as_many_as_in_2024() -> None:
    counts = {
        province: len(contest(1, "dpd", regencies(province)[0], "").contestants) for province in PROVINCES
    }
    assert sum(counts.values()) == pytest.approx(668, rel=0.03)
    assert (counts["32"], counts["11"], counts["14"], counts["31"], counts["34"]) == (55, 33, 29, 26, 9)
    assert counts["96"] <= 6, "one page of votes, as Kota Sorong had"


def test_pilkada_pairs_are_distributed_as_in_2024() -> None:
    stands = [
        contest(seed, "kwk-bupati", place, "")
        for seed in (1, 2)
        for province in PROVINCES
        if province != "31"
        for place in regencies(province)
    ]
    assert len(stands) == 2 * 508
    counts = Counter(len(one.contestants) for one in stands)
    for count, published in {2: 220, 3: 148, 4: 98, 5: 38, 6: 4}.items():
        assert counts[count] / 2 == pytest.approx(published, abs=25)
    single = [one for one in stands if one.contestants[-1].names == (EMPTY_COLUMN,)]
    assert 20 <= len(single) / 2 <= 55
    for one in single:
        assert [contestant.number for contestant in one.contestants] == [1, 2]
    governors = {(contest(1, "kwk-gubernur", place, "").contestants) for place in regencies("17")}
    assert len(governors) == 1, "one governor for the whole province"


def test_forms_a_region_does_not_vote_with_are_refused_with_the_reason() -> None:
    with pytest.raises(
        ContestError, match=r"DKI Jakarta has no DPRD.*ppwp, dpr, dpd, dprd-prov, kwk-gubernur"
    ):
        contest(1, "dprd-kab", JAKARTA, "317101")
    with pytest.raises(ContestError, match="appointed"):
        contest(1, "kwk-bupati", JAKARTA, "317101")
    with pytest.raises(ContestError, match="DI Yogyakarta is not elected"):
        contest(1, "kwk-gubernur", YOGYA, "347101")
    with pytest.raises(ContestError, match="'dprd' is unknown; there are: ppwp, dpr"):
        contest(1, "dprd", KEPAHIANG, "170801")


def test_all_seven_forms_where_everything_is_elected() -> None:
    scenario = load(find_scenario("kepahiang-2024"))
    everyone = forms_of(population(scenario, 1, 1.0 / 526), scenario)
    assert everyone == ("ppwp", "dpr", "dpd", "dprd-prov", "dprd-kab", "kwk-gubernur", "kwk-bupati")
