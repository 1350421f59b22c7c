"""Which sheet is this, and which way up: the AprilTag of the page, found with OpenCV's ArUco module.

Looking a candidate up in the whole family (2,320 tags in four turns) would take most of a second a photo,
because every printed box is a candidate. So the tags of the forms that are expected are looked for first, in
a picture of half the size; the whole family only where none of them was found, to name a foreign sheet.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from sirekap.reading.photo import Luma

_SEARCH_SIDE_PX = 1_000  # the longer side in which tags are looked for: modules of 3 px
_AROUND_PX = (3, 3)  # wider, and the words printed beside the tag pull at its corners
_ENDS = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_COUNT, 40, 0.01)
_TRIES = (((23, 23), (0.08, 0.6), False), ((7, 33), (0.03, 2.0), False), ((7, 33), (0.03, 2.0), True))
"""Each: threshold windows (px of the searched picture); the tag's outline, of the longer side; brightened?"""

Points = NDArray[np.float64]
"""Shape (n, 2): x, y in pixels, pixel centres at whole numbers."""


@dataclass(frozen=True, slots=True)
class FoundTag:
    """A tag in the photo; `corners` (4, 2) begin at its own first corner and go clockwise."""

    id: int
    corners: Points

    def printed(self, turn: int) -> Points:
        """The corners from the printed top left, for a tag that is printed turned by `turn` degrees."""
        return np.roll(self.corners, turn // 90, axis=0)


def find(luma: Luma, expected: Iterable[int]) -> FoundTag | None:
    """The largest tag on a photo, those expected before any other; None if there is none."""
    half = _search_picture(luma)
    scale = luma.shape[1] / half.shape[1]
    known = tuple(sorted(set(expected)))
    for tags, tries in ((known, _TRIES), (_family(), _TRIES[:1])):
        for windows, outline, brightened in tries:
            found = _largest(_brightened(half) if brightened else half, tags, windows, outline)
            if found is not None:
                return FoundTag(found.id, _sharpened(luma, (found.corners + 0.5) * scale - 0.5))
    return None


def _search_picture(luma: Luma) -> Luma:
    scale = _SEARCH_SIDE_PX / max(luma.shape)
    if scale >= 0.8:
        return luma
    size = (round(luma.shape[1] * scale), round(luma.shape[0] * scale))
    return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _brightened(luma: Luma) -> Luma:
    """A dark picture made light, its noise smoothed: the threshold of the search is an absolute one."""
    light = max(float(np.percentile(luma[::4, ::4], 99)), 1.0)
    bright = cv2.convertScaleAbs(cv2.GaussianBlur(luma, (0, 0), 1.0), alpha=max(1.0, 250.0 / light))
    return np.asarray(bright, np.uint8)


def _largest(
    luma: Luma, tags: tuple[int, ...], windows: tuple[int, int], outline: tuple[float, float]
) -> FoundTag | None:
    corners, ids, _ = _detector(tags, windows, outline).detectMarkers(luma)
    if ids is None:
        return None
    found = [
        FoundTag(tags[int(k)], np.asarray(quad[0], np.float64))
        for k, quad in zip(ids.ravel(), corners, strict=True)
    ]
    return max(found, key=lambda tag: cv2.contourArea(tag.corners.astype(np.float32)))


def _sharpened(luma: Luma, corners: Points) -> Points:
    start = corners.astype(np.float32).reshape(-1, 1, 2)
    inside = (start > 4).all() and (start[..., 0] < luma.shape[1] - 5).all()
    if not inside or not (start[..., 1] < luma.shape[0] - 5).all():
        return corners
    sharp = cv2.cornerSubPix(luma, start.copy(), _AROUND_PX, (-1, -1), _ENDS)
    moved = np.abs(sharp - start).max()
    return np.asarray(sharp.reshape(-1, 2), np.float64) if moved <= 3.0 else corners


@lru_cache(maxsize=32)
def _detector(
    tags: tuple[int, ...], windows: tuple[int, int], outline: tuple[float, float]
) -> cv2.aruco.ArucoDetector:
    whole = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h10)
    chosen = np.ascontiguousarray(whole.bytesList[list(tags)])
    settings = cv2.aruco.DetectorParameters()
    settings.adaptiveThreshWinSizeMin, settings.adaptiveThreshWinSizeMax = windows
    settings.adaptiveThreshWinSizeStep = 10
    settings.minMarkerPerimeterRate, settings.maxMarkerPerimeterRate = outline
    dictionary = cv2.aruco.Dictionary(chosen, whole.markerSize, whole.maxCorrectionBits)
    return cv2.aruco.ArucoDetector(dictionary, settings)


@lru_cache(maxsize=1)
def _family() -> tuple[int, ...]:
    whole = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h10)
    return tuple(range(whole.bytesList.shape[0]))
