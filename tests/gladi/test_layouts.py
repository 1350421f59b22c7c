"""Layouts that gladi registers: what the reference stack reads of them is what is printed."""

import json

import pytest

from fakeforms.templates import template
from gladi.layouts import as_text, layout
from sirekap.forms.layout import builtin, builtin_json, digest, load


def test_the_built_in_layout_of_ppwp_is_the_one_that_is_printed() -> None:
    assert builtin_json("ppwp") == layout("ppwp")
    assert digest(builtin_json("ppwp")) == digest(layout("ppwp"))


@pytest.mark.parametrize("form", template.known_forms())
def test_every_form_is_read_as_it_is_printed(form: str) -> None:
    printed, read = template.load(form), load(json.loads(as_text(layout(form))))
    assert (read.form, read.width_mm, read.height_mm) == (form, printed.width_mm, printed.height_mm)
    assert [page.number for page in read.pages] == [page.number for page in printed.pages]
    for page in printed.pages:
        own = read.page(page.number)
        assert (own.tag.id, own.tag.box, own.tag.turn) == (page.tag.id, page.tag.box, page.tag.turn)
        assert own.corner_marks == page.corner_marks
        boxes = {field.id: (field.boxes, field.bubbles or ()) for field in own.fields}
        assert boxes == {f.id: (f.boxes, f.bubbles) for f in page.fields if f.kind == "digits"}


def test_who_stands_decides_the_boxes() -> None:
    few, many = layout("kwk-bupati", ((1, 0), (2, 0))), layout("kwk-bupati", ((1, 0), (2, 0), (3, 0), (4, 0)))
    assert digest(few) != digest(many)
    assert [f.id for f in load(few).page(2).fields] == ["suara_1", "suara_2"]


def test_the_built_in_layout_is_the_same_object_each_time() -> None:
    assert builtin("ppwp") is builtin("ppwp")
