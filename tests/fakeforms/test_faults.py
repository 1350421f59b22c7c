"""Faults of the camera: each does what its name says, as OpenCV and Pillow see it, and the truth says it."""

import hashlib
import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import fakeforms
from fakeforms.camera import covers, fault
from fakeforms.camera.aim import aim
from fakeforms.camera.fault import Scope
from fakeforms.camera.faults.covered_tag import lying
from fakeforms.camera.shot import Cover, Shot
from tests.fakeforms.sample_sheets import many, order, sample

DETECTOR = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h10))

NAMES = (
    "blurred", "covered-tag", "cropped-corner", "finger", "photo-of-screen", "too-dark", "truncated-file",
    "upside-down", "wrong-form", "wrong-page",
)  # fmt: skip


@lru_cache(maxsize=12)
def taken(name: str, count: int = 8) -> list[tuple[Any, NDArray[np.uint8]]]:
    """Truth and luma of photos with one fault."""
    camera = fakeforms.Camera(megapixels=1.2, quality=85, faults={name: 1.0} if name else {})
    photos = [fakeforms.photograph(tps, 2 + k % 2, camera) for k, tps in enumerate(many(count, seed=3))]
    return [
        (photo.truth, cv2.imdecode(np.frombuffer(photo.jpeg, np.uint8), cv2.IMREAD_GRAYSCALE))
        for photo in photos
    ]


def found(luma: NDArray[np.uint8]) -> dict[int, NDArray[np.float32]]:
    """Tags that OpenCV finds: corners by id, from the corner that is printed top left."""
    corners, ids, _ = DETECTOR.detectMarkers(luma)
    return {} if ids is None else {
        int(tag): np.roll(quad[0], 2, axis=0) for tag, quad in zip(ids.ravel(), corners, strict=True)
    }  # fmt: skip


def tag_of(truth: Any) -> tuple[int, NDArray[np.float64]]:
    tag = truth["sheet"]["tag"]
    return tag["id"], np.array(tag["quad"])


def test_every_fault_of_the_contract_is_there() -> None:
    assert set(fault.names()) == set(NAMES)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("wrong-form", "truncated-file")])
def test_the_truth_names_the_fault(name: str) -> None:
    assert all(truth["camera"]["faults"] == [name] for truth, _ in taken(name))
    assert all(truth["photo"]["whole"] for truth, _ in taken(name))


@pytest.mark.parametrize("name", ["", "finger", "photo-of-screen", "upside-down"])
def test_the_tag_is_still_found_and_where_the_truth_says(name: str) -> None:
    for truth, luma in taken(name):
        tag, quad = tag_of(truth)
        assert np.abs(found(luma)[tag] - quad).max() <= 2.5


def test_a_covered_tag_is_found_by_nobody() -> None:
    for truth, luma in taken("covered-tag", 8):
        assert tag_of(truth)[0] not in found(luma)
        assert not any(near(quad, tag_of(truth)[1]) for quad in found(luma).values())


def near(quad: NDArray[np.float32], other: NDArray[np.float64]) -> bool:
    return bool(np.abs(quad.mean(axis=0) - other.mean(axis=0)).max() < 40)


@pytest.mark.parametrize("kind", covers.KINDS)
def test_whatever_covers_it(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def cover(shot: Shot, scope: Scope) -> Shot:
        x, y, width, height = scope.page.tag.box
        thing = Cover(kind, (x + width / 2 + 2, y + height / 2 - 2), *lying(kind, scope.draws))
        return replace(shot, covers=(thing,))

    monkeypatch.setitem(fault._KNOWN, "covered-tag", (5, cover))
    camera = fakeforms.Camera(faults={"covered-tag": 1.0}, megapixels=1.2, quality=85)
    for tps in many(1, seed=8):
        photo = fakeforms.photograph(tps, 2, camera)
        assert found(cv2.imdecode(np.frombuffer(photo.jpeg, np.uint8), 0)) == {}


def test_upside_down_means_turned() -> None:
    turns = set()
    for truth, luma in taken("upside-down", 8):
        tag, _ = tag_of(truth)
        seen = found(luma)[tag]
        right = seen[1] - seen[0]  # along the printed top edge
        turns.add(int(np.round(np.degrees(np.arctan2(right[1], right[0])) / 90)) * 90)
        assert (truth["photo"]["width"] > truth["photo"]["height"]) == (abs(right[1]) > abs(right[0]))
        assert luma.shape == (truth["photo"]["height"], truth["photo"]["width"])
    assert 0 not in turns
    on_its_side = [
        shot.width_px > shot.height_px
        for shot in (aim(tps, 1, faults=("upside-down",)) for tps in many(60, seed=4))
    ]
    assert 0.15 < np.mean(on_its_side) < 0.45


def test_a_cropped_corner_is_out_of_the_picture_and_still_true() -> None:
    for truth, luma in taken("cropped-corner", 8):
        height, width = luma.shape
        inside = [
            ((np.array(quad) >= 0) & (np.array(quad) < (width, height))).all()
            for quad in truth["sheet"]["corner_marks"]
        ]
        corners = np.array(truth["sheet"]["corners"])
        out = ((corners < 0) | (corners > (width, height))).any(axis=1)
        assert out.any()
        assert 2 <= inside.count(False) <= 6  # a mark has two squares; one, two or three marks are gone
        tag, quad = tag_of(truth)
        if (quad.min() > 4) and (quad < (width - 4, height - 4)).all():
            assert np.abs(found(luma)[tag] - quad).max() <= 2.5


def sharpness(luma: NDArray[np.uint8]) -> float:
    """Variance of the Laplacian of the middle, above what grain alone gives."""
    calm = cv2.GaussianBlur(luma, (0, 0), 1.2)
    height, width = luma.shape
    inner = calm[height // 4 : 3 * height // 4, width // 4 : 3 * width // 4]
    return float(cv2.Laplacian(inner, cv2.CV_64F).var())


def test_blurred_is_blurred_but_its_tag_survives() -> None:
    ratios = [
        sharpness(soft) / sharpness(sharp)
        for (_, soft), (_, sharp) in zip(taken("blurred", 8), taken("", 8), strict=True)
    ]
    assert max(ratios) < 0.7
    assert np.median(ratios) < 0.55
    assert sum(tag_of(truth)[0] in found(luma) for truth, luma in taken("blurred", 8)) >= 7
    kinds = {bool(truth["camera"]["defocus_px"]) for truth, _ in taken("blurred", 8)}
    assert kinds == {True, False}  # out of focus, or moved


def test_too_dark_is_dark_and_grainy() -> None:
    for (_, dark), (_, light) in zip(taken("too-dark"), taken(""), strict=True):
        assert dark.mean() < 50 < light.mean()
        spread = [(p - cv2.GaussianBlur(p, (0, 0), 2)).std() / p.mean() for p in map(paper, (dark, light))]
        assert spread[0] > 2 * spread[1]


def paper(luma: NDArray[np.uint8]) -> NDArray[np.float64]:
    """A piece of the sheet with little on it."""
    height, width = luma.shape
    return luma[int(0.90 * height) : int(0.93 * height), int(0.3 * width) : int(0.6 * width)].astype(float)


def test_a_finger_hides_a_rounded_piece_at_the_edge() -> None:
    """What changes against the clean photo touches the frame, is soft, and is warm."""
    plain, fingered = (
        fakeforms.Camera(quality=90, megapixels=1.2),
        fakeforms.Camera(quality=90, megapixels=1.2, faults={"finger": 1.0}),
    )
    for tps in many(2, seed=3):
        pictures = [
            cv2.imdecode(np.frombuffer(fakeforms.photograph(tps, 2, camera).jpeg, np.uint8), 1).astype(int)
            for camera in (plain, fingered)
        ]
        changed = cv2.blur(np.abs(pictures[0] - pictures[1]).max(axis=2).astype(np.uint8), (9, 9)) > 14
        assert 0.003 < changed.mean() < 0.12
        assert any(side.any() for side in (changed[0], changed[-1], changed[:, 0], changed[:, -1]))
        blue, _, red = pictures[1][changed].mean(axis=0)
        assert red > blue + 15


def test_a_screen_is_cooler_and_has_a_dark_rim_and_waves() -> None:
    camera = fakeforms.Camera(faults={"photo-of-screen": 1.0})
    for tps in many(2, seed=3):
        photo: Any = fakeforms.photograph(tps, 1, camera)
        picture = cv2.imdecode(np.frombuffer(photo.jpeg, np.uint8), 1).astype(float)
        height, width, _ = picture.shape
        assert np.median(picture[:6]) < 70
        corners = np.array(photo.truth["sheet"]["corners"])
        y = int(corners[:, 1].max() - 0.035 * height)
        sheet = picture[y : y + 20, width // 3 : 2 * width // 3]
        assert sheet[..., 0].mean() > sheet[..., 2].mean() + 3  # bluer than red


def test_a_truncated_file_breaks_off() -> None:
    camera = fakeforms.Camera(megapixels=1.2, quality=85, faults={"truncated-file": 1.0})
    for tps in many(2, seed=3):
        photo: Any = fakeforms.photograph(tps, 2, camera)
        whole = fakeforms.photograph(tps, 2, replace(camera, faults={}))
        assert whole.jpeg.startswith(photo.jpeg)
        assert 0.34 < len(photo.jpeg) / len(whole.jpeg) < 0.86
        assert photo.truth["photo"]["whole"] is False
        assert photo.truth["photo"]["bytes"] == len(photo.jpeg)
        assert photo.truth["photo"]["sha256"] == hashlib.sha256(photo.jpeg).hexdigest()
        assert photo.truth["camera"]["faults"] == ["truncated-file"]
        with pytest.raises(OSError, match="truncated"):
            Image.open(io.BytesIO(photo.jpeg)).load()


def test_a_wrong_page_is_another_page_of_the_same_form() -> None:
    seen = set()
    for truth, luma in taken("wrong-page", 8):
        shown = truth["photo"]["shows"]
        assert shown["form"] == truth["form"] == "ppwp"
        assert shown["page"] != truth["page"]
        assert list(found(luma)) == [100 + shown["page"]] == [tag_of(truth)[0]]
        seen.add((truth["page"], shown["page"]))
    assert len(seen) > 2


def test_a_wrong_form_is_a_page_of_the_other_order() -> None:
    camera = fakeforms.Camera(faults={"wrong-form": 1.0})
    photo: Any = fakeforms.photograph(order(), 2, camera, other=sample("dpd"))
    assert (photo.truth["form"], photo.truth["page"]) == ("ppwp", 2)
    assert photo.truth["photo"]["shows"]["form"] == "dpd"
    luma = cv2.imdecode(np.frombuffer(photo.jpeg, np.uint8), 0)
    assert list(found(luma)) == [tag_of(photo.truth)[0]]
    assert tag_of(photo.truth)[0] not in (101, 102, 103)


def test_a_wrong_form_needs_one() -> None:
    camera = fakeforms.Camera(faults={"wrong-form": 1.0})
    for other in (None, order(seed=8)):
        with pytest.raises(fakeforms.OrderError, match="other"):
            fakeforms.photograph(order(), 1, camera, other=other)


def test_chances_are_kept_and_one_fault_does_not_change_anothers_luck() -> None:
    tps = many(300, seed=9)
    alone = [fault.drawn({"finger": 0.3}, o.seed, o.tps, "ppwp-1") for o in tps]
    both = [fault.drawn({"finger": 0.3, "too-dark": 0.5}, o.seed, o.tps, "ppwp-1") for o in tps]
    assert 0.22 < np.mean(["finger" in names for names in alone]) < 0.38
    assert [("finger" in names) for names in alone] == [("finger" in names) for names in both]
    assert 0.40 < np.mean(["too-dark" in names for names in both]) < 0.60


def test_a_fault_leaves_the_rest_of_the_shot_alone() -> None:
    clean = aim(order(), 1)
    for name in ("truncated-file", "finger", "covered-tag"):
        same = replace(
            aim(order(), 1, faults=(name,)), faults=(), fingers=(), covers=(), kept=1.0
        )  # fmt: skip
        assert same == clean


def test_all_faults_at_once_still_make_a_photo() -> None:
    camera = fakeforms.Camera(faults=dict.fromkeys(set(NAMES) - {"wrong-form"}, 1.0))
    photo: Any = fakeforms.photograph(order(), 1, camera)
    assert sorted(photo.truth["camera"]["faults"]) == sorted(set(NAMES) - {"wrong-form"})
    assert photo.jpeg[:2] == b"\xff\xd8"
    assert b"SIMULASI" in photo.jpeg


DIGESTS = """
import sys, hashlib, json
sys.path[:0] = sys.argv[1:2]
from tests.fakeforms.sample_sheets import many
import fakeforms
for name in json.loads(sys.argv[2]):
    photo = fakeforms.photograph(many(2)[1], 2, fakeforms.Camera(faults={name: 1.0}, scene="senter"))
    truth = json.dumps(photo.truth, sort_keys=True).encode()
    print(name, hashlib.sha256(photo.jpeg + truth).hexdigest())
"""


def test_same_seed_same_bytes_on_a_plainer_machine() -> None:
    names = ["photo-of-screen", "covered-tag", "finger", "blurred", "cropped-corner"]
    here = []
    for name in names:
        photo = fakeforms.photograph(
            many(2)[1], 2, fakeforms.Camera(faults={name: 1.0}, scene="senter")
        )  # fmt: skip
        truth = json.dumps(photo.truth, sort_keys=True).encode()
        here.append(f"{name} {hashlib.sha256(photo.jpeg + truth).hexdigest()}")
    plain = {"NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3", "JSIMD_FORCENONE": "1", "OPENCV_CPU_DISABLE": "AVX2"}
    done = subprocess.run(
        [sys.executable, "-c", DIGESTS, str(Path(__file__).parents[2]), json.dumps(names[::-1])],
        capture_output=True, text=True, timeout=120, check=True, env=os.environ | plain,
    )  # fmt: skip
    assert done.stdout.splitlines() == here[::-1]
