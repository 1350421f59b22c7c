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
    luma: NDArray[np.uint8], tint: NDArray[np.uint8], strokes: Strokes, px_per_mm: float, ink_luma: float
) -> None:
    """Draw strokes onto the sheet, in place: darken `luma`, note in `tint` how blue each pixel became.

    Ink lets what lies under it shine through: on print it is darker, and where two strokes cross it is darker
    than either, but only a little, as a marker's ink fills the paper.
    """
    _lay(
        luma, tint, np.zeros(luma.shape, np.uint16), strokes.points, strokes.radius, strokes.density,
        strokes.first_point, strokes.blue, strokes.dry, px_per_mm, ink_luma,
    )  # fmt: skip


@kernel
def _lay(  # noqa: PLR0912, PLR0915 (one pixel loop)
    luma: NDArray[np.uint8],
    tint: NDArray[np.uint8],
    wet: NDArray[np.uint16],
    points: NDArray[np.float64],
    radius: NDArray[np.float64],
    density: NDArray[np.float64],
    firsts: NDArray[np.int64],
    blue: NDArray[np.float64],
    dry: NDArray[np.float64],
    scale: float,
    ink_luma: float,
) -> None:
    """`wet` holds for each pixel the stroke that was last there (1..255) times 256, and how it covered."""
    height, width = luma.shape
    lanes = np.empty(16)
    lifted = np.empty(256)  # what undoes a cover, for the ink in use
    tabled = -1.0
    for s in range(len(firsts) - 1):
        colour = blue[s]
        dark = ink_luma * colour + 38.0 * (1.0 - colour)
        take = 1.0 - dark / 246.0
        mark = 1 + s % 255
        if take != tabled:
            tabled = take
            for k in range(256):
                lifted[k] = 1.0 / (255.0 - take * k)
        streaky = dry[s] > 0.02
        if streaky:  # the pen's tip is worn: each lane across it has its own flow
            for lane in range(16):
                lanes[lane] = dry[s] * max(0.0, noise(s * 31 + 7, lane))
        last = firsts[s + 1] - 1
        j = firsts[s]
        while j < last:
            i = j
            j += 1
            ax = points[i, 0] * scale - 0.5
            ay = points[i, 1] * scale - 0.5
            dx = points[j, 0] * scale - 0.5 - ax
            dy = points[j, 1] * scale - 0.5 - ay
            # points closer than the pen can show are passed over
            near = 0.7 + 0.6 * radius[i] * scale
            while j < last and dx * dx + dy * dy < near * near:
                j += 1
                dx = points[j, 0] * scale - 0.5 - ax
                dy = points[j, 1] * scale - 0.5 - ay
            r = 0.5 * (radius[i] + radius[j]) * scale
            full = 0.5 * (density[i] + density[j])
            most = int(full * 255.0)
            reach = r + 0.5
            left = max(0, int(min(ax, ax + dx) - reach + 1.0))
            right = min(width - 1, int(max(ax, ax + dx) + reach))
            top = max(0, int(min(ay, ay + dy) - reach + 1.0))
            bottom = min(height - 1, int(max(ay, ay + dy) + reach))
            length2 = dx * dx + dy * dy
            inverse = 1.0 / length2 if length2 > 1e-9 else 0.0
            across = np.sqrt(inverse) * 8.0 / max(r, 0.5)
            outer = reach * reach
            inner = max(0.0, r - 0.5) * max(0.0, r - 0.5)
            lean = dx / dy if abs(dy) > 0.25 else 0.0
            room = reach * np.sqrt(length2) / abs(dy) if abs(dy) > 0.25 else 1e9
            for y in range(top, bottom + 1):
                py = y - ay
                middle = ax + py * lean
                start = left if middle - room < left else int(middle - room + 1.0)
                stop = right if middle + room > right else int(middle + room)
                for x in range(start, stop + 1):
                    was = np.int64(wet[y, x])
                    same = was >> 8 == mark
                    if same and was & 255 >= most:
                        continue
                    px = x - ax
                    t = (px * dx + py * dy) * inverse
                    t = min(1.0, max(0.0, t))
                    ex = px - t * dx
                    ey = py - t * dy
                    d2 = ex * ex + ey * ey
                    if d2 >= outer:
                        continue
                    cover = full
                    if d2 > inner:
                        cover *= min(1.0, reach - np.sqrt(d2))
                    if streaky:
                        lane = int(8.0 + (px * dy - py * dx) * across)
                        cover *= 1.0 - lanes[min(15, max(0, lane))]
                    covered = int(cover * 255.0)
                    if same and covered <= was & 255:
                        continue
                    value = float(luma[y, x])
                    if same:  # the same stroke, only deeper
                        value *= (255.0 - take * covered) * lifted[was & 255]
                    elif was & 255 > 64:  # over another stroke: the paper holds little more
                        value = min(value * (1.0 - 0.24 * cover), 246.0 * (1.0 - take * cover))
                    else:
                        value *= 1.0 - take * cover
                    luma[y, x] = np.uint8(value)
                    wet[y, x] = np.uint16((mark << 8) | covered)
                    stain = np.uint8(255.0 * cover * colour)
                    tint[y, x] = max(tint[y, x], stain)


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
