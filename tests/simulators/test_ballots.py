"""Numbers of every form: the laws of the form for every TPS, and the figures of 2024 for many."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios import Regency, find_scenario, load, regency
from simulators import ballots, contests
from simulators.ballots import drawn
from simulators.contests import BY_PARTY, ELECTION, EMPTY_COLUMN, Contest, contest
from simulators.frame import frame
from simulators.numbers import FIELDS, PAGES, numbers
from simulators.parties import parties
from simulators.population import population
from simulators.rules import violations

SEED = st.integers(0, 2**63 - 1)
FORMS = tuple(form for form in ELECTION if form != "ppwp")
LEGISLATIVE = ("dpd", "dpr", "dprd-prov", "dprd-kab")
PLACES = tuple(regency(code) for code in ("17.08", "96.71", "32.01", "11.06"))
SCENARIO = load(find_scenario("kepahiang-2024"))


@st.composite
def tps_codes(draw: st.DrawFn) -> tuple[Regency, int]:
    place = draw(st.sampled_from(PLACES))
    kecamatan = draw(st.sampled_from([one.code for one in place.kecamatan]))
    desa = draw(st.integers(1_001, 2_060))
    number = draw(st.one_of(st.integers(1, 60), st.integers(901, 930)))
    return place, (int(kecamatan) * 10_000 + desa) * 1_000 + number


def of_ppwp(seed: int, code: int, dpt: int) -> dict[str, int]:
    table = numbers(seed, np.array([code]), np.array([dpt]))
    return {field: int(table[field][0]) for field in FIELDS}


def expected_fields(stands: Contest) -> set[str]:
    """Ids of the numbers of a form, written out from its rules rather than from the code under test."""
    sexes = ("l", "p", "j")
    papers = {f"ss_{what}" for what in ("diterima", "digunakan", "dikembalikan", "tidak_digunakan")}
    fields = papers | {"suara_sah", "suara_tidak_sah", "suara_total"}
    if stands.form.startswith("kwk-"):
        rows = [f"{of}{row}" for of in ("", "pengguna_") for row in ("dpt", "dpph", "dptb")]
        rows += ["pemilih_total", "pengguna_total"]
        fields |= {
            f"{row}_{who}" for row in (*rows, "pemilih_disabilitas", "pengguna_disabilitas") for who in sexes
        }
        return fields | {f"suara_{one.number}" for one in stands.contestants}
    fields |= set(PAGES[1])
    if stands.form == "dpd":
        return fields | {f"suara_calon_{one.number}" for one in stands.contestants}
    for party in stands.contestants:
        fields |= {f"suara_partai_{party.number}", f"jumlah_partai_calon_{party.number}"}
        fields |= {f"suara_calon_{party.number}_{i}" for i in range(1, len(party.candidates) + 1)}
    return fields


@settings(deadline=None)
@given(seed=SEED, where=tps_codes(), dpt=st.integers(1, 300), form=st.sampled_from(FORMS))
def test_every_tps_obeys_the_rules_of_every_form(
    seed: int, where: tuple[Regency, int], dpt: int, form: str
) -> None:
    place, code = where
    stands = contest(seed, form, place, str(code)[:6])
    values = drawn(stands, code, of_ppwp(seed, code, dpt))
    assert set(values) == expected_fields(stands)
    assert violations(values, form) == []
    assert all(type(value) is int and 0 <= value <= 999 for value in values.values())


@pytest.mark.parametrize("form", FORMS)
def test_tps_of_every_size_obey_the_rules(form: str) -> None:
    """Enough for the rare case: nearly everybody comes, ballots run short, a DPT of one."""
    stands = contest(2, form, PLACES[0], "170801")
    codes = np.concatenate((1708012001001 + np.arange(600), 1708012009901 + np.arange(60)))
    table = numbers(2, codes, np.arange(len(codes)) % 300 + 1)
    for i, code in enumerate(codes.tolist()):
        assert violations(drawn(stands, code, {field: int(table[field][i]) for field in FIELDS}), form) == []


@settings(deadline=None, max_examples=50)
@given(seed=SEED, where=tps_codes(), dpt=st.integers(1, 300))
def test_legislative_forms_share_the_voters_of_the_presidential_one(
    seed: int, where: tuple[Regency, int], dpt: int
) -> None:
    """All but the DPTb voters who got fewer ballots; who got the narrower ballot got the wider too."""
    place, code = where
    ppwp = of_ppwp(seed, code, dpt)
    wider = ppwp
    for form in LEGISLATIVE:
        page = drawn(contest(seed, form, place, str(code)[:6]), code, ppwp)
        for row in ("dpt", "pengguna_dpt", "pengguna_dpk"):
            assert [page[f"{row}_{who}"] for who in "lpj"] == [ppwp[f"{row}_{who}"] for who in "lpj"]
        for who in "lpj":
            assert page[f"pengguna_dptb_{who}"] <= wider[f"pengguna_dptb_{who}"]
            assert page[f"disabilitas_{who}"] <= ppwp[f"disabilitas_{who}"]
        assert page["ss_diterima"] == ppwp["ss_diterima"]
        wider = page


@settings(deadline=None, max_examples=50)
@given(seed=SEED, where=tps_codes(), dpt=st.integers(1, 300))
def test_pilkada_forms_of_a_tps_share_all_but_the_moved_who_came(
    seed: int, where: tuple[Regency, int], dpt: int
) -> None:
    place, code = where
    ppwp = of_ppwp(seed, code, dpt)
    governor, regent = (
        drawn(contest(seed, form, place, str(code)[:6]), code, ppwp)
        for form in ("kwk-gubernur", "kwk-bupati")
    )
    assert governor["dpt_j"] >= ppwp["dpt_j"], "a Pilkada TPS is one of February, or two"
    rows = ("dpt", "dpph", "dptb", "pemilih_total", "pengguna_dpt", "pengguna_dptb", "pemilih_disabilitas")
    for field in ("ss_diterima", *(f"{row}_{who}" for row in rows for who in "lpj")):
        assert governor[field] == regent[field]
    assert regent["pengguna_dpph_j"] <= governor["pengguna_dpph_j"]


@pytest.mark.parametrize("form", FORMS)
def test_a_tps_is_the_same_alone_in_any_order_and_in_any_sample(form: str) -> None:
    whole, part = population(SCENARIO, 4, 1.0), population(SCENARIO, 4, 25)
    first = [ballots.values(part, index, form) for index in range(len(part))]
    for cached in (
        contests._of_parties,
        contests._of_province,
        contests._of_pairs,
        ballots.cells_of,
        ballots._bend,
    ):
        cached.cache_clear()
    place_of = {code: index for index, code in enumerate(whole.tps.tolist())}
    for index in reversed(range(len(part))):
        assert ballots.values(whole, place_of[str(part.tps[index])], form) == first[index]
    assert len({tuple(sorted(one.items())) for one in first}) == len(first)
    assert first[0] != ballots.values(population(SCENARIO, 5, 25), 0, form)


def test_presidential_numbers_are_the_columns_of_the_population() -> None:
    part = population(SCENARIO, 4, 5)
    assert ballots.values(part, 3, "ppwp") == part.values(3)


SOUND = {
    form: drawn(contest(1, form, PLACES[0], "170804"), 1708042001003, of_ppwp(1, 1708042001003, 289))
    for form in FORMS
}


@pytest.mark.parametrize(
    ("form", "field", "by", "rule"),
    [
        *(("dpr", *rest) for rest in (("suara_partai_24", 1, "R9"), ("jumlah_partai_calon_3", 1, "R7"))),
        *(("dprd-prov", *rest) for rest in (("suara_calon_2_1", 1, "R9"), ("suara_tidak_sah", 1, "R8"))),
        *(("dprd-kab", *rest) for rest in (("pengguna_dpt_l", 300, "R3"), ("suara_calon_1_1", 301, "R11"))),
        *(("dpd", *rest) for rest in (("suara_calon_4", 1, "R7"), ("ss_diterima", 1, "R4"))),
        ("dpd", "ss_digunakan", 1, "R6"),
        *(("kwk-gubernur", *rest) for rest in (("pemilih_total_j", 1, "R2"), ("dpph_l", 1, "R1"))),
        *(("kwk-gubernur", *rest) for rest in (("pengguna_dptb_j", 1, "R2"), ("pengguna_dpph_p", 99, "R3"))),
        *(("kwk-bupati", *rest) for rest in (("suara_1", 1, "R7"), ("ss_diterima", -1, "R4"))),
        *(("kwk-bupati", *rest) for rest in (("pengguna_disabilitas_p", 50, "R13"), ("suara_2", 601, "R11"))),
        ("kwk-bupati", "ss_dikembalikan", 1, "R5"),
    ],
)
def test_each_rule_notices_when_it_is_broken(form: str, field: str, by: int, rule: str) -> None:
    assert violations(SOUND[form], form) == []
    broken = {**SOUND[form], field: SOUND[form][field] + by}
    assert rule in {line.split(":")[0] for line in violations(broken, form)}


def test_the_reserve_of_pilkada_is_two_and_a_half_per_cent_rounded_up() -> None:
    dpt = SOUND["kwk-bupati"]["dpt_j"]
    assert SOUND["kwk-bupati"]["ss_diterima"] - dpt == int(np.ceil(0.025 * dpt))


@dataclass(frozen=True)
class Sheet:
    """One TPS of the nation with the numbers of one form."""

    stands: Contest
    ppwp: dict[str, int]
    values: dict[str, int]


@pytest.fixture(scope="module")
def nation() -> dict[str, list[Sheet]]:
    """Five regular TPS from each of 45 regencies of 15 provinces, for every form."""
    provinces = (11, 12, 13, 15, 16, 17, 18, 32, 33, 35, 53, 61, 63, 73, 81)
    codes = [f"{province}.{number:02d}" for province in provinces for number in (1, 3, 4)]
    sheets: dict[str, list[Sheet]] = {form: [] for form in FORMS}
    for code in codes:
        place = regency(code)
        whole = frame(place, 11)
        regular = np.flatnonzero(whole.tps % 1_000 < 901)
        part = whole.take(regular[:: len(regular) // 5][:5])
        table = numbers(11, part.tps, part.dpt)
        for i, tps in enumerate(part.tps.tolist()):
            ppwp = {field: int(table[field][i]) for field in FIELDS}
            for form in FORMS:
                stands = contest(11, form, place, str(tps)[:6])
                sheets[form].append(Sheet(stands, ppwp, drawn(stands, tps, ppwp)))
    return sheets


@pytest.mark.parametrize(
    ("form", "invalid"),
    [
        *(("dpr", 0.090), ("dprd-prov", 0.090), ("dprd-kab", 0.090), ("dpd", 0.145)),
        *(("kwk-gubernur", 0.045), ("kwk-bupati", 0.045)),
    ],
)
def test_invalid_ballots_are_as_many_as_stated(
    nation: dict[str, list[Sheet]], form: str, invalid: float
) -> None:
    total = sum(sheet.values["suara_total"] for sheet in nation[form])
    assert sum(sheet.values["suara_tidak_sah"] for sheet in nation[form]) / total == pytest.approx(
        invalid, abs=0.009
    )


@pytest.mark.parametrize(
    ("form", "share"), [("dpd", 0.63), ("dpr", 0.60), ("dprd-prov", 0.50), ("dprd-kab", 0.35)]
)
def test_dptb_voters_lack_ballots(nation: dict[str, list[Sheet]], form: str, share: float) -> None:
    given_out = sum(sheet.values["pengguna_dptb_j"] for sheet in nation[form])
    moved = sum(sheet.ppwp["pengguna_dptb_j"] for sheet in nation[form])
    assert given_out / moved == pytest.approx(share, abs=0.04)
    assert any(sheet.values["suara_total"] < sheet.ppwp["suara_total"] for sheet in nation[form])


@pytest.mark.parametrize("form", ["kwk-gubernur", "kwk-bupati"])
def test_pilkada_tps_are_larger_and_fewer_come(nation: dict[str, list[Sheet]], form: str) -> None:
    dpt = np.array([sheet.values["dpt_j"] for sheet in nation[form]])
    came = np.array([sheet.values["pengguna_dpt_j"] for sheet in nation[form]])
    assert dpt.mean() == pytest.approx(468, abs=15) and dpt.max() <= 600
    assert came.sum() / dpt.sum() == pytest.approx(0.71, abs=0.012)
    assert np.mean([sheet.values["dpph_j"] for sheet in nation[form]]) == pytest.approx(1.5, abs=0.4)


@pytest.mark.parametrize("form", BY_PARTY)
def test_parties_are_as_strong_as_the_anonymous_sizes(nation: dict[str, list[Sheet]], form: str) -> None:
    valid = sum(sheet.values["suara_sah"] for sheet in nation[form])
    own = {party.number: party.share for party in parties(11)}
    found = {
        number: sum(sheet.values[f"jumlah_partai_calon_{number}"] for sheet in nation[form]) / valid
        for number in own
    }
    assert [found[number] for number in own] == pytest.approx(list(own.values()), abs=0.03)
    order = np.argsort(np.argsort(list(found.values())))
    assert np.corrcoef(order, np.argsort(np.argsort(list(own.values()))))[0, 1] > 0.95


@pytest.mark.parametrize(("form", "mark"), [("dpr", 0.25), ("dprd-prov", 0.20), ("dprd-kab", 0.10)])
def test_a_party_is_marked_alone_as_often_as_stated(
    nation: dict[str, list[Sheet]], form: str, mark: float
) -> None:
    valid = sum(sheet.values["suara_sah"] for sheet in nation[form])
    alone = sum(
        sheet.values[f"suara_partai_{party.number}"] for sheet in nation[form] for party in parties(11)
    )
    assert alone / valid == pytest.approx(mark, abs=0.03)


@pytest.mark.parametrize("form", BY_PARTY)
def test_the_head_of_the_list_leads(nation: dict[str, list[Sheet]], form: str) -> None:
    by_place = np.zeros(13)
    for sheet in nation[form]:
        for party in sheet.stands.contestants:
            for i in range(1, len(party.candidates) + 1):
                by_place[i] += sheet.values[f"suara_calon_{party.number}_{i}"]
    assert by_place[1] > 1.5 * by_place[2] > 1.5 * by_place[4] > 0
    assert 0.25 < by_place[1] / by_place.sum() < 0.5


def test_dpd_has_a_few_known_names_and_a_long_tail(nation: dict[str, list[Sheet]]) -> None:
    long = [sheet for sheet in nation["dpd"] if len(sheet.stands.contestants) >= 16]
    shares = []
    for sheet in long:
        votes = sorted(
            (sheet.values[f"suara_calon_{one.number}"] for one in sheet.stands.contestants), reverse=True
        )
        shares.append((votes[0] / sum(votes), sum(votes[len(votes) // 2 :]) / sum(votes)))
    first, lower_half = np.median(shares, axis=0)
    assert 0.18 < first < 0.4 and 0.05 < lower_half < 0.25


def test_numbers_have_one_two_and_three_digits(nation: dict[str, list[Sheet]]) -> None:
    """What the boxes of each form see: legislative candidates mostly nothing, Pilkada pairs hundreds."""
    lengths = {}
    for form, sheets in nation.items():
        votes = np.array(
            [
                v
                for sheet in sheets
                for f, v in sheet.values.items()
                if f.startswith("suara_") and f[-1].isdigit()
            ]
        )
        lengths[form] = [
            (votes == 0).mean(),
            *(((votes >= low) & (votes < 10 * low)).mean() for low in (1, 10, 100)),
        ]
    assert 0.5 < lengths["dpr"][0] < 0.8 and lengths["dpr"][2] > 0.01
    assert 0.4 < lengths["dpd"][1] < 0.75 and lengths["dpd"][2] > 0.15
    for form in ("kwk-gubernur", "kwk-bupati"):
        assert lengths[form][0] < 0.01 and lengths[form][2] > 0.3 and lengths[form][3] > 0.3


def test_the_empty_column_wins_some_votes_but_mostly_not_the_vote() -> None:
    shares = []
    for number in range(1, 76):
        for seed in range(3):
            stands = contest(seed, "kwk-bupati", regency(f"35.{number:02d}" if number < 30 else "35.71"), "")
            if stands.contestants[-1].names == (EMPTY_COLUMN,):
                values = drawn(stands, 3501012001001, of_ppwp(seed, 3501012001001, 280))
                shares.append(values["suara_2"] / values["suara_sah"])
    assert len(shares) >= 3 and 0.05 < np.mean(shares) < 0.5


@pytest.mark.parametrize("form", ["dpr", "dprd-kab", "dpd", "kwk-bupati"])
def test_neighbouring_tps_vote_alike_and_wider_apart_than_chance(form: str) -> None:
    whole = population(SCENARIO, 3, 1.0)
    votes = [ballots.values(whole, index, form) for index in range(0, len(whole), 2)]
    codes = whole.tps[::2]
    fields = [f for f in votes[0] if f.startswith("jumlah_partai_calon_" if form in BY_PARTY else "suara_")]
    fields = [f for f in fields if f[-1].isdigit()]
    share = np.array([[v[f] / max(1, v["suara_sah"]) for f in fields] for v in votes])
    same_desa = np.array([a[:10] == b[:10] for a, b in pairwise(codes)])
    nearby = np.abs(np.diff(share, axis=0))[same_desa].sum(axis=1).mean()
    anywhere = np.abs(share - np.roll(share, len(share) // 2, axis=0)).sum(axis=1).mean()
    assert nearby < 0.85 * anywhere
    strongest = share[:, int(np.argmax(share.mean(axis=0)))]
    p, n = strongest.mean(), np.mean([v["suara_sah"] for v in votes])
    assert strongest.var() > 3 * p * (1 - p) / n


def test_special_locations_vote_as_moved_voters_in_pilkada() -> None:
    stands = contest(1, "kwk-gubernur", PLACES[0], "170804")
    pages = [drawn(stands, 1708042001000 + n, of_ppwp(1, 1708042001000 + n, 200)) for n in range(901, 930)]
    moved = sum(page["pengguna_dpph_j"] for page in pages)
    assert moved > 0.9 * sum(page["pengguna_total_j"] for page in pages)
    assert all(page["dpt_j"] == 200 for page in pages)
