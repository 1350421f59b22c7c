"""The AprilTag of a page as a grid of modules."""

from functools import lru_cache

import cv2
import numpy as np

from fakeforms.errors import TemplateError

_FAMILIES = {"36h10": (cv2.aruco.DICT_APRILTAG_36h10, 8)}


@lru_cache(maxsize=64)
def modules(family: str, tag_id: int, turn: int) -> tuple[tuple[bool, ...], ...]:
    """Rows of modules, True where black, turned by `turn` degrees against OpenCV's drawing.

    On the KPU sheet the tag is OpenCV's drawing turned by 180 degrees.
    """
    if family not in _FAMILIES:
        raise TemplateError(f"tag family {family!r} is unknown; known: {', '.join(_FAMILIES)}")
    if turn not in (0, 90, 180, 270):
        raise TemplateError(f"tag {tag_id}: turn {turn!r}, expected 0, 90, 180 or 270")
    dictionary, side = _FAMILIES[family]
    known = cv2.aruco.getPredefinedDictionary(dictionary).bytesList.shape[0]
    if not 0 <= tag_id < known:
        raise TemplateError(f"tag {tag_id}: family {family} has ids 0..{known - 1}")
    drawn = cv2.aruco.generateImageMarker(cv2.aruco.getPredefinedDictionary(dictionary), tag_id, side)
    return tuple(tuple(bool(v == 0) for v in row) for row in np.rot90(drawn, turn // 90))
