"""The splice engine: thousands of photos a second, each byte for byte what the camera would take."""

import dataclasses
import json
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import cv2
import jsonschema
import numpy as np
import pytest
import simplejpeg

from fakeforms import Camera, OrderError, Photo, SheetOrder, TemplateError, photograph, truth_schema
from fakeforms.delivery import deliver
from fakeforms.splice import Press, prepare
from fakeforms.splice.blocks import END, Encoder, restart
from fakeforms.splice.pieces import Pieces
from fakeforms.splice.plates import Plate, blocks_of
from fakeforms.splice.press import base_of
from fakeforms.truth.describe import describe
from tests.fakeforms.sample_sheets import NUMBERS, order, sample

CAMERA = Camera(quality=70, megapixels=0.8)
CASES = (
    ("ppwp", 1),
    ("ppwp", 2),
    ("ppwp", 3),
    *(
        pytest.param(form, page, marks=pytest.mark.slow)
        for form, page in (("dpr", 2), ("dpd", 2), ("kwk-gubernur", 2), ("kwk-bupati", 1))
    ),
)


@lru_cache(maxsize=8)
def press(form: str, page: int) -> Press:
    return prepare(sample(form), CAMERA, bases=1, pages=[page])


def others(form: str) -> list[SheetOrder]:
    base = sample(form)
    found = [sample(form, tps=f"170804200100{k}") for k in (1, 2)]
    empty = dataclasses.replace(base, values=dict.fromkeys(base.values, 0))
    return [dataclasses.replace(one, contestants=base.contestants) for one in (*found, empty)]


def anew(form: str, page: int, other: SheetOrder) -> Photo:
    """The same photo without joining: all ink on one sheet, one exposure, every block encoded."""
    made = press(form, page)._page(0, page)
    pieces: Pieces = made._pieces
    plate: Plate = made._joiner._plate
    entries = [pieces.entry(n, other.values[n.id], other.values[n.id]) for n in pieces.numbers]
    planes = plate.develop(pieces.held([state for entry in entries for state in entry.states]))
    encoder = Encoder(70)
    blocks = blocks_of(planes, slice(0, plate.rows), slice(0, plate.columns)).reshape(-1, 384)
    parts = [part for k, b in enumerate(blocks) for part in (encoder.scan(b), restart(k))][:-1]
    jpeg = b"".join((made._head.replace(b"9" * 13, other.tps.encode()), *parts, END))
    told = {f.field.id: f for f in (*pieces.text.fields, *pieces.blank_words)}
    told |= {f.field.id: f for entry in entries for f in entry.filled}
    sheet_page = other.template.page(page)
    filling = dataclasses.replace(pieces.text, fields=tuple(told[f.id] for f in sheet_page.fields))
    assert np.array_equal(
        simplejpeg.decode_jpeg(simplejpeg.encode_jpeg_yuv_planes(*planes, quality=70, fastdct=False)),
        simplejpeg.decode_jpeg(jpeg),
    )
    return Photo(jpeg, describe(other, sheet_page, filling, plate.geometry, jpeg=jpeg, quality=70))


@pytest.mark.parametrize(("form", "page"), CASES)
def test_a_joined_photo_is_what_the_camera_takes_of_the_whole_sheet(form: str, page: int) -> None:
    for other in others(form):
        photo, expected = press(form, page).photo(other, page), anew(form, page, other)
        assert photo.jpeg == expected.jpeg
        for same in ("form", "page", "tps", "photo", "sheet", "numbers", "written", "camera", "writer"):
            assert photo.truth[same] == expected.truth[same], same
        assert list(photo.truth["fields"]) == list(expected.truth["fields"])  # type: ignore[call-overload]
        for name, field in expected.truth["fields"].items():  # type: ignore[attr-defined]
            shown = photo.truth["fields"][name]  # type: ignore[index]
            assert {**shown, "intended": None} == {**field, "intended": None}, name


def test_the_truth_keeps_the_schema_and_tells_what_is_the_bases() -> None:
    other = dataclasses.replace(others("ppwp")[0], kecamatan="Lain Sekali", nomor_tps=17)
    truth = press("ppwp", 2).photo(other, 2).truth
    jsonschema.validate(json.loads(json.dumps(truth)), truth_schema())
    full = photograph(sample("ppwp"), 2, CAMERA).truth
    assert set(truth) - set(full) == {"engine", "base"}
    assert truth["engine"] == "splice"
    assert truth["base"]["tps"] == sample("ppwp").tps  # type: ignore[index]
    fields = truth["fields"]
    assert fields["nomor_tps"]["intended"] == "017"  # type: ignore[index]
    assert fields["nomor_tps"]["written"] == ["003"]  # type: ignore[index]
    assert fields["kecamatan"]["intended"] == "Lain Sekali"  # type: ignore[index]
    assert fields["kecamatan"]["written"][0].upper() == "UJAN MAS"  # type: ignore[index]
    assert fields["suara_1_terbilang"]["boxes"][0]["class"] == "blank"  # type: ignore[index]


def test_the_digits_the_bubbles_and_the_tally_tell_the_same_number() -> None:
    votes = NUMBERS | {"suara_1": 7, "suara_2": 136, "suara_3": 300}
    fields = (
        press("ppwp", 2)
        .photo(order(tps="1708042001009", values=votes, contestants=_pairs()), 2)
        .truth["fields"]
    )
    for pair in (1, 2, 3):
        field, tally = fields[f"suara_{pair}"], fields[f"turus_{pair}"]  # type: ignore[index]
        marks = sum(int(b["class"]) for b in tally["boxes"] if b["class"].isdigit())
        rows = sum(int("".join(row["written"]).lstrip("X") or 0) for row in tally["row_totals"])
        bubbled = int("".join(str(digit) for digit in field["bubbled"]))
        assert marks == rows == bubbled == field["intended"] == votes[f"suara_{pair}"]


def test_photos_are_whole_marked_as_simulation_and_unlike_each_other() -> None:
    jpegs = [press("ppwp", 3).photo(sample("ppwp", tps=f"17080420010{k:02d}"), 3) for k in range(1, 13)]
    assert len({photo.jpeg for photo in jpegs}) == len(jpegs)
    for photo in jpegs:
        shown = cv2.imdecode(np.frombuffer(photo.jpeg, np.uint8), cv2.IMREAD_COLOR)
        size = photo.truth["photo"]
        assert shown.shape == (size["height"], size["width"], 3)  # type: ignore[index]
        assert sha256(photo.jpeg).hexdigest() == size["sha256"]  # type: ignore[index]
        assert b"SIMULASI" in photo.jpeg[:400]
        assert photo.jpeg.count(f"ppwp {photo.truth['tps']} 3".encode()) == 3  # twice in EXIF, once beside


def test_the_same_order_gives_the_same_bytes_whatever_was_made_before() -> None:
    first, second, _ = others("ppwp")
    alone = prepare(sample("ppwp"), CAMERA, bases=1, pages=()).photo(second, 3)
    press("ppwp", 3).photo(first, 3)
    assert press("ppwp", 3).photo(second, 3) == alone
    assert press("ppwp", 3).jpeg(second, 3) == alone.jpeg


def test_delivered_files_are_the_photo_and_its_truth(tmp_path: Path) -> None:
    other = others("ppwp")[0]
    photo = press("ppwp", 3).photo(other, 3)
    digest = press("ppwp", 3).deliver(other, 3, tmp_path, {"order": "7"})
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"{other.tps}-ppwp-3.{e}" for e in ("jpg", "json")
    ]
    assert (tmp_path / f"{other.tps}-ppwp-3.jpg").read_bytes() == photo.jpeg
    truth = json.loads((tmp_path / f"{other.tps}-ppwp-3.json").read_text("utf-8"))
    assert truth == {**json.loads(json.dumps(photo.truth)), "order": "7"}
    assert truth["photo"]["sha256"] == digest == sha256(photo.jpeg).hexdigest()


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "name.jpg").mkdir()
    with pytest.raises(OSError, match=r"name\.jpg"):
        deliver(tmp_path, "name.jpg", b"bytes")
    assert [path.name for path in tmp_path.iterdir()] == ["name.jpg"]


def test_anticipated_photos_are_the_same_and_need_fewer_sheets() -> None:
    orders = [sample("ppwp", tps=f"17080420020{k:02d}") for k in range(1, 31)]
    orders = [dataclasses.replace(one, contestants=sample("ppwp").contestants) for one in orders]
    told, asked = (prepare(sample("ppwp"), CAMERA, bases=1, pages=()) for _ in range(2))
    told.anticipate(orders, 1)
    sheets = told._page(0, 1)._joiner.exact_photos
    assert [told.jpeg(one, 1) for one in orders] == [asked.jpeg(one, 1) for one in orders]
    assert sheets == told._page(0, 1)._joiner.exact_photos
    assert 0 < sheets < asked._page(0, 1)._joiner.exact_photos


def test_a_press_keeps_as_many_pages_as_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fakeforms.splice.press._MOST_PAGES", 1)
    made = prepare(sample("ppwp"), CAMERA, bases=2, pages=())
    codes = {base_of(sample("ppwp").seed, f"170804200100{k}"): f"170804200100{k}" for k in range(1, 10)}
    for base in (0, 1):
        other = dataclasses.replace(sample("ppwp", tps=codes[base]), contestants=sample("ppwp").contestants)
        made.jpeg(other, 3)
        assert list(made._pages) == [(base, 3)]


def test_what_it_cannot_do_is_refused() -> None:
    other = sample("ppwp", tps="1708042001001")
    made = press("ppwp", 3)
    with pytest.raises(OrderError, match="mistakes of TPS 1708042001001"):
        made.photo(dataclasses.replace(other, mistakes={"unused-blank": 1.0}), 3)
    with pytest.raises(OrderError, match="form of TPS"):
        made.photo(sample("dpd"), 3)
    with pytest.raises(OrderError, match="contestants of TPS"):
        made.photo(order(), 3)
    with pytest.raises(TemplateError, match="no page 9"):
        made.photo(other, 9)
    with pytest.raises(OrderError, match=r"camera\.faults"):
        prepare(other, Camera(faults={"finger": 0.5}))
    with pytest.raises(OrderError, match="bases: is empty"):
        Press([])


def _pairs() -> object:
    return sample("ppwp").contestants
