"""Contests: who stands where, and layouts that must fit them."""

import copy
from typing import Any

import pytest

from sirekap.forms.contests import (
    WrongContestError,
    as_json,
    builtin_contest,
    load,
    prefix,
    refuse_misfit,
)
from sirekap.forms.fields import BY_PARTY, ELECTION, fields, total_of
from sirekap.forms.layout import builtin
from sirekap.forms.layout import load as load_layout
from sirekap.forms.numbers import LARGEST, WrongNumbersError, checked, parsed
from tests.sirekap.filled_sheets import contest, sheet_layout


@pytest.mark.parametrize("form", ELECTION)
def test_the_sheets_printed_for_a_contest_fit_it(form: str) -> None:
    loaded = load(contest(form))
    refuse_misfit(loaded, load_layout(sheet_layout(form)))
    assert as_json(loaded) == contest(form)
    assert {total_of(form, one.number) for one in loaded.contestants} <= loaded.fields


def test_three_pairs_are_built_in_with_the_sheet_of_2024() -> None:
    refuse_misfit(builtin_contest(), builtin("ppwp"))
    assert builtin_contest().areas == ("0",)


@pytest.mark.parametrize("form", ELECTION)
def test_sheets_for_others_than_those_who_stand_are_refused(form: str) -> None:
    sheets = load_layout(sheet_layout(form))
    one_more, one_less = contest(form), contest(form)
    one_more["contestants"].append({"number": 9, "name": "SEMBILAN", "candidates": []})
    one_less["contestants"].pop()
    for body, said in ((one_more, "lacks"), (one_less, "nobody stands for it")):
        with pytest.raises(WrongContestError, match=said):
            refuse_misfit(load(body), sheets)


def test_sheets_of_another_form_are_refused_though_their_numbers_have_the_same_names() -> None:
    with pytest.raises(WrongContestError, match="layout is of dpr of"):
        refuse_misfit(load(contest("dprd-kab")), load_layout(sheet_layout("dpr")))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"contest": "DPR 1"}, "contest is 'DPR 1'"),
        ({"form": "dpa"}, "must be one of ppwp, dpr"),
        ({"title": " "}, "title"),
        ({"areas": []}, "areas must be a list of 1"),
        ({"areas": ["17", "17.0"]}, r"areas\[1\]"),
        ({"areas": ["1708042001001"]}, r"areas\[0\]"),
        ({"layout": "abc"}, "layout is 'abc'"),
        ({"contestants": []}, "contestants must be a list of 1"),
        ({"contestants": [{"number": 0, "name": "A"}]}, r"contestants\[0\]\.number"),
        ({"contestants": [{"number": True, "name": "A"}]}, r"contestants\[0\]\.number"),
        ({"contestants": [{"number": 1}]}, r"contestants\[0\]\.name"),
        ({"contestants": [{"number": 1, "name": "A"}, {"number": 1, "name": "B"}]}, "there twice"),
        ({"contestants": [{"number": 1, "name": "A", "candidates": [""]}]}, r"candidates\[0\]"),
    ],
)
def test_what_is_no_contest_is_refused_by_its_place(change: dict[str, Any], said: str) -> None:
    body = {**copy.deepcopy(contest("dpr")), **change}
    with pytest.raises(WrongContestError, match=said):
        load(body)


def test_nobody_stands_for_a_party_where_pairs_stand() -> None:
    body = contest("kwk-bupati")
    body["contestants"][0]["candidates"] = ["CALON"]
    with pytest.raises(WrongContestError, match="must be empty"):
        load(body)


def test_codes_of_areas_are_what_codes_of_their_tps_begin_with() -> None:
    assert [prefix(area) for area in ("0", "17", "17.08", "170804")] == ["", "17", "1708", "170804"]


def test_any_change_of_a_contest_changes_its_stamp() -> None:
    stamps = {load(contest("dpr")).stamp}
    for change in ({"title": "Lain"}, {"areas": ["17"]}, {"contestants": contest("dpr")["contestants"][:1]}):
        stamps.add(load({**contest("dpr"), **change}).stamp)
    assert len(stamps) == 4


def test_fields_of_parties_are_theirs_their_candidates_and_both_together() -> None:
    votes = fields("dpr", [(24, 2)]) - fields("dpr", [])
    assert votes == {"suara_partai_24", "suara_calon_24_1", "suara_calon_24_2", "jumlah_partai_calon_24"}
    assert all(len(fields(form, [])) == 25 for form in (*BY_PARTY, "ppwp", "dpd"))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], "must be a JSON object"),
        ({"suara_1": 1, "suara_2": 2}, "lacks suara_3"),
        ({"suara_1": 1, "suara_2": 2, "suara_3": 3, "suara_4": 4}, "has no field suara_4"),
        ({"suara_1": 1, "suara_2": 2, "suara_3": -1}, "suara_3 is -1"),
        ({"suara_1": 1, "suara_2": 2, "suara_3": LARGEST + 1}, "suara_3 is 10000"),
        ({"suara_1": 1, "suara_2": 2, "suara_3": True}, "suara_3 is True"),
        ({"suara_1": 1, "suara_2": 2, "suara_3": 3.0}, "suara_3 is 3.0"),
        ({"suara_1": 1, "suara_2": 2, "suara_3": "3"}, "suara_3 is '3'"),
    ],
)
def test_numbers_that_a_page_does_not_carry_are_refused_by_name(values: Any, said: str) -> None:
    with pytest.raises(WrongNumbersError, match=said):
        checked(values, builtin("ppwp").page(2), complete=True)


def test_a_correction_need_not_carry_every_number() -> None:
    page = builtin("ppwp").page(2)
    assert checked({"suara_2": 7}, page, complete=False) == {"suara_2": 7}
    with pytest.raises(WrongNumbersError, match="not JSON"):
        parsed(b"{" * 30_000, page)


def test_of_a_number_sent_twice_none_is_chosen() -> None:
    text = b'{"suara_1": 1, "suara_2": 2, "suara_3": 3, "suara_1": 100}'
    with pytest.raises(WrongNumbersError, match="suara_1 more than once"):
        parsed(text, builtin("ppwp").page(2))
