"""Photos: the same bytes always, a truth that lands on the pixels, and SIMULASI wherever one looks."""

import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import ExifTags, Image

import fakeforms
from fakeforms.photography import LARGEST_BYTES, SMALLEST_BYTES
from fakeforms.writing.hand import crew
from tests.fakeforms.sample_sheets import many, order

Taken = list[tuple[fakeforms.Photo, NDArray[np.uint8]]]


@pytest.fixture(scope="module")
def album() -> Taken:
    """Thirty-six photos of a dozen TPS, with their luma."""
    photos = [fakeforms.photograph(tps, page) for tps in many(12) for page in (1, 2, 3)]
    return [
        (photo, cv2.imdecode(np.frombuffer(photo.jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)) for photo in photos
    ]


def quad_of(entry: Any) -> NDArray[np.float64]:
    return np.array(entry, dtype=np.float64)


def test_size_and_shape_as_published(album: Taken) -> None:
    for photo, luma in album:
        height, width = luma.shape
        assert 1000 <= width <= 1500
        assert height > width
        assert SMALLEST_BYTES <= len(photo.jpeg) <= LARGEST_BYTES


@pytest.mark.slow
def test_opencv_finds_the_tag_where_the_truth_says(album: Taken) -> None:
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h10))
    found = 0
    for photo, luma in album:
        corners, ids, _ = detector.detectMarkers(luma)
        tag: Any = photo.truth["sheet"]["tag"]  # type: ignore[index]
        if ids is not None and ids.ravel().tolist() == [tag["id"]]:
            found += 1
            printed = np.roll(corners[0][0], 2, axis=0)  # the tag is printed turned by 180 degrees
            assert np.abs(printed - quad_of(tag["quad"])).max() <= 3.0
    assert found >= 0.98 * len(album)


def test_corner_marks_lie_within_a_pixel(album: Taken) -> None:
    """Where the two squares of a mark touch is a saddle point, which OpenCV locates by itself."""
    ends = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_COUNT, 40, 0.01)
    away = []
    for photo, luma in album:
        marks: Any = photo.truth["sheet"]["corner_marks"]  # type: ignore[index]
        said = np.array([marks[k][2] for k in (0, 1, 4, 5)], np.float32).reshape(-1, 1, 2)
        away.append(np.abs(cv2.cornerSubPix(luma, said.copy(), (5, 5), (-1, -1), ends) - said).max())
    assert np.median(away) <= 0.5
    assert np.percentile(away, 95) <= 1.0


def test_bubbles_are_dark_where_filled_and_light_where_not(album: Taken) -> None:
    for photo, luma in album:
        if photo.truth["page"] != 2:
            continue
        fields: Any = photo.truth["fields"]
        for name in ("suara_1", "suara_2", "suara_3"):
            for column in fields[name]["bubbles"]:
                shades = []
                for bubble in column:
                    x, y = quad_of(bubble["quad"]).mean(axis=0).round().astype(int)
                    shades.append(float(luma[y - 3 : y + 4, x - 3 : x + 4].mean()))
                filled = [bubble["filled"] for bubble in column]
                assert filled.count(True) == 1
                assert int(np.argmin(shades)) == filled.index(True)
                assert min(shades) < 0.75 * np.median(shades)


def test_sheet_lies_within_the_picture(album: Taken) -> None:
    for photo, luma in album:
        corners = quad_of(photo.truth["sheet"]["corners"])  # type: ignore[index]
        assert corners.min() >= 0
        assert (corners < np.array(luma.shape[::-1])).all()


def test_ink_is_blue_and_print_is_not() -> None:
    photo = fakeforms.photograph(order(seed=11), 1, fakeforms.Camera(scene="siang"))
    assert crew(11, "1708042001003", 7, 3).writer.blue == 1.0
    picture = cv2.cvtColor(cv2.imdecode(np.frombuffer(photo.jpeg, np.uint8), 1), cv2.COLOR_BGR2YCrCb)
    tag = quad_of(photo.truth["sheet"]["tag"]["quad"])  # type: ignore[index]
    x, y = tag.mean(axis=0).astype(int)
    paper_blue = np.median(picture[:, :, 2][y + 40 : y + 80, x - 20 : x + 20])
    fields: Any = photo.truth["fields"]
    strongest = []
    for box in fields["dpt_j"]["boxes"]:
        (x0, y0), (x1, y1) = (
            quad_of(box["quad"]).min(axis=0).astype(int),
            quad_of(box["quad"]).max(axis=0).astype(int),
        )
        strongest.append(int(picture[y0:y1, x0:x1, 2].max()) - paper_blue)
    assert min(strongest) > 8


def test_truth_is_json_and_belongs_to_the_photo(album: Taken) -> None:
    for photo, luma in album:
        truth: Any = json.loads(json.dumps(photo.truth))
        assert truth["simulation"] is True
        assert truth["schema"] == 2
        assert truth["mistakes"] == []
        assert truth["photo"]["sha256"] == hashlib.sha256(photo.jpeg).hexdigest()
        assert truth["photo"]["bytes"] == len(photo.jpeg)
        assert (truth["photo"]["height"], truth["photo"]["width"]) == luma.shape
        for name, number in truth["numbers"].items():
            seen = truth["written"][name]
            assert seen == number or (seen is None and number == 0)  # a zero may be left blank


def test_every_photo_says_simulasi_to_machines_too() -> None:
    photo = fakeforms.photograph(order(), 3)
    picture = Image.open(io.BytesIO(photo.jpeg))
    exif = picture.getexif()
    assert exif[ExifTags.Base.Make] == "SIMULASI"
    assert exif[ExifTags.Base.DateTime].startswith("2024:02:14 ")
    detail = exif.get_ifd(ExifTags.IFD.Exif)
    assert b"SIMULASI gladi" in detail[ExifTags.Base.UserComment]
    assert detail[ExifTags.Base.ExifImageWidth] == picture.width
    assert b"SIMULASI" in picture.info["comment"]


def test_the_band_can_be_seen(album: Taken) -> None:
    """The black band with white letters, sampled through the truth's own geometry."""
    for photo, luma in album:
        corners = quad_of(photo.truth["sheet"]["corners"]).astype(np.float32)  # type: ignore[index]
        flat = np.array([[0, 0], [1200, 0], [1200, 1800], [0, 1800]], np.float32)
        sheet = cv2.warpPerspective(luma, cv2.getPerspectiveTransform(corners, flat), (1200, 1800))
        band = sheet[34:74, 150:820]
        assert np.percentile(band, 15) < 70
        assert np.percentile(band, 85) > 110


DIGESTS = """
import sys, hashlib, json
sys.path[:0] = sys.argv[1:3]
from tests.fakeforms.sample_sheets import many
import fakeforms
for tps, page in json.loads(sys.argv[2]):
    photo = fakeforms.photograph(many(6)[tps], page)
    truth = hashlib.sha256(json.dumps(photo.truth, sort_keys=True).encode()).hexdigest()
    print(tps, page, hashlib.sha256(photo.jpeg).hexdigest(), truth)
"""


def digests(wanted: list[tuple[int, int]], **environment: str) -> set[str]:
    """Photos made by a process of its own, in the order asked for."""
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", DIGESTS, str(root), json.dumps(wanted)],
        capture_output=True, text=True, timeout=120, check=True, env=os.environ | environment,
    )  # fmt: skip
    return set(done.stdout.splitlines())


def test_same_bytes_in_any_order_process_and_shard() -> None:
    wanted = [(tps, page) for tps in (0, 3, 5) for page in (1, 2, 3)]
    here = set()
    for tps, page in wanted:
        photo = fakeforms.photograph(many(6)[tps], page)
        truth = hashlib.sha256(json.dumps(photo.truth, sort_keys=True).encode()).hexdigest()
        here.add(f"{tps} {page} {hashlib.sha256(photo.jpeg).hexdigest()} {truth}")
    plain = {"NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3", "JSIMD_FORCENONE": "1", "OPENCV_CPU_DISABLE": "AVX2"}
    assert digests(wanted[::-1]) == here
    assert digests(wanted[3:5], **plain) == {line for line in here if line[:3] in ("3 1", "3 2")}


def test_other_tps_and_other_seeds_give_other_photos() -> None:
    made = [order(), order(seed=8), order(tps="1708042001004", nomor_tps=3)]
    assert len({fakeforms.photograph(one, 1).truth["photo"]["sha256"] for one in made}) == 3  # type: ignore[index]
