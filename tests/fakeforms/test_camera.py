"""The camera: where a point lands, how light falls, and what may be asked of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

import fakeforms
from fakeforms import photography
from fakeforms.camera import folds, relay, scenes, smear
from fakeforms.camera.aim import aim
from fakeforms.camera.geometry import Geometry
from fakeforms.camera.shot import Curl, Shot
from fakeforms.camera.survey import survey
from tests.fakeforms.sample_sheets import many, order

REFINED = cv2.aruco.DetectorParameters()
REFINED.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_CONTOUR
DETECTOR = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h10), REFINED)
ENDS = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_COUNT, 40, 0.01)


def luma_of(photo: fakeforms.Photo) -> NDArray[np.uint8]:
    picture = cv2.imdecode(np.frombuffer(photo.jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return np.asarray(picture, dtype=np.uint8)


def barrel(shot: Shot) -> Shot:
    return replace(shot, lens_k1=-0.025)


def pincushion(shot: Shot) -> Shot:
    return replace(shot, lens_k1=0.022)


def curling(shot: Shot) -> Shot:
    """The corner with the tag comes off the wall."""
    return replace(shot, curls=(Curl((0.8, -0.6), 0.8 * 600 - 150, 150.0, 30.0),), tapes=())


def edge_up(shot: Shot) -> Shot:
    return replace(shot, curls=(Curl((0.0, 1.0), 900 - 110.0, 110.0, 24.0),))


def from_the_foot(shot: Shot) -> Shot:
    """Seen by somebody who stands at the lower edge of a sheet on the floor."""
    width, height = shot.width_px, shot.height_px
    shape = ((0.14, 0.12), (0.86, 0.13), (0.97, 0.94), (0.03, 0.95))
    return replace(shot, corners_px=tuple((x * width, y * height) for x, y in shape))


def crumpled(shot: Shot) -> Shot:
    return replace(shot, relief_mm=(9, -4, 6, -8, 14, 7, 5, -6, 11), crumple=0.05, crease=0.42)


EXTREMES: tuple[Callable[[Shot], Shot], ...] = (
    barrel, pincushion, curling, edge_up, from_the_foot, crumpled,
)  # fmt: skip


@pytest.mark.parametrize("extreme", EXTREMES, ids=lambda change: str(change.__name__))
def test_the_way_back_from_photo_to_sheet_is_the_way_there(extreme: Callable[[Shot], Shot]) -> None:
    for tps in many(2):
        shot = extreme(aim(tps, 1))
        geometry, scale = Geometry(shot), shot.raster_px_per_mm
        seen = (survey(geometry, scale).source / 65536 + 0.5) / scale
        between = (seen[:, 1:] + seen[:, :-1]) / 2  # as the pixels in the middle of a cell see it
        for points, first_px in ((seen, 0.0), (between, 8.0)):
            down, right = np.mgrid[0 : points.shape[0], 0 : points.shape[1]]
            away = geometry.to_photo(points) - np.stack([16.0 * right + first_px, 16.0 * down], axis=-1)
            on_sheet = ((points > 0) & (points < np.array(shot.sheet_mm))).all(axis=-1)
            assert on_sheet.mean() > 0.5
            assert np.abs(away[on_sheet]).max() <= 0.15


@pytest.mark.parametrize("extreme", EXTREMES, ids=lambda change: str(change.__name__))
def test_opencv_sees_what_the_truth_says(
    extreme: Callable[[Shot], Shot], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tag within a pixel and a half; where two squares of a corner mark touch within half of one."""
    monkeypatch.setattr(
        photography,
        "aim",
        lambda *asked, **how: replace(extreme(aim(*asked, **how)), motion_px=(0.0, 0.0, 0.0)),
    )
    away = []
    for tps in many(2, seed=2):
        photo = fakeforms.photograph(tps, 2, fakeforms.Camera(megapixels=1.5, quality=88, scene="neon"))
        luma, sheet = luma_of(photo), photo.truth["sheet"]
        assert isinstance(sheet, dict)
        corners, ids, _ = DETECTOR.detectMarkers(luma)
        assert ids is not None and ids.ravel().tolist() == [sheet["tag"]["id"]]
        printed = np.roll(corners[0][0], 2, axis=0)  # the tag is printed turned by 180 degrees
        assert np.abs(printed - np.array(sheet["tag"]["quad"])).max() <= 1.5
        said = np.array([sheet["corner_marks"][k][2] for k in (0, 1, 4, 5)], np.float32).reshape(-1, 1, 2)
        found = cv2.cornerSubPix(luma, said.copy(), (5, 5), (-1, -1), ENDS)
        away += np.abs(found - said).max(axis=(1, 2)).tolist()
    assert np.median(away) <= 0.5
    assert max(away) <= 2.0


def test_the_whole_sheet_is_in_a_clean_photo() -> None:
    """Whatever bends, curls, leans or is distorted: nothing is cut off unless that is asked for."""
    for tps in many(80, seed=5):
        shot = aim(tps, 1)
        width, height = shot.sheet_mm
        edge = np.array(
            [[0, 0], [width / 2, 0], [width, 0], [width, height], [width / 2, height], [0, height]]
        )
        seen = Geometry(shot).to_photo(edge)
        assert seen.min() >= 2.0
        assert (seen <= np.array([shot.width_px, shot.height_px]) - 3.0).all()


def test_people_stand_on_chairs_and_at_the_foot_of_sheets() -> None:
    """Strong perspective on a share of photos, more of them where the sheet lies on the floor."""
    strong: dict[bool, list[bool]] = {True: [], False: []}
    for tps in many(150, seed=6):
        shot = aim(tps, 1)
        (x0, _), (x1, _), (x2, _), (x3, _) = shot.corners_px
        lies = shot.ground in ("lantai", "terpal")
        strong[lies].append(abs((x2 - x3) / (x1 - x0) - 1) > 0.07)
    assert 0.25 < np.mean(strong[True]) < 0.60
    assert 0.02 < np.mean(strong[False]) < 0.30


def test_every_scene_can_be_asked_for() -> None:
    for name in scenes.NAMES:
        camera = fakeforms.Camera(scene=name)
        assert {aim(tps, 1, camera).scene for tps in many(5)} == {name}
    assert {aim(tps, 1).scene for tps in many(120, seed=4)} == set(scenes.NAMES)


def test_a_torch_lights_the_middle_and_nothing_else() -> None:
    photo = fakeforms.photograph(order(), 3, fakeforms.Camera(scene="senter"))
    luma = cv2.GaussianBlur(luma_of(photo), (0, 0), 15)
    height, width = luma.shape
    rim = np.concatenate([luma[:20].ravel(), luma[-20:].ravel(), luma[:, :20].ravel(), luma[:, -20:].ravel()])
    middle = luma[height // 4 : 3 * height // 4, width // 4 : 3 * width // 4].max()
    assert middle > 180
    assert np.median(rim) < 0.33 * middle
    assert np.percentile(rim, 25) < 40


def test_noise_grows_in_the_dark() -> None:
    grain = {}
    for name in ("siang", "senter"):
        luma = luma_of(fakeforms.photograph(order(), 3, fakeforms.Camera(scene=name, quality=95))).astype(
            float
        )
        height, width = luma.shape
        paper = luma[int(0.70 * height) : int(0.85 * height), int(0.3 * width) : int(0.5 * width)]
        spread = (paper - cv2.GaussianBlur(paper, (0, 0), 2)).std()
        grain[name] = spread / paper.mean()
    assert grain["senter"] > 1.5 * grain["siang"]


def test_blue_ink_does_not_glow_at_night() -> None:
    def blueness(scene: str) -> float:
        photo: Any = fakeforms.photograph(order(seed=11), 1, fakeforms.Camera(scene=scene))
        picture = cv2.cvtColor(cv2.imdecode(np.frombuffer(photo.jpeg, np.uint8), 1), cv2.COLOR_BGR2YCrCb)
        quads = np.array([box["quad"] for box in photo.truth["fields"]["dpt_j"]["boxes"]])
        (x0, y0), (x1, y1) = quads.min(axis=(0, 1)).astype(int), quads.max(axis=(0, 1)).astype(int)
        blue = picture[y0:y1, x0:x1, 2].astype(float)
        return float(np.percentile(blue, 99) - np.median(blue))

    assert blueness("siang") > 1.5 * blueness("lampu") > 0


def test_folds_have_a_bright_and_a_dark_side() -> None:
    shot = replace(aim(order(), 1), crease=0.4, crumple=0.0)
    scale = 2.0
    flat = np.full((1800, 1200), 200, np.uint8)
    folds.press(flat, shot, scale)
    across = flat[:880].mean(axis=0)  # above the other fold
    assert across[:500].mean() == pytest.approx(200, abs=1.0)
    line, sides = across[596:605].min(), sorted((across[588:596].mean(), across[605:613].mean()))
    assert line < 178
    assert sides[0] < 197
    assert sides[1] > 200.5


def test_a_messenger_leaves_its_traces() -> None:
    """A picture that was a poor JPEG before costs fewer bytes than the same one sent directly."""
    luma = luma_of(fakeforms.photograph(order(), 1, fakeforms.Camera(quality=95)))
    again = relay.relayed(luma, 60)
    assert again.shape == luma.shape
    sizes = [len(cv2.imencode(".jpg", plane, [cv2.IMWRITE_JPEG_QUALITY, 92])[1]) for plane in (luma, again)]
    assert sizes[1] < 0.8 * sizes[0]
    assert np.abs(luma.astype(int) - again).mean() < 6


def test_some_photos_went_through_a_messenger() -> None:
    shares = [bool(aim(tps, page).earlier_quality) for tps in many(100) for page in (1, 2, 3)]
    assert 0.08 < np.mean(shares) < 0.22


def test_smear_keeps_light_and_moves_nothing() -> None:
    point = np.zeros((61, 61), np.uint8)
    point[30, 30] = 255
    for defocus, motion in ((4.0, (0.0, 0.0, 0.0)), (0.0, (9.0, -5.0, 1.5)), (2.0, (3.0, 3.0, 0.0))):
        taps = smear.taps(defocus, motion)
        assert taps[:, 2].sum() == 4096
        middle = (taps[:, :2] * taps[:, 2:]).sum(axis=0) / 4096
        assert np.abs(middle).max() < 0.2
        grey = np.full((40, 50), 137, np.uint8)
        smear.smear(grey, taps)
        assert (grey == 137).all()
        spread = point.copy()
        smear.smear(spread, taps)
        assert (spread > 0).sum() > 10


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"scene": "malam"}, "siang, neon, lampu, senter"),
        ({"faults": {"on-fire": 0.5}}, "too-dark"),
        ({"faults": {"blurred": 1.5}}, "0..1"),
        ({"faults": {"blurred": -0.1}}, "blurred"),
        ({"megapixels": 0.1}, "megapixels"),
        ({"quality": 0}, "quality"),
    ],
)
def test_what_cannot_be_asked_is_said(asked: Any, said: str) -> None:
    with pytest.raises(fakeforms.OrderError, match=said):
        fakeforms.Camera(**asked)
