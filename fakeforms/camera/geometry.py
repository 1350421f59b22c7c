"""Where a point of the sheet lands in the photo: mm to pixels, centres at whole numbers as in OpenCV."""

import numpy as np
from numpy.typing import NDArray

from fakeforms.camera.shot import Shot


class Geometry:
    """Sheet millimetres to photo pixels: a bent, folded sheet seen in perspective.

    With a = x/(w/2)-1 and b = y/(h/2)-1 of a sheet w by h mm, a point s of the sheet appears where
    a flat sheet would show
    s + (b0 (b*b-1/3) + b1 ab + b4 (|a|-1/2), b2 (a*a-1/3) + b3 ab + b5 (|b|-1/2)), b = bend_mm.
    """

    def __init__(self, shot: Shot) -> None:
        self.shot = shot
        self.half_mm = (shot.sheet_mm[0] / 2, shot.sheet_mm[1] / 2)
        self.bend = np.array(shot.bend_mm)
        self.forward = _homography(shot.corners_px, shot.sheet_mm)
        self.inverse = _adjugate(self.forward)

    def to_photo(self, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (..., 2) in mm -> (..., 2) in px."""
        x, y = points_mm[..., 0], points_mm[..., 1]
        a, b = x / self.half_mm[0] - 1.0, y / self.half_mm[1] - 1.0
        d = self.bend
        u = x + d[0] * (b * b - 1 / 3) + d[1] * a * b + d[4] * (np.abs(a) - 0.5)
        v = y + d[2] * (a * a - 1 / 3) + d[3] * a * b + d[5] * (np.abs(b) - 0.5)
        h = self.forward
        w = h[6] * u + h[7] * v + h[8]
        return np.stack([(h[0] * u + h[1] * v + h[2]) / w, (h[3] * u + h[4] * v + h[5]) / w], axis=-1)


def _homography(corners: tuple[tuple[float, float], ...], sheet_mm: tuple[float, float]) -> tuple[float, ...]:
    """Sheet to quadrilateral, in closed form (Heckbert 1989), row by row."""
    width, height = sheet_mm
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    dx1, dx2, sx = x1 - x2, x3 - x2, x0 - x1 + x2 - x3
    dy1, dy2, sy = y1 - y2, y3 - y2, y0 - y1 + y2 - y3
    det = dx1 * dy2 - dx2 * dy1
    g = (sx * dy2 - dx2 * sy) / det
    h = (dx1 * sy - sx * dy1) / det
    return (
        (x1 - x0 + g * x1) / width, (x3 - x0 + h * x3) / height, x0,
        (y1 - y0 + g * y1) / width, (y3 - y0 + h * y3) / height, y0,
        g / width, h / height, 1.0,
    )  # fmt: skip


def _adjugate(m: tuple[float, ...]) -> tuple[float, ...]:
    a, b, c, d, e, f, g, h, i = m
    return (
        e * i - f * h, c * h - b * i, b * f - c * e,
        f * g - d * i, a * i - c * g, c * d - a * f,
        d * h - e * g, b * g - a * h, a * e - b * d,
    )  # fmt: skip
