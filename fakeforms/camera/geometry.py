"""Where a point of the sheet lands in the photo: mm to pixels, centres at whole numbers as in OpenCV.

The sheet is bent, folded in quarters and may curl; its height above the flat moves a point away from the
foot of the viewer, as in any photo taken from near by. Then perspective, then the lens. `survey` goes the
other way with the same `displaced`, so photo and truth cannot differ.
"""

import numpy as np
from numpy.typing import NDArray

from fakeforms.camera.shot import Shot
from fakeforms.compiled import kernel

_CURLS_AT = 29


class Geometry:
    """Sheet millimetres to photo pixels.

    With a = x/(w/2)-1 and b = y/(h/2)-1 of a sheet w by h mm, a point s = (x, y) appears where a flat sheet
    would show s + (b0 (b*b-1/3) + b1 ab, b2 (a*a-1/3) + b3 ab) + z (s - f) / d - c, b = bend_mm.
    z is the height of the sheet there: `relief_mm` between its 3 x 3 points (bilinear in each quarter) and
    the curls; f and d are the foot and the distance of the viewer; c is what a curl takes from the length.
    A pixel p, counted from the middle of the frame, then moves to p (1 + k1 |p|^2 / R^2), R half a diagonal.
    """

    def __init__(self, shot: Shot) -> None:
        self.shot = shot
        self.form = _form(shot)
        self.forward = _homography(shot.corners_px, shot.sheet_mm)
        self.inverse = _adjugate(self.forward)
        self.lens = _lens(shot)

    def to_photo(self, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (..., 2) in mm -> (..., 2) in px."""
        points = np.ascontiguousarray(points_mm, dtype=np.float64)
        out = np.empty_like(points)
        _project(points.reshape(-1, 2), out.reshape(-1, 2), self.form, np.array(self.forward), self.lens)
        return out


@kernel
def displaced(x: float, y: float, form: NDArray[np.float64]) -> tuple[float, float]:
    """How far a point of the sheet (mm) appears from where a flat sheet would have it; see Geometry."""
    a = min(1.25, max(-1.25, x * form[0] - 1.0))
    b = min(1.25, max(-1.25, y * form[1] - 1.0))
    quarter = 9 + (4 if a >= 0 else 0) + (8 if b >= 0 else 0)
    z = form[quarter] + form[quarter + 1] * a + (form[quarter + 2] + form[quarter + 3] * a) * b
    right = form[2] * (b * b - 1 / 3) + form[3] * a * b
    down = form[4] * (a * a - 1 / 3) + form[5] * a * b
    for k in range(_CURLS_AT, len(form), 6):
        t = min(form[k + 3], form[k] * x + form[k + 1] * y - form[k + 2])
        if t > 0.0:
            z += form[k + 4] * t * t
            shorter = form[k + 5] * t * t * t
            right -= form[k] * shorter
            down -= form[k + 1] * shorter
    near = z * form[8]
    return right + near * (x - form[6]), down + near * (y - form[7])


@kernel
def _project(
    points: NDArray[np.float64],
    out: NDArray[np.float64],
    form: NDArray[np.float64],
    h: NDArray[np.float64],
    lens: NDArray[np.float64],
) -> None:
    for k in range(len(points)):
        x, y = points[k, 0], points[k, 1]
        right, down = displaced(x, y, form)
        x += right
        y += down
        w = h[6] * x + h[7] * y + h[8]
        px = (h[0] * x + h[1] * y + h[2]) / w - lens[0]
        py = (h[3] * x + h[4] * y + h[5]) / w - lens[1]
        scale = 1.0 + lens[2] * (px * px + py * py)
        out[k, 0] = lens[0] + px * scale
        out[k, 1] = lens[1] + py * scale


def _form(shot: Shot) -> NDArray[np.float64]:
    """What `displaced` needs: reciprocal half sizes, bends, viewer, four quarters of the relief, curls."""
    knots = [shot.relief_mm[3 * row : 3 * row + 3] for row in range(3)]
    quarters: list[float] = []
    for down in (0, 1):
        for right in (0, 1):
            middle, side = knots[1][1], knots[1][2 * right]
            end, corner = knots[2 * down][1], knots[2 * down][2 * right]
            u, v = 2 * right - 1, 2 * down - 1
            quarters += [middle, (side - middle) * u, (end - middle) * v]
            quarters += [(corner - side - end + middle) * u * v]
    out = [2 / shot.sheet_mm[0], 2 / shot.sheet_mm[1], *shot.bend_mm]
    out += [shot.viewer_mm[0], shot.viewer_mm[1], 1.0 / shot.viewer_mm[2], *quarters]
    out += [0.0] * (_CURLS_AT - len(out))
    for curl in shot.curls:
        steep = curl.rise_mm / (curl.length_mm * curl.length_mm)
        # the length of an arc that rises z = steep t^2, less its shadow: (2/3) steep^2 t^3
        out += [*curl.normal, curl.start_mm, 1.2 * curl.length_mm, steep, 2.0 / 3.0 * steep * steep]
    return np.array(out)


def _lens(shot: Shot) -> NDArray[np.float64]:
    """Middle of the frame, and k1 for a distance in px."""
    x, y = (shot.width_px - 1) / 2, (shot.height_px - 1) / 2
    return np.array([x, y, shot.lens_k1 / (x * x + y * y)])


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
