"""The stack and the simulation state the rules of a C.HASIL apart from each other; they must agree."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.rules import violations as simulated
from sirekap.forms.fields import ELECTION, fields
from sirekap.forms.rules import most_voters, violations

PAIRS = ((1, 0), (2, 0), (3, 0))
STANDS = dict.fromkeys(ELECTION, PAIRS) | dict.fromkeys(
    ("dpr", "dprd-prov", "dprd-kab"), ((1, 3), (2, 1), (24, 2), (12, 0))
)

numbers_of_tps = st.one_of(st.integers(0, 12), st.integers(0, 700), st.integers(298, 302))


@st.composite
def sheets(draw: st.DrawFn) -> tuple[str, dict[str, int]]:
    """A form and any numbers on it, many of them alike so that rules hold too."""
    form = draw(st.sampled_from(tuple(ELECTION)))
    few = st.sampled_from(draw(st.lists(numbers_of_tps, min_size=1, max_size=4)))
    return form, {field: draw(few) for field in sorted(fields(form, STANDS[form]))}


@settings(max_examples=150, deadline=None)
@given(sheets())
def test_both_find_the_same_rules_broken_on_any_numbers(sheet: tuple[str, dict[str, int]]) -> None:
    form, numbers = sheet
    found = Counter(violation.rule for violation in violations(numbers, form))
    assert found == Counter(line.split(":")[0] for line in simulated(numbers, form))


def sound(form: str) -> dict[str, int]:
    """Numbers of a TPS with 300 voters on the list of whom 200 came, without a fault."""
    numbers = dict.fromkeys(fields(form, STANDS[form]), 0)
    for row, (men, women) in {
        "dpt": (150, 150),
        "pemilih_total": (150, 150),
        "pengguna_dpt": (90, 110),
        "pengguna_total": (90, 110),
    }.items():
        numbers.update({f"{row}_l": men, f"{row}_p": women, f"{row}_j": men + women})
    reserve = 6 if ELECTION[form] == "pemilu-2024" else 8
    numbers.update(ss_diterima=300 + reserve, ss_digunakan=200, ss_tidak_digunakan=100 + reserve)
    numbers.update(suara_sah=190, suara_tidak_sah=10, suara_total=200)
    if form in ("dpr", "dprd-prov", "dprd-kab"):
        numbers.update(suara_partai_1=50, suara_calon_1_3=140, jumlah_partai_calon_1=190)
    else:
        numbers["suara_calon_2" if form == "dpd" else "suara_2"] = 190
    return {field: value for field, value in numbers.items() if field in fields(form, STANDS[form])}


@pytest.mark.parametrize("form", ELECTION)
def test_sound_numbers_break_nothing(form: str) -> None:
    assert violations(sound(form), form) == ()


@pytest.mark.parametrize(
    ("form", "change", "rules"),
    [
        ("ppwp", {"dpt_l": 151}, {"R1"}),
        ("ppwp", {"pengguna_dpt_l": 91, "pengguna_dpt_p": 109}, {"R2"}),
        ("ppwp", {"pengguna_dpt_l": 160, "pengguna_dpt_p": 40}, {"R2", "R3"}),
        ("ppwp", {"ss_diterima": 307, "ss_dikembalikan": 1}, {"R4"}),
        ("ppwp", {"ss_dikembalikan": 1}, {"R5"}),
        ("ppwp", {"ss_digunakan": 199, "ss_dikembalikan": 1}, {"R6"}),
        ("ppwp", {"suara_1": 1}, {"R7"}),
        ("ppwp", {"suara_tidak_sah": 11}, {"R8"}),
        ("dpr", {"suara_partai_1": 51}, {"R9"}),
        ("dpr", {"jumlah_partai_calon_2": 1}, {"R7", "R9"}),
        ("ppwp", {"suara_2": 890}, {"R7", "R11"}),
        ("kwk-bupati", {"suara_2": 599}, {"R7"}),
        ("kwk-bupati", {"suara_2": 601}, {"R7", "R11"}),
        ("ppwp", {"disabilitas_l": 91, "disabilitas_j": 91}, {"R13"}),
    ],
)
def test_each_rule_is_found_broken_and_no_other(form: str, change: dict[str, int], rules: set[str]) -> None:
    found = violations({**sound(form), **change}, form)
    assert {violation.rule for violation in found} == rules
    assert all(violation.text and violation.fields for violation in found)


def test_a_tps_of_2024_has_at_most_300_voters_of_pilkada_600() -> None:
    assert (most_voters("dpd"), most_voters("kwk-gubernur")) == (300, 600)
