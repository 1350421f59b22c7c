"""A bad order is refused before anything is drawn, naming the field and what would be right."""

import pickle
from typing import Any

import numpy as np
import pytest

import fakeforms
from fakeforms import Contestant
from tests.fakeforms.sample_sheets import NUMBERS, order, sample


def without(name: str) -> dict[str, int]:
    return {key: value for key, value in NUMBERS.items() if key != name}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"tps": "170804200100"}, "expected 13 digits"),
        ({"tps": "17080420010O3"}, "13 digits"),
        ({"tps": "１７０８０４２００１００３"}, "13 digits"),
        ({"nomor_tps": 0}, "nomor_tps .* outside 1..999"),
        ({"values": without("suara_2")}, "missing suara_2"),
        ({"values": NUMBERS | {"suara_9": 4}}, "no field suara_9"),
        ({"values": NUMBERS | {"dpt_j": 1000}}, r"values\['dpt_j'\] .* 1000 .* 0..999"),
        ({"values": NUMBERS | {"dpt_j": -1}}, "dpt_j.*-1"),
        ({"values": NUMBERS | {"dpt_j": 2.5}}, "dpt_j.*2.5"),
        ({"values": NUMBERS | {"dpt_j": True}}, "dpt_j.*True"),
        ({"values": NUMBERS | {"dpt_j": "12"}}, "dpt_j.*'12'"),
        ({"kpps": ("A", "B")}, "kpps .* 2 names, expected 7"),
        ({"kpps": ("A", " ", *"CDEFG")}, r"kpps\[2\] .* empty"),
        ({"saksi": ("A",)}, "saksi .* 1 names, expected 3"),
        ({"jam_pungut": ("7:00", "13:00")}, "jam_pungut .* '7:00' .* 'hh:mm'"),
        ({"jam_hitung": ("13:00", "24:10")}, "jam_hitung .* '24:10'"),
        ({"kel_desa": "  "}, "kel_desa .* empty"),
        ({"form": "dpr-2031"}, "form 'dpr-2031' is unknown; known forms: dpd, dpr, .*ppwp"),
    ],
)
def test_bad_order(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(fakeforms.FakeFormsError, match=says):
        order(**changes)


PAIRS = order().contestants


@pytest.mark.parametrize(
    ("form", "changes", "says"),
    [
        ("ppwp", {"contestants": ()}, "contestants of TPS 1708042001003: nobody stands"),
        ("ppwp", {"contestants": PAIRS[:2]}, "printed for exactly numbers 1, 2, 3"),
        ("ppwp", {"contestants": (*PAIRS[:2], Contestant(2, ("A", "B")))}, "number 2 is used twice"),
        (
            "ppwp",
            {"contestants": (*PAIRS[:2], Contestant(0, ("A", "B")))},
            "number 0; expected a whole number",
        ),
        ("ppwp", {"contestants": (*PAIRS[:2], Contestant(3, ("A", " ")))}, "contestant 3 has an empty name"),
        ("ppwp", {"contestants": (*PAIRS[:2], Contestant(3, ()))}, "contestant 3 has an empty name"),
        (
            "ppwp",
            {"contestants": (*PAIRS[:2], Contestant(3, ("A", "B", "C")))},
            "3 has 3 names, .* at most 2",
        ),
        (
            "dpr",
            {"contestants": (Contestant(1, ("Partai",), ("A", "")),)},
            "candidate 2 of contestant 1 .* empty",
        ),
        (
            "dpr",
            {"contestants": (Contestant(1, ("Partai",), ("A",) * 15),)},
            "1 with 15 candidates; .* 0..14",
        ),
        ("dpr", {"dapil": " "}, "dapil of TPS 1708042001003: is empty; form 'dpr' asks for the district"),
        ("dpr", {"saksi": ("A",) * 17}, "saksi .* 17 names, expected 18"),
        ("dpd", {"values": {"suara_calon_1": 3}}, "missing dpt_l, .*suara_calon_2"),
        ("kwk-bupati", {"contestants": PAIRS[:1]}, "1 contestants, but the form has room for 2..6"),
    ],
)
def test_bad_order_of_a_form_laid_out_for_who_stands(form: str, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(fakeforms.OrderError, match=says):
        sample(form, **changes)


def test_nobody_came_to_witness_and_that_is_no_fault() -> None:
    assert sample("dpr", saksi=("",) * 18).saksi == ("",) * 18


def test_numbers_out_of_a_table_are_welcome() -> None:
    taken = order(values={name: np.int64(value) for name, value in NUMBERS.items()}).values
    assert taken == NUMBERS
    assert all(type(value) is int for value in taken.values())


def test_an_order_travels_to_another_process() -> None:
    sent = order()
    assert pickle.loads(pickle.dumps(sent)) == sent


@pytest.mark.parametrize("page", [0, 4, -1])
def test_a_page_that_the_form_does_not_have(page: int) -> None:
    with pytest.raises(fakeforms.TemplateError, match=r"no page .* its pages are 1, 2, 3"):
        fakeforms.photograph(order(), page)


def test_pages_of_an_unknown_form() -> None:
    assert fakeforms.pages("ppwp") == (1, 2, 3)
    with pytest.raises(fakeforms.TemplateError, match="unknown"):
        fakeforms.pages("../ppwp")
