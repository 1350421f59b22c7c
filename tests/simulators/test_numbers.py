"""Numbers of a C.Hasil: the laws of the form for every TPS, and the figures of 2024 for many."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakeforms.templates import template
from scenarios import regency
from simulators.frame import frame
from simulators.numbers import FIELDS, PAGES, numbers
from simulators.rules import violations

SEED = st.integers(0, 2**63 - 1)
CODE = st.builds(
    lambda desa, number: desa * 1_000 + number,
    st.integers(1_101_011_001, 9_699_992_999),
    st.one_of(st.integers(1, 60), st.integers(901, 930)),
)


def one(seed: int, code: int, dpt: int) -> dict[str, int]:
    table = numbers(seed, np.array([code]), np.array([dpt]))
    return {field: int(column[0]) for field, column in table.items()}


@settings(deadline=None)
@given(seed=SEED, code=CODE, dpt=st.integers(1, 300))
def test_every_tps_obeys_the_rules_of_the_form(seed: int, code: int, dpt: int) -> None:
    values = one(seed, code, dpt)
    assert violations(values) == []
    assert values["dpt_j"] == dpt
    assert values["pengguna_total_j"] <= values["ss_diterima"]


def test_thirty_thousand_tps_of_every_size_obey_the_rules_of_the_form() -> None:
    """Enough for the rare case: nearly all men of a TPS come, or ballots run short."""
    codes = 1708042001001 + 1_000 * np.arange(30_000)
    table = numbers(2, codes, np.arange(30_000) % 300 + 1)
    for values in zip(*(table[field].tolist() for field in FIELDS), strict=True):
        assert violations(dict(zip(FIELDS, values, strict=True))) == []


@settings(deadline=None)
@given(seed=SEED, codes=st.lists(CODE, min_size=2, max_size=40, unique=True), data=st.data())
def test_a_tps_is_the_same_alone_and_in_any_company(seed: int, codes: list[int], data: st.DataObject) -> None:
    dpt = np.array([code % 300 + 1 for code in codes])
    table = numbers(seed, np.array(codes), dpt)
    shuffled = data.draw(st.permutations(range(len(codes))))
    other = numbers(seed, np.array(codes)[shuffled], dpt[shuffled])
    for field in FIELDS:
        assert table[field][shuffled].tolist() == other[field].tolist()
    assert one(seed, codes[0], int(dpt[0])) == {field: int(table[field][0]) for field in FIELDS}


def test_fields_are_those_of_the_form() -> None:
    pages = template.load("ppwp").pages
    for number, page in enumerate(pages, 1):
        assert set(PAGES[number]) == {field.id for field in page.fields if field.kind == "digits"}


SOUND = one(1, 1708042001003, 289)


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("dpt_l", SOUND["dpt_l"] - 1, "R1"),
        ("pengguna_dpk_j", SOUND["pengguna_dpk_j"] + 1, "R2"),
        ("pengguna_dpt_p", 299, "R3"),
        ("ss_diterima", SOUND["ss_diterima"] + 1, "R4"),
        ("ss_tidak_digunakan", SOUND["ss_tidak_digunakan"] + 1, "R5"),
        ("suara_total", SOUND["suara_total"] - 1, "R6"),
        ("suara_2", SOUND["suara_2"] + 1, "R7"),
        ("suara_tidak_sah", SOUND["suara_tidak_sah"] + 1, "R8"),
        ("suara_1", 800, "R11"),
        ("disabilitas_p", 298, "R13"),
    ],
)
def test_each_rule_notices_when_it_is_broken(field: str, value: int, rule: str) -> None:
    assert violations(SOUND) == []
    assert rule in {line.split(":")[0] for line in violations({**SOUND, field: value})}


def test_two_per_cent_are_rounded_up() -> None:
    """One real sheet: DPT 289, ballots received 295."""
    assert SOUND["ss_diterima"] == 295
    assert one(1, 1708042001003, 300)["ss_diterima"] == 306
    assert one(1, 1708042001003, 1)["ss_diterima"] == 2


@pytest.fixture(scope="module")
def many() -> dict[str, np.ndarray]:
    """The regular TPS of thirteen regencies all over the country (about 20,000)."""
    codes = "11.06 12.07 13.06 17.08 18.05 32.05 33.22 35.09 53.01 61.04 73.08 81.01 91.71".split()  # noqa: SIM905
    frames = [frame(regency(code), 11) for code in codes]
    tps = np.concatenate([each.tps for each in frames])
    dpt = np.concatenate([each.dpt for each in frames])
    regular = tps % 1_000 < 901
    table = numbers(11, tps[regular], dpt[regular])
    assert len(table["dpt_j"]) > 15_000
    return {field: column.astype(float) for field, column in table.items()}


def near(values: np.ndarray, quantiles: dict[float, float], tolerance: float) -> None:
    for q, expected in quantiles.items():
        assert np.quantile(values, q) == pytest.approx(expected, abs=tolerance), f"quantile {q}"


def test_turnout_is_as_measured(many: dict[str, np.ndarray]) -> None:
    turnout = many["pengguna_dpt_j"] / many["dpt_j"]
    assert turnout.mean() == pytest.approx(0.804, abs=0.005)
    assert turnout.std() == pytest.approx(0.092, abs=0.005)
    near(turnout, {0.05: 0.647, 0.5: 0.808, 0.95: 0.946}, 0.015)


def test_men_are_as_many_as_measured(many: dict[str, np.ndarray]) -> None:
    share = many["dpt_l"] / many["dpt_j"]
    assert share.mean() == pytest.approx(0.492, abs=0.002)
    assert share.std() == pytest.approx(0.030, abs=0.002)
    assert np.median(many["pengguna_total_l"] / many["pengguna_total_j"]) == pytest.approx(0.480, abs=0.004)


@pytest.mark.parametrize(
    ("field", "mean_and_sd", "zero", "p95_and_p99"),
    [
        ("pengguna_dptb_j", (2.66, 4.08), 0.359, (10, 17)),
        ("pengguna_dpk_j", (2.76, 4.03), 0.321, (10, 18)),
        ("suara_tidak_sah", (3.65, 3.69), 0.121, (10, 17)),
    ],
)
def test_rare_counts_are_as_measured(
    many: dict[str, np.ndarray],
    field: str,
    mean_and_sd: tuple[float, float],
    zero: float,
    p95_and_p99: tuple[int, int],
) -> None:
    """The published zero shares lie up to 5 points under those of the published negative binomials."""
    counts = many[field]
    assert (counts.mean(), counts.std()) == pytest.approx(mean_and_sd, abs=0.2)
    assert (counts == 0).mean() == pytest.approx(zero, abs=0.06)
    assert np.quantile(counts, [0.95, 0.99]) == pytest.approx(p95_and_p99, abs=2)


def test_the_winner_leads_as_far_as_measured(many: dict[str, np.ndarray]) -> None:
    votes = np.stack([many[field] for field in PAGES[2]])
    some = many["suara_sah"] > 0
    near((votes.max(axis=0)[some] / many["suara_sah"][some]), {0.05: 0.44, 0.50: 0.60, 0.95: 0.89}, 0.03)
    digits = [(votes == 0).mean(), *(((votes >= low) & (votes < 10 * low)).mean() for low in (1, 10, 100))]
    assert digits == pytest.approx([0.018, 0.179, 0.531, 0.272], abs=0.025)


def test_no_pair_is_stronger_over_many_seeds() -> None:
    place = regency("17.08")
    shares = []
    for seed in range(200):
        whole = frame(place, seed)
        table = numbers(seed, whole.tps, whole.dpt)
        shares.append([int(table[field].sum()) / int(table["suara_sah"].sum()) for field in PAGES[2]])
    assert np.mean(shares, axis=0) == pytest.approx([1 / 3] * 3, abs=0.03)
    assert np.std(shares, axis=0).min() > 0.03


def test_neighbouring_tps_vote_alike() -> None:
    whole = frame(regency("17.08"), 3)
    table = numbers(3, whole.tps, whole.dpt)
    share = table["suara_1"] / table["suara_sah"]
    same_desa = whole.desa[1:] == whole.desa[:-1]
    nearby = np.abs(np.diff(share))[same_desa].mean()
    anywhere = np.abs(share - np.roll(share, len(share) // 2)).mean()
    assert nearby < 0.8 * anywhere


def test_special_locations_vote_with_dptb() -> None:
    codes = 1708042001000 + np.arange(901, 990)
    table = numbers(1, codes, np.full(len(codes), 200))
    assert table["pengguna_dptb_j"].sum() > 0.9 * table["pengguna_total_j"].sum()
