"""Layouts come from outside: what is wrong with one is said by its place and what would be right."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from sirekap.forms.layout import UnknownPageError, WrongLayoutError, builtin, builtin_json, digest, load

Change = Callable[[dict[str, Any]], None]


def _field(value: dict[str, Any]) -> dict[str, Any]:
    field: dict[str, Any] = value["pages"][1]["fields"][0]
    return field


WRONG: dict[str, tuple[Change, str]] = {
    "another version": (lambda v: v.update(layout=2), r"layout\.layout is 2, must be 1"),
    "no pages": (lambda v: v.update(pages=[]), r"layout\.pages has 0 entries"),
    "no width": (lambda v: v.pop("width_mm"), r"lacks 'width_mm'"),
    "endless sheet": (lambda v: v.update(height_mm=float("inf")), r"height_mm"),
    "a form called a path": (lambda v: v.update(form="../ppwp"), r"layout\.form is '\.\./ppwp'"),
    "certainty": (lambda v: v.update(certainty="sure"), r"exact or reconstructed"),
    "page twice": (lambda v: v["pages"].append(v["pages"][0]), r"page 1 is there twice"),
    "tag twice": (lambda v: v["pages"][1]["tag"].update(id=101), r"tag id 101 is there twice"),
    "field twice": (lambda v: _field(v).update(id="dpt_l"), r"field dpt_l is there twice"),
    "tag of no family": (
        lambda v: v["pages"][0]["tag"].update(id=2320),
        r"tag\.id is 2320, must be 0 to 2319",
    ),
    "tag turned a little": (lambda v: v["pages"][0]["tag"].update(turn=45), r"0, 90, 180 or 270"),
    "box off the sheet": (
        lambda v: _field(v)["boxes"][2].__setitem__(0, 590),
        r"pages\[1\]\.fields\[0\]\.boxes\[2\].*does not lie on the sheet",
    ),
    "box of words": (lambda v: _field(v)["boxes"][0].__setitem__(1, "184"), r"boxes\[0\] holds '184'"),
    "box of truths": (lambda v: _field(v)["boxes"][0].__setitem__(1, True), r"boxes\[0\] holds True"),
    "nine bubbles": (lambda v: _field(v)["bubbles"][0].pop(), r"bubbles has 9 entries, must have 10"),
    "a column too few": (lambda v: _field(v)["bubbles"].pop(), r"2 columns for 3 boxes"),
    "fields of no list": (lambda v: v["pages"][0].update(fields={}), r"fields is \{\}, must be of type list"),
    "style": (lambda v: _field(v).update(style="fancy"), r"ordinary or dotted"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_layout_is_refused_by_its_place(case: str) -> None:
    value = copy.deepcopy(builtin_json("ppwp"))
    change, says = WRONG[case]
    change(value)
    with pytest.raises(WrongLayoutError, match=says):
        load(value)


@pytest.mark.parametrize("value", [None, [], "ppwp", 1, {}])
def test_what_is_no_object_of_a_layout_is_refused(value: Any) -> None:
    with pytest.raises(WrongLayoutError):
        load(value)


def test_a_layout_has_one_name_however_its_numbers_are_spelled() -> None:
    value = builtin_json("ppwp")
    spelled = copy.deepcopy(value) | {"width_mm": 600, "height_mm": 900}
    turned = dict(reversed(spelled.items()))
    assert digest(value) == digest(spelled) == digest(turned)
    assert digest(value) != digest(value | {"width_mm": 601})


def test_pages_are_found_by_number() -> None:
    ppwp = builtin("ppwp")
    assert [page.number for page in ppwp.pages] == [1, 2, 3]
    with pytest.raises(UnknownPageError, match="its pages are 1, 2, 3"):
        ppwp.page(4)


def test_only_ppwp_is_built_in() -> None:
    with pytest.raises(WrongLayoutError, match="there are ppwp"):
        builtin("../secrets")
