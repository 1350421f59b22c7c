"""The COCO export: what a reader of such files relies on, and that its boxes lie on what they name."""

import copy
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

import fakeforms
from fakeforms.truth import coco
from fakeforms.writing.mistakes import MISTAKES
from tests.fakeforms.sample_sheets import order, sample

Coco = dict[str, Any]


@pytest.fixture(scope="module")
def photos() -> list[tuple[str, fakeforms.Photo]]:
    return [(f"{page}.jpg", fakeforms.photograph(order(), page)) for page in (1, 2, 3)]


def exported(truths: list[tuple[str, Any]], folder: Path) -> Coco:
    counts = coco.export(truths, folder / "coco.json")
    content: Coco = json.loads((folder / "coco.json").read_text("utf-8"))
    assert counts == (len(content["images"]), len(content["annotations"]))
    return content


@pytest.fixture(scope="module")
def content(photos: list[tuple[str, fakeforms.Photo]], tmp_path_factory: pytest.TempPathFactory) -> Coco:
    return exported([(name, photo.truth) for name, photo in photos], tmp_path_factory.mktemp("coco"))


def test_ids_are_unique_and_refer_to_what_is_there(content: Coco) -> None:
    for kind in ("images", "annotations", "categories"):
        ids = [entry["id"] for entry in content[kind]]
        assert len(ids) == len(set(ids)) > 0
    images = {entry["id"]: entry for entry in content["images"]}
    categories = {entry["id"] for entry in content["categories"]}
    for annotation in content["annotations"]:
        image = images[annotation["image_id"]]
        assert annotation["category_id"] in categories
        x, y, width, height = annotation["bbox"]
        assert x >= 0 and y >= 0 and width > 0 and height > 0
        assert x + width <= image["width"] + 0.02 and y + height <= image["height"] + 0.02
        polygon = np.array(annotation["segmentation"][0]).reshape(-1, 2)
        assert cv2.contourArea(polygon.astype(np.float32)) == pytest.approx(annotation["area"], rel=0.01)
        assert (polygon.min(axis=0) == [x, y]).all()


def test_every_box_bubble_and_cell_of_the_truth_is_there(
    content: Coco, photos: list[tuple[str, fakeforms.Photo]]
) -> None:
    names = {entry["id"]: entry["name"] for entry in content["categories"]}
    counted: dict[str, int] = {}
    for annotation in content["annotations"]:
        if annotation["image_id"] == 2:
            name = names[annotation["category_id"]]
            counted[name] = counted.get(name, 0) + 1
    # three pairs: 67, 136 and 4 votes in bundles of five, nine boxes with ten bubbles each, ten people
    assert counted["tally-bundle"] == 14 + 28 + 1
    assert counted["tally-bundle"] + counted["tally-empty"] == 180
    assert (counted["bubble-filled"], counted["bubble-empty"]) == (9, 81)
    assert (counted["signature"], counted["tag"], counted["corner-mark"], counted["sheet"]) == (10, 1, 8, 1)
    values = {
        annotation["attributes"]["field"]: annotation["attributes"]["value"]
        for annotation in content["annotations"]
        if "value" in annotation["attributes"]
    }
    assert values == {name: v for _, photo in photos for name, v in photo.truth["written"].items()}  # type: ignore[attr-defined]


def test_the_tag_is_found_inside_its_box(content: Coco, photos: list[tuple[str, fakeforms.Photo]]) -> None:
    tag = next(entry["id"] for entry in content["categories"] if entry["name"] == "tag")
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h10))
    for image, (name, photo) in zip(content["images"], photos, strict=True):
        assert image["file_name"] == name
        luma = cv2.imdecode(np.frombuffer(photo.jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
        assert luma.shape == (image["height"], image["width"])
        corners, _, _ = detector.detectMarkers(luma)
        mine = [a for a in content["annotations"] if (a["image_id"], a["category_id"]) == (image["id"], tag)]
        x, y, width, height = mine[0]["bbox"]
        found = corners[0][0] + 0.5
        assert found.min(axis=0) == pytest.approx((x, y), abs=2)
        assert found.max(axis=0) == pytest.approx((x + width, y + height), abs=2)


def test_what_leaves_the_picture_is_cut_and_says_so(
    photos: list[tuple[str, fakeforms.Photo]], tmp_path: Path
) -> None:
    truth: Any = copy.deepcopy(photos[1][1].truth)
    truth["sheet"]["corners"] = [[-10.5, -10.5], [99.5, -10.5], [99.5, 49.5], [-10.5, 49.5]]
    truth["sheet"]["corner_marks"] = [[[-30, 5], [-20, 5], [-20, 15], [-30, 15]]]
    made = exported([("cut.jpg", truth)], tmp_path)
    names = {entry["id"]: entry["name"] for entry in made["categories"]}
    by_name = {names[a["category_id"]]: a for a in made["annotations"]}
    assert "corner-mark" not in by_name
    assert by_name["sheet"]["bbox"] == [0, 0, 100, 50]
    assert by_name["sheet"]["area"] == 5000
    assert by_name["sheet"]["attributes"] == {"clipped": True}
    assert "clipped" not in by_name["tag"]["attributes"]


@pytest.mark.parametrize("form", ["ppwp", "kwk-bupati"])
def test_every_mistake_and_correction_has_a_category(form: str, tmp_path: Path) -> None:
    truths = []
    for number in range(1, 4):
        sheets = sample(form, tps=f"170804200100{number}", mistakes=dict.fromkeys(MISTAKES, 0.7))
        for page in (1, 2):
            photo = fakeforms.photograph(sheets, page, fakeforms.Camera(megapixels=0.5))
            truths.append((f"{number}-{page}.jpg", photo.truth))
    made = exported(truths, tmp_path)
    assert len(made["images"]) == 6
    seen = {annotation["category_id"] for annotation in made["annotations"]}
    names = {entry["name"] for entry in made["categories"] if entry["id"] in seen}
    assert {"blank", "signature", "text", "tally-bundle", "X"} <= names


def test_a_class_without_a_category_is_named(
    photos: list[tuple[str, fakeforms.Photo]], tmp_path: Path
) -> None:
    truth: Any = copy.deepcopy(photos[0][1].truth)
    truth["fields"]["dpt_l"]["boxes"][0]["class"] = "smiley"
    with pytest.raises(fakeforms.FakeFormsError, match="'dpt_l': a box of class 'smiley'"):
        coco.export([("a.jpg", truth)], tmp_path / "coco.json")


def test_no_photos_make_an_empty_file_that_can_be_read(tmp_path: Path) -> None:
    assert exported([], tmp_path)["images"] == []
