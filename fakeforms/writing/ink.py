"""Ink: from 'write this glyph here' to strokes, and from strokes to pixels.

A sheet is filled by *placements*, one row per glyph (see COLUMNS). `write` bends each glyph by the hand
and by the moment and gives strokes in millimetres, which the PDF draws as they are and `lay` puts on
the pixel planes of the sheet. The trembling comes from a counter-based hash, so it depends on
nothing but the placement itself.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fakeforms.compiled import kernel
from fakeforms.counter import noise
from fakeforms.writing import soaking
from fakeforms.writing.alphabet import Alphabet

COLUMNS = (
    "glyph",  # number in the alphabet
    "x", "y", "width", "height",  # cell in mm
    "slant",  # shift in x per mm of y, positive leans right
    "habit",  # how far this hand bends the learned shape, share of the cell
    "slip",  # how far this moment bends it, share of the cell
    "radius",  # half width of the pen in mm
    "density",  # 0..1, how much ink the pen lays down
    "blue",  # 0..1, how blue the ink is against black
    "dry",  # 0..1, how much the pen streaks where it runs fast
    "hand_key", "moment_key",  # counters of the trembling
)  # fmt: skip
FAINT = 0.3
"""Ink below this density is a figure that shows through correction fluid; a printed sheet leaves it out."""


@dataclass(frozen=True, slots=True)
class Strokes:
    """Strokes in mm. Stroke i owns points first_point[i]..first_point[i+1]."""

    points: NDArray[np.float64]  # (n, 2) x, y
    radius: NDArray[np.float64]  # (n,) mm
    density: NDArray[np.float64]  # (n,) 0..1
    first_point: NDArray[np.int64]
    blue: NDArray[np.float64]  # per stroke
    dry: NDArray[np.float64]  # per stroke, 0..1: how much of it is streaks


def write(alphabet: Alphabet, placements: NDArray[np.float64]) -> Strokes:
    """The strokes of all placements, shape (n, len(COLUMNS))."""
    return Strokes(*_write(alphabet.points, alphabet.first_point, alphabet.first_stroke, placements))


@kernel
def _write(  # noqa: PLR0915 (one point loop)
    points: NDArray[np.float64],
    first_point: NDArray[np.int64],
    first_stroke: NDArray[np.int64],
    placements: NDArray[np.float64],
) -> tuple[
    NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.int64], NDArray[np.float64],
    NDArray[np.float64],
]:  # fmt: skip
    stroke_total = 0
    point_total = 0
    for row in range(len(placements)):
        g = int(placements[row, 0])
        stroke_total += first_stroke[g + 1] - first_stroke[g]
        point_total += first_point[first_stroke[g + 1]] - first_point[first_stroke[g]]
    out = np.empty((point_total, 2))
    radius = np.empty(point_total)
    density = np.empty(point_total)
    firsts = np.empty(stroke_total + 1, np.int64)
    blue = np.empty(stroke_total)
    dry = np.empty(stroke_total)
    bend = np.empty(12)
    at = 0
    stroke_at = 0
    for row in range(len(placements)):
        g = int(placements[row, 0])
        x0, y0, width, height = placements[row, 1], placements[row, 2], placements[row, 3], placements[row, 4]
        slant, habit, slip = placements[row, 5], placements[row, 6], placements[row, 7]
        pen, flow = placements[row, 8], placements[row, 9]
        hand_key = int(placements[row, 12]) + 7919 * g
        moment = int(placements[row, 13])
        for k in range(12):
            bend[k] = habit * noise(hand_key, k) + slip * noise(moment, k)
        for s in range(first_stroke[g], first_stroke[g + 1]):
            firsts[stroke_at] = at
            blue[stroke_at] = placements[row, 10]
            # a streaking pen does not streak in every stroke
            streaks = noise(moment, 300 + s)
            dry[stroke_at] = placements[row, 11] * max(0.0, 0.4 + 0.6 * streaks)
            stroke_at += 1
            start, end = first_point[s], first_point[s + 1]
            n = end - start
            drift_x = slip * 0.5 * noise(moment, 100 + s)
            drift_y = slip * 0.5 * noise(moment, 200 + s)
            for i in range(n):
                u = points[start + i, 0]
                v = points[start + i, 1]
                a = u - 0.5
                b = v - 0.5
                du = (
                    bend[0] * 0.5
                    + bend[1] * a
                    + bend[2] * b
                    + bend[3] * a * b * 2
                    + bend[4] * (b * b * 2 - 0.5)
                )
                dv = (
                    bend[5] * 0.4
                    + bend[6] * b * 0.7
                    + bend[7] * a
                    + bend[8] * a * b * 2
                    + bend[9] * (a * a * 2 - 0.5)
                )
                # a slow tremble along the stroke: noise every fourth point, joined smoothly
                knot = i // 4
                share = (i - 4 * knot) / 4.0
                share = share * share * (3.0 - 2.0 * share)
                base = 1000 * s + 2 * knot
                du += slip * 0.22 * (noise(moment, base) * (1 - share) + noise(moment, base + 2) * share)
                dv += slip * 0.22 * (noise(moment, base + 1) * (1 - share) + noise(moment, base + 3) * share)
                u += du + drift_x
                v += dv + drift_y
                out[at, 0] = x0 + u * width + slant * (1.0 - v) * height
                out[at, 1] = y0 + v * height
                # a marker begins and ends a little fuller than it runs, and breathes on the way
                ends = 1.0 if i == 0 or i == n - 1 else 0.0
                breath = noise(moment, 5000 + s * 64 + i // 3)
                radius[at] = pen * (1.0 + 0.06 * ends + 0.07 * breath)
                density[at] = min(1.0, flow * (1.0 + 0.08 * ends + 0.09 * breath))
                at += 1
    firsts[stroke_at] = at
    return out, radius, density, firsts, blue, dry


def lay(
    luma: NDArray[np.uint8],
    tint: NDArray[np.uint8],
    strokes: Strokes,
    px_per_mm: float,
    ink_luma: float,
    wet: NDArray[np.uint8] | None = None,
) -> None:
    """Draw strokes onto the sheet, in place: darken `luma`, note in `tint` how blue each pixel became.

    Ink lets what lies under it shine through: on print it is darker, and where two strokes cross it is darker
    than either, but only a little, as a marker's ink fills the paper. `wet`: zeros of that shape, to work on.
    """
    wet = np.zeros_like(luma) if wet is None else wet
    soaking.lay(
        luma, tint, wet, strokes.points, strokes.radius, strokes.density,
        strokes.first_point, strokes.blue, strokes.dry, px_per_mm, ink_luma,
    )  # fmt: skip


def cover(luma: NDArray[np.uint8], patches: NDArray[np.float64], px_per_mm: float) -> None:
    """Dab correction fluid: ellipses (x, y, half width, half height in mm, shade), soft and uneven."""
    _cover(luma, patches, px_per_mm)


@kernel
def _cover(luma: NDArray[np.uint8], patches: NDArray[np.float64], scale: float) -> None:
    height, width = luma.shape
    for p in range(len(patches)):
        cx, cy = patches[p, 0] * scale, patches[p, 1] * scale
        rx, ry = patches[p, 2] * scale, patches[p, 3] * scale
        for y in range(max(0, int(cy - 1.3 * ry)), min(height, int(cy + 1.3 * ry) + 1)):
            for x in range(max(0, int(cx - 1.3 * rx)), min(width, int(cx + 1.3 * rx) + 1)):
                u = (x - cx) / rx
                v = (y - cy) / ry
                edge = (
                    1.0
                    + 0.13 * noise(p + 11, int(6 + 3 * u) * 16 + int(6 + 3 * v))
                    - (u * u * u * u + v * v * v * v)
                )
                if edge > 0:
                    share = min(1.0, edge * 6.0)
                    brush = 5.0 * noise(p + 29, int(v * 9 + 20))
                    luma[y, x] = np.uint8(
                        luma[y, x] * (1 - share) + min(255.0, patches[p, 4] + brush) * share
                    )
