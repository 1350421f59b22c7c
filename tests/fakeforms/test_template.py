"""The PPWP template holds what was measured on the KPU print file, and a broken template is told where."""

import copy
import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib import resources
from typing import Any

import pytest

from fakeforms import TemplateError
from fakeforms.templates import template
from tests.fakeforms.sample_sheets import NUMBERS

RAW = json.loads(resources.files("fakeforms.templates").joinpath("ppwp.json").read_text("utf-8"))


def fields(page: int, kind: str) -> list[template.Field]:
    return [field for field in template.load("ppwp").page(page).fields if field.kind == kind]


def test_every_number_of_the_form_has_its_boxes() -> None:
    assert [sum(len(f.boxes) for f in fields(page, "digits")) for page in (1, 2, 3)] == [66, 9, 9]
    assert {f.id for page in (1, 2, 3) for f in fields(page, "digits")} == set(NUMBERS)


def test_page_two_is_read_by_bubbles_and_dots() -> None:
    for number, field in enumerate(fields(2, "digits")):
        assert field.style == "dotted"
        assert [len(column) for column in field.bubbles] == [10, 10, 10]
        top = 178 + 152 * number
        assert field.bubbles[0][3][:2] == pytest.approx((461.0, top + 32.1 + 10.5 * 3), abs=0.1)


def test_tally_takes_three_hundred_votes() -> None:
    for field in fields(2, "tally"):
        assert (len(field.boxes), field.columns, len(field.row_totals)) == (60, 12, 5)


def test_tags_and_corner_marks_lie_where_kpu_prints_them() -> None:
    for page in template.load("ppwp").pages:
        assert (page.tag.family, page.tag.id, page.tag.turn) == ("36h10", 100 + page.number, 180)
        assert page.tag.box == (494.05, 107.3, 32.0, 32.0)
        assert len(page.corner_marks) == 8


def test_every_page_is_signed_by_ten() -> None:
    for page in (1, 2, 3):
        assert len(fields(page, "signature")) == 10


def test_everything_lies_on_the_sheet() -> None:
    for page in template.load("ppwp").pages:
        for field in page.fields:
            for x, y, width, height in (*field.boxes, *(b for c in field.bubbles for b in c)):
                assert 0 <= x < x + width <= 600
                assert 0 <= y < y + height <= 900


def _drop_tag(data: dict[str, Any]) -> None:
    del data["pages"][0]["tag"]


def _old_version(data: dict[str, Any]) -> None:
    data["template"] = 0


def _unknown_operation(data: dict[str, Any]) -> None:
    data["pages"][1]["print"][3]["op"] = "hologram"


def _unknown_kind(data: dict[str, Any]) -> None:
    data["pages"][0]["fields"][0]["kind"] = "stamp"


def _dangling(data: dict[str, Any]) -> None:
    next(f for f in data["pages"][1]["fields"] if f["kind"] == "tally")["of"] = "suara_7"


def _twice(data: dict[str, Any]) -> None:
    data["pages"][2]["fields"].append(data["pages"][2]["fields"][0])


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_drop_tag, "'tag'"),
        (_old_version, "version 0, expected 1"),
        (_unknown_operation, r"page 2, print\[3\]: op 'hologram'"),
        (_unknown_kind, "page 1, field 'hari': kind 'stamp'"),
        (_dangling, "page 2, field 'turus_1': 'of' names 'suara_7'"),
        (_twice, "page 3: field id 'provinsi' is used twice"),
    ],
)
def test_a_broken_template_is_told_where(spoil: Callable[[dict[str, Any]], None], says: str) -> None:
    data = copy.deepcopy(RAW)
    spoil(data)
    with pytest.raises(TemplateError, match=says):
        template.parse(data, "ppwp.json")


def test_a_template_reads_the_same_in_every_process() -> None:
    """Digests of orders are taken over it: no set whose order differs from process to process."""
    say = "import fakeforms.templates.template as t; print(repr(t.load('ppwp')))"
    read = [
        subprocess.run(
            [sys.executable, "-c", say],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert read[0] == read[1] and len(read[0]) > 1_000
