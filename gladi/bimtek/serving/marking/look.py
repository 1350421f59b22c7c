"""What a photo looks like beyond what the stack tells over its API: which sheet, which way up, a screen.

The reader names a photo of another page, one without a tag, blurred, dark or with a missing corner. It
reads a sheet that lies upside down without a word, and a screen too, so these two are looked for here.
Assumed, and measured against the ground truth of `fakeforms` only (`python -m
gladi.bimtek.serving.measuring`): a screen is a dark, even frame around a bright sheet, or fine stripes
across it that are the same everywhere.
"""

from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
import simplejpeg
from numpy.typing import NDArray

from gladi.layouts import layout
from simulators.contests import ELECTION

_SIDE_PX = 1_600
_SEARCH_SIDE_PX = 1_000
_RING = 40  # the rim of the photo is so small a part of its height
_FRAME_LUMA, _FRAME_SPREAD, _BRIGHT, _DARKER = 65, 10, 130, 0.4  # 30 screens: up to 51, spread 1 to 6
_TILE_PX, _STRIPES = 128, 7.0  # of 60 photos off paper, made small on the phone: up to 4.5; screens 1.7 to 11

Luma = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Look:
    """`shows`: form and page of the tag, None where none of a known form is seen. `turned`: degrees clockwise
    by which the photo has to be turned for the sheet to stand upright (0, 90, 180, 270), None without a tag.
    `light`: median luma, 0 to 255. `sharp`: variance of the Laplacian over the contrast, about 0.02 and more
    where a sheet is in focus."""

    shows: tuple[str, int] | None
    turned: int | None
    screen: bool
    light: int
    sharp: float

    def to_json(self) -> dict[str, Any]:
        """For the journal."""
        return asdict(self)


def look(jpeg: bytes) -> Look | None:
    """The look of a photo; None where it cannot be decoded."""
    try:
        height, width, *_ = simplejpeg.decode_jpeg_header(jpeg)
        scale = next(by for by in (8, 4, 2, 1) if by == 1 or max(height, width) >= by * _SIDE_PX)
        least = {"min_width": -(-width // scale), "min_height": -(-height // scale)}
        luma = np.ascontiguousarray(simplejpeg.decode_jpeg(jpeg, "GRAY", strict=True, **least)[:, :, 0])
    except (ValueError, MemoryError):
        return None
    found = _tag(luma)
    upright = luma if found is None or found[2] in (0, 180) else np.ascontiguousarray(np.rot90(luma))
    return Look(
        shows=None if found is None else (found[0], found[1]),
        turned=None if found is None else found[2],
        screen=_framed(luma) or _stripes(upright) >= _STRIPES,
        light=int(np.median(luma[::4, ::4])),
        sharp=round(_sharp(luma), 4),
    )


@cache
def tags() -> dict[int, tuple[str, int, int]]:
    """Id of a tag -> form, page, by how many degrees it is printed turned; of every form there is."""
    return {
        page["tag"]["id"]: (form, page["page"], page["tag"]["turn"])
        for form in ELECTION
        for page in layout(form)["pages"]
    }


def _tag(luma: Luma) -> tuple[str, int, int] | None:
    """Form, page and turn of the largest tag."""
    shrink = min(1.0, _SEARCH_SIDE_PX / max(luma.shape))
    small = cv2.resize(luma, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    corners, ids, _ = _detector().detectMarkers(small)
    if ids is None:
        light = max(float(np.percentile(small, 99)), 1.0)
        bright = cv2.convertScaleAbs(cv2.GaussianBlur(small, (0, 0), 1.0), alpha=max(1.0, 250.0 / light))
        corners, ids, _ = _detector().detectMarkers(bright)
    if ids is None:
        return None
    largest = max(range(len(ids)), key=lambda at: cv2.contourArea(corners[at][0].astype(np.float32)))
    form, page, turn = tags()[sorted(tags())[int(ids.ravel()[largest])]]
    left, right = np.roll(corners[largest][0], turn // 90, axis=0)[:2]
    angle = float(np.degrees(np.arctan2(right[1] - left[1], right[0] - left[0])))
    return form, page, -round(angle / 90) % 4 * 90


@cache
def _detector() -> cv2.aruco.ArucoDetector:
    whole = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h10)
    chosen = np.ascontiguousarray(whole.bytesList[sorted(tags())])
    settings = cv2.aruco.DetectorParameters()
    settings.adaptiveThreshWinSizeMin, settings.adaptiveThreshWinSizeMax = 7, 33
    settings.minMarkerPerimeterRate, settings.maxMarkerPerimeterRate = 0.03, 2.0
    return cv2.aruco.ArucoDetector(
        cv2.aruco.Dictionary(chosen, whole.markerSize, whole.maxCorrectionBits), settings
    )


def _framed(luma: Luma) -> bool:
    """A dark rim, as even as a screen's frame, around something bright."""
    rim, (height, width) = max(4, luma.shape[0] // _RING), luma.shape
    ring = np.concatenate([part.ravel() for part in (luma[:rim], luma[-rim:], luma[:, :rim], luma[:, -rim:])])
    low, high = np.percentile(ring, (10, 90))
    middle = luma[height // 4 : 3 * height // 4, width // 4 : 3 * width // 4]
    paper = float(np.percentile(middle, 75))
    return bool(
        high < _FRAME_LUMA and high - low < _FRAME_SPREAD and paper > _BRIGHT and high < _DARKER * paper
    )


def _stripes(luma: Luma) -> float:
    """How far the strongest upright stripe stands out of its surroundings, in the median of tiles."""
    height, width = luma.shape
    window = np.outer(np.hanning(_TILE_PX), np.hanning(_TILE_PX)).astype(np.float32)
    tiles = []
    for y in range(height // 8, height * 7 // 8 - _TILE_PX, _TILE_PX):
        for x in range(width // 8, width * 7 // 8 - _TILE_PX, _TILE_PX):
            tile = luma[y : y + _TILE_PX, x : x + _TILE_PX].astype(np.float32)
            rough = (tile - cv2.GaussianBlur(tile, (0, 0), 3)) * window
            tiles.append(np.abs(np.fft.fftshift(np.fft.fft2(rough))))
    if len(tiles) < 4:
        return 0.0
    middle = np.median(np.array(tiles), axis=0).astype(np.float32)
    stands_out = middle / np.maximum(cv2.blur(middle, (13, 13)), 1e-3)
    centre = _TILE_PX // 2
    down, across = np.mgrid[:_TILE_PX, :_TILE_PX] - centre
    fine = (np.abs(down) <= 5) & (np.abs(across) > 0.18 * _TILE_PX) & (np.abs(across) < 0.49 * _TILE_PX)
    of_jpeg = (across % 16 == 0) & (down == 0)  # blocks of 8 pixels
    return float(stands_out[fine & ~of_jpeg].max())


def _sharp(luma: Luma) -> float:
    middle = luma[luma.shape[0] // 5 : -luma.shape[0] // 5, luma.shape[1] // 5 : -luma.shape[1] // 5]
    smooth = cv2.GaussianBlur(middle, (0, 0), 1.0)
    contrast = max(float(np.percentile(smooth, 95)) - float(np.percentile(smooth, 5)), 8.0)
    return float(cv2.Laplacian(smooth, cv2.CV_32F).var()) / contrast**2
