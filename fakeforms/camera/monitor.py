"""A monitor between the sheet and this photo: its grid of pixels, the moire with the sensor's, its bezel.

The moire is not simulated from two grids: it is a slow bent wave of the kind they make, in whole numbers.
"""

import numpy as np
from numpy.typing import NDArray

from fakeforms.camera.geometry import Geometry
from fakeforms.camera.shot import Screen
from fakeforms.compiled import kernel

Plane = NDArray[np.uint8]

_TURN = 65536


def show(luma: Plane, chroma: NDArray[np.uint8], geometry: Geometry, screen: Screen) -> None:
    """Make the picture one of a screen that shows it, in place."""
    width_mm, height_mm = geometry.shot.sheet_mm
    side, end = screen.margin_mm
    ends = [
        (-side, -end),
        (width_mm + side, -end),
        (width_mm + side, height_mm + end),
        (-side, height_mm + end),
    ]
    quad = geometry.to_photo(np.array(ends, dtype=np.float64))
    x, y, radius, glow = screen.reflection
    wide = luma.shape[1]
    wave = np.array(
        [_TURN / screen.pitch_px, *(_TURN * v for v in screen.beat), _TURN * screen.curve * 256, 0],
        dtype=np.int64,
    )
    _show(
        luma, chroma, _borders(quad), wave, int(256 * screen.grid), int(256 * screen.ripple),
        screen.bezel_luma, np.array([x * wide, y * wide, radius * wide, glow]),
    )  # fmt: skip


def _borders(quad: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows (a, b, c): a x + b y + c is how many px a point lies inside one side of the quadrilateral."""
    middle = quad.mean(axis=0)
    rows = []
    for k in range(4):
        (x0, y0), (x1, y1) = quad[k].tolist(), quad[(k + 1) % 4].tolist()
        a, b = y0 - y1, x1 - x0
        norm = (a * a + b * b) ** 0.5
        c = -(a * x0 + b * y0)
        sign = 1.0 if a * middle[0] + b * middle[1] + c > 0 else -1.0
        rows.append((sign * a / norm, sign * b / norm, sign * c / norm))
    return np.array(rows)


@kernel
def _tent(phase: int) -> int:
    """A wave from -128 to 127 with straight flanks; a turn is 65536."""
    half = (phase >> 7) & 511
    return (half if half < 256 else 511 - half) - 128


@kernel
def _show(
    luma: Plane,
    chroma: NDArray[np.uint8],
    borders: NDArray[np.float64],
    wave: NDArray[np.int64],
    grid: int,
    ripple: int,
    bezel: float,
    glow: NDArray[np.float64],
) -> None:
    height, width = luma.shape
    for y in range(height):
        for x in range(width):
            inside = 1e9
            for k in range(4):
                inside = min(inside, borders[k, 0] * x + borders[k, 1] * y + borders[k, 2])
            dx, dy = (x - glow[0]) / glow[2], (y - glow[1]) / glow[2]
            away = 1.0 / (1.0 + dx * dx + dy * dy)
            shine = glow[3] * away * away
            if inside < 0.5:
                # the bezel: matt, a bright line where it meets the glass
                rim = 26.0 if -5.0 < inside < -1.5 else 0.0
                luma[y, x] = int(min(250.0, bezel + rim + 0.5 * shine))
                if x % 2 == 0 and y % 2 == 0:
                    chroma[0, y // 2, x // 2] = 128
                    chroma[1, y // 2, x // 2] = 128
                continue
            gaps = max(0, _tent(x * wave[0]) + _tent(y * wave[0] + 9000))
            phase = x * wave[1] + y * wave[2] + ((x * x - 2 * x * y + (y * y >> 1)) * wave[3] >> 8)
            slow = _tent(phase)
            light = 65536 - gaps * grid + slow * ripple
            luma[y, x] = int(min(250.0, (luma[y, x] * light >> 16) + shine))
            if x % 2 == 0 and y % 2 == 0:
                j, i = y // 2, x // 2
                chroma[0, j, i] = min(255, max(0, chroma[0, j, i] + (_tent(phase + 21845) * ripple >> 10)))
                chroma[1, j, i] = min(255, max(0, chroma[1, j, i] + (_tent(phase + 43690) * ripple >> 10)))
