"""A photographed sheet is read as a careful person reads it, or says why not."""

import json
from collections import Counter
from dataclasses import replace

import cv2
import numpy as np
import pytest

from fakeforms import Camera
from fakeforms.templates import template
from sirekap.reading import PageReading, UnreadablePhotoError, read
from sirekap.reading.digits import ReadMark
from sirekap.reading.figures import DOUBT, EMPTY, GAP, STRUCK_OUT, number_of, read_field
from tests.sirekap.reading.sheets import PHONE, Taken, layout_of, take

RIGHT_AT_LEAST = (
    0.93  # of whole numbers on clean photos; measured 0.97, see `python -m tests.benchmarks reader`
)
WRONG_AT_MOST = 0.03  # read as another number; measured 0.014

FORMS = template.known_forms()


def reading_of(taken: Taken, mode: str = "sound") -> PageReading:
    return read(taken.jpeg, taken.page, taken.layout, mode)


@pytest.fixture(scope="module")
def clean() -> list[Taken]:
    """Every form, the first two pages, each of a TPS of its own; half as published, half at 3 MP."""
    return [
        take(form, page, f"17080490{k:02d}{page:03d}", (PHONE, Camera())[(k + page) % 2])
        for k, form in enumerate(FORMS)
        for page in (1, 2)
    ]


@pytest.fixture(scope="module")
def votes() -> Taken:
    return take("ppwp", 2)


def test_numbers_of_every_form_are_read(clean: list[Taken]) -> None:
    outcomes: Counter[str] = Counter()
    for taken in clean:
        reading = reading_of(taken)
        assert reading.shows == (taken.layout.form, taken.page.number)
        assert reading.numbers.keys() == {field.id for field in taken.page.fields}
        for name, written in taken.written.items():
            got = reading.numbers[name]
            outcomes["right" if got == written else "unsure" if got is None else "wrong"] += 1
            assert (got is None) == (f"unsure:{name}" in reading.flags)
            assert 0.0 <= reading.confidence[name] <= 1.0
    assert outcomes["right"] >= RIGHT_AT_LEAST * outcomes.total()
    assert outcomes["wrong"] <= WRONG_AT_MOST * outcomes.total()


def test_marks_of_the_sheet_are_found_to_a_pixel(clean: list[Taken]) -> None:
    for taken in clean:
        found = reading_of(taken)
        told = taken.truth["sheet"]["corner_marks"]
        for mark, quad in zip(found.marks, (told[0], told[1], told[4], told[5]), strict=True):
            assert mark is not None
            assert np.hypot(*(np.array(mark) - quad[2])) < 1.5
        away = np.array(found.corners) - np.array(taken.truth["sheet"]["corners"])
        assert np.hypot(*away.T).max() < 0.02 * taken.truth["photo"]["height"]


def test_a_reading_goes_to_json(votes: Taken) -> None:
    told = json.loads(json.dumps(reading_of(votes).to_json()))
    assert told["shows"] == {"form": "ppwp", "page": 2}
    assert told["fields"]["suara_1"]["bubbles_agree"] in (True, False, None)
    assert told["photo"] == {"width": 1504, "height": 2000}


def turned(jpeg: bytes, quarters: int) -> bytes:
    """The photo turned clockwise by quarters, as a phone without orientation stores it."""
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    whole = np.ascontiguousarray(np.rot90(picture, -quarters))
    return bytes(cv2.imencode(".jpg", whole, [cv2.IMWRITE_JPEG_QUALITY, 92])[1])


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_photo_may_lie_on_any_side(votes: Taken, quarters: int) -> None:
    upright = reading_of(votes)
    lying = read(turned(votes.jpeg, quarters), votes.page, votes.layout)
    assert upright.turned == 0
    assert lying.turned == 360 - 90 * quarters
    assert lying.numbers == upright.numbers


def test_bubbles_are_read_and_agree_with_the_digits(votes: Taken) -> None:
    for field in reading_of(votes).fields:
        assert list(field.bubbles or ()) == votes.truth["fields"][field.field]["bubbled"]
        assert field.bubbles_agree is True


def test_a_bubble_that_disagrees_is_told_and_is_no_error() -> None:
    order = take("ppwp", 2, mistakes={"bubble-disagrees": 1.0})
    disputed = [name for made in order.truth["mistakes"] for name in made["fields"]]
    assert disputed
    reading = reading_of(order)
    for field in reading.fields:
        if field.value is not None:
            assert field.bubbles_agree is (field.field not in disputed)
            assert field.value == order.written[field.field]


def test_the_wrong_page_is_named_and_not_read(votes: Taken) -> None:
    reading = read(votes.jpeg, votes.layout.page(1), votes.layout)
    assert reading.flags == ("wrong_page",)
    assert reading.shows == ("ppwp", 2)
    assert reading.numbers == {}


def test_the_wrong_form_is_named_where_it_is_known(votes: Taken) -> None:
    dpd = layout_of("dpd")
    assert read(votes.jpeg, dpd.page(2), dpd).flags == ("wrong_form",)
    assert read(votes.jpeg, dpd.page(2), dpd).shows is None
    assert read(votes.jpeg, dpd.page(2), dpd, known=[votes.layout]).shows == ("ppwp", 2)


def test_a_covered_tag_is_told() -> None:
    covered = take("ppwp", 2, camera=replace(PHONE, faults={"covered-tag": 1.0}))
    reading = reading_of(covered)
    assert reading.flags == ("no_tag",)
    assert (reading.shows, reading.numbers, reading.corners) == (None, {}, None)


def test_a_photo_of_no_sheet_has_no_tag(votes: Taken) -> None:
    desk = np.random.default_rng(7).integers(0, 255, (1200, 900, 3), dtype=np.uint8)
    jpeg = bytes(cv2.imencode(".jpg", cv2.GaussianBlur(desk, (0, 0), 3))[1])
    assert read(jpeg, votes.page, votes.layout).flags == ("no_tag",)


@pytest.mark.parametrize(("fault", "flag"), [("blurred", "blurred"), ("too-dark", "dark")])
def test_a_poor_photo_gets_a_hint(fault: str, flag: str) -> None:
    assert flag in reading_of(take("ppwp", 3, camera=replace(PHONE, faults={fault: 1.0}))).flags


def test_a_corner_that_is_cut_off_is_told_and_the_rest_is_read() -> None:
    cropped = take("ppwp", 2, camera=replace(PHONE, faults={"cropped-corner": 1.0}))
    reading = reading_of(cropped)
    assert "corner_missing" in reading.flags
    told = cropped.truth["sheet"]["corner_marks"]
    height = cropped.truth["photo"]["height"]
    outside = [told[k][2][1] >= height for k in (0, 1, 4, 5)]
    assert [mark is None for mark in reading.marks] == outside
    assert reading.numbers == cropped.written


def test_half_a_photo_is_refused(votes: Taken) -> None:
    with pytest.raises(UnreadablePhotoError) as caught:
        read(votes.jpeg[: len(votes.jpeg) // 2], votes.page, votes.layout)
    assert caught.value.code == "photo_incomplete"


def test_an_unknown_mode_is_refused(votes: Taken) -> None:
    with pytest.raises(ValueError, match="sound or 2024"):
        reading_of(votes, "2020")


def test_the_same_photo_reads_the_same(votes: Taken) -> None:
    assert reading_of(votes) == reading_of(votes)


def test_in_2024_a_crossed_out_box_becomes_a_digit(clean: list[Taken]) -> None:
    """Ten classes and no way to say "none": every cross is a digit, an 8 among those it likes best."""
    made_of_crosses: Counter[str] = Counter()
    for taken in clean:
        sound, of_2024 = reading_of(taken), reading_of(taken, "2024")
        assert all(value is not None for value in of_2024.numbers.values())
        for field, blind in zip(sound.fields, of_2024.fields, strict=True):
            boxes = taken.truth["fields"][field.field]["boxes"]
            made_of_crosses.update(
                said for box, said in zip(boxes, blind.marks, strict=True) if box["class"] == "X"
            )
    assert set(made_of_crosses) <= set("0123456789")
    assert made_of_crosses.total() > 100
    assert "8" in [digit for digit, _ in made_of_crosses.most_common(3)]


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        (("X", "4", "2"), (42, None)),
        (("0", "4", "2"), (42, None)),
        (("dash", "dash", "7"), (7, None)),
        (("X", "X", "X"), (0, None)),
        (("blank", "blank", "5"), (5, None)),
        (("8", "6", "X"), (86, None)),
        (("blank", "blank", "blank"), (None, EMPTY)),
        (("X", "blank", "blank"), (0, None)),
        (("1", "X", "2"), (None, GAP)),
        (("1", "struck-out", "2"), (None, STRUCK_OUT)),
    ],
)
def test_marks_mean_what_a_careful_person_reads(
    marks: tuple[str, ...], expected: tuple[int | None, str | None]
) -> None:
    assert number_of(marks) == expected


def test_a_bubble_helps_only_where_the_digit_is_in_doubt() -> None:
    clear, doubted = ReadMark("4", 0.99, "9", 0.01), ReadMark("4", 0.45, "9", 0.4)
    assert read_field("f", [clear], [9], "sound").value == 4
    assert read_field("f", [clear], [9], "sound").bubbles_agree is False
    assert read_field("f", [doubted], [9], "sound").value == 9
    assert read_field("f", [doubted], [4], "sound").value == 4
    assert read_field("f", [doubted], [1], "sound").why == DOUBT
    assert read_field("f", [doubted], [None], "sound").value is None
    assert read_field("f", [doubted], None, "sound").value is None
    assert read_field("f", [doubted], [9], "2024").value == 4
