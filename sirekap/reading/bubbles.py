"""Which bubbles are blackened: of each column of ten, the one that is clearly darker than the rest."""

import cv2
import numpy as np
from numpy.typing import NDArray

from sirekap.reading.boxes import Quads
from sirekap.reading.photo import Luma

_INNER = 0.55  # of the circle's width: within its printed line
_SAMPLES = 7  # points on a side
_DARKER = 0.18  # than the middle of its column, as a share of that: blackened (a printed digit makes 0.05)
_BESIDE = 0.45  # a second one with so much of the first one's darkness is blackened too


def read_columns(luma: Luma, quads: Quads) -> list[int | None]:
    """For each column of ten circles (columns * 10, 4, 2): the digit, or None where none or two are black."""
    shades = _shades(luma, quads).reshape(-1, 10)
    return [_read(column) for column in shades]


def _shades(luma: Luma, quads: Quads) -> NDArray[np.float64]:
    at = 0.5 + (np.arange(_SAMPLES) - (_SAMPLES - 1) / 2) / _SAMPLES * _INNER
    across, down = (one.ravel() for one in np.meshgrid(at, at))
    weights = np.stack(
        [(1 - across) * (1 - down), across * (1 - down), across * down, (1 - across) * down], axis=-1
    )
    points = np.einsum("sc,ncd->nsd", weights, quads).astype(np.float32)
    seen = cv2.remap(luma, points[..., 0], points[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen.mean(axis=1), np.float64)


def _read(column: NDArray[np.float64]) -> int | None:
    middle = float(np.median(column))
    darker = (middle - column) / max(middle, 1.0)
    first, second = np.argsort(-darker, kind="stable")[:2]
    if darker[first] < _DARKER or darker[second] > max(_DARKER, _BESIDE * darker[first]):
        return None
    return int(first)
