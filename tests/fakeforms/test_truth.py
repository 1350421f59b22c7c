"""The ground truth keeps the schema that is published with it, and a broken truth does not."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import fakeforms
from fakeforms.camera import fault
from fakeforms.truth.reading import reading
from fakeforms.writing.mistakes import MISTAKES
from tests.fakeforms.sample_sheets import order, sample


@pytest.fixture(scope="module")
def truths() -> list[dict[str, Any]]:
    return [fakeforms.photograph(order(), page).truth for page in (1, 2, 3)]


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    Draft202012Validator.check_schema(fakeforms.truth_schema())
    return Draft202012Validator(fakeforms.truth_schema())


def test_every_page_keeps_the_schema(truths: list[dict[str, Any]], schema: Draft202012Validator) -> None:
    for truth in truths:
        assert [f"{error.json_path}: {error.message}" for error in schema.iter_errors(truth)] == []


BREAKS: dict[str, Callable[[Any], Any]] = {
    "not a simulation": lambda truth: truth.update(simulation=False),
    "no notice": lambda truth: truth.pop("notice"),
    "a TPS code too short": lambda truth: truth.update(tps="123"),
    "a made-up key": lambda truth: truth.update(extra=1),
    "a quadrilateral of three": lambda truth: truth["sheet"]["corners"].pop(),
    "a point of three": lambda truth: truth["sheet"]["tag"]["quad"][0].append(0.0),
    "a digest that is none": lambda truth: truth["photo"].update(sha256="0" * 63),
    "no page shown": lambda truth: truth["photo"].pop("shows"),
    "a number as text": lambda truth: truth["numbers"].update(suara_1="67"),
    "a negative reading": lambda truth: truth["written"].update(suara_1=-1),
    "a bubble of ten": lambda truth: truth["fields"]["suara_1"].update(bubbled=[10, 0, 0]),
    "nine bubbles": lambda truth: truth["fields"]["suara_1"]["bubbles"][0].pop(),
    "digits without a style": lambda truth: truth["fields"]["suara_1"].pop("style"),
    "a tally of nothing": lambda truth: truth["fields"]["turus_1"].pop("of"),
    "a box without a class": lambda truth: truth["fields"]["suara_1"]["boxes"][0].pop("class"),
    "a mistake that says nothing": lambda truth: truth["mistakes"].append({"name": "x", "fields": []}),
    "no faults told": lambda truth: truth["camera"].pop("faults"),
}


def test_mistakes_and_faults_keep_the_schema_too(schema: Draft202012Validator) -> None:
    every = dict.fromkeys(MISTAKES, 0.6)
    camera = fakeforms.Camera(megapixels=0.6, faults=dict.fromkeys(fault.names(), 0.6))
    made: set[str] = set()
    befell: set[str] = set()
    for number in range(4):
        sheets = order(tps=f"170804200100{number}", nomor_tps=5, mistakes=every)
        other = sample("dpd", tps=sheets.tps)
        for page in (1, 2, 3):
            truth: Any = fakeforms.photograph(sheets, page, camera, other).truth
            assert [f"{error.json_path}: {error.message}" for error in schema.iter_errors(truth)] == []
            assert {name for one in truth["mistakes"] for name in one["fields"]} <= truth["fields"].keys()
            made |= {one["name"] for one in truth["mistakes"]}
            befell |= set(truth["camera"]["faults"])
            moved = {"wrong-page", "wrong-form"} & set(truth["camera"]["faults"])
            shown = truth["photo"]["shows"]
            assert (shown != {"form": truth["form"], "page": truth["page"]}) == bool(moved)
            assert truth["photo"]["whole"] == ("truncated-file" not in truth["camera"]["faults"])
    assert len(made) > 10
    assert befell == set(fault.names())


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_truth_does_not(
    name: str, truths: list[dict[str, Any]], schema: Draft202012Validator
) -> None:
    broken = copy.deepcopy(truths[1])
    BREAKS[name](broken)
    assert not schema.is_valid(broken)


def test_written_is_what_the_boxes_say(truths: list[dict[str, Any]]) -> None:
    """Without mistakes that is what was meant, but for a zero that this hand leaves blank."""
    for truth in truths:
        for name, number in truth["numbers"].items():
            blank = set(truth["fields"][name]["written"]) <= {"", "blank"}
            assert truth["written"][name] == (None if blank else number)
            assert number == 0 or not blank


@pytest.mark.parametrize(
    ("boxes", "number"),
    [
        ("1 3 6", 136), ("X 6 7", 67), ("X X X", 0), ("0 0 0", 0), ("X X 0", 0), ("dash dash 4", 4),
        ("blank 6 7", 67), ("blank blank blank", None), ("6 X 7", None), ("8 struck-out 6", None),
        ("6 7 X", 67), ("Z-struck Z-struck Z-struck", 0),
    ],
)  # fmt: skip
def test_a_careful_reader(boxes: str, number: int | None) -> None:
    assert reading(boxes.split()) == number
