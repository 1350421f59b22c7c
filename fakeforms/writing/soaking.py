"""Ink onto the flat sheet, a stroke at a time: how a stroke covers the paper, then what that does to it.

Where a stroke crosses itself the pen only covers deeper; where it crosses another, the paper is inked
already. Eight pixels at once, which makes a page of handwriting cost little more than its blank.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fakeforms.compiled import inlined, kernel
from fakeforms.lanes import above, all_of, any_set, eight, part, read, write
from fakeforms.singles import between, counted, eight_of, root, whole

Plane = NDArray[np.uint8]

_BLACK_LUMA = 38.0
_WHITE_LUMA = 246  # of paper under ink


@kernel
def lay(
    luma: Plane,
    tint: Plane,
    wet: Plane,
    points: NDArray[np.float64],
    radius: NDArray[np.float64],
    density: NDArray[np.float64],
    firsts: NDArray[np.int64],
    blue: NDArray[np.float64],
    dry: NDArray[np.float64],
    scale: float,
    ink_luma: float,
) -> None:
    """Draw all strokes of `ink.Strokes`; `wet`: how far the paper is covered by strokes before, 0..255."""
    for s in range(len(firsts) - 1):
        first, last = firsts[s], firsts[s + 1] - 1
        worn = (int(min(1.0, dry[s]) * 65535), s) if dry[s] > 0.02 else (0, s)
        left, top = points[first, 0], points[first, 1]
        right, bottom, most = left, top, 0.0
        for i in range(first, last + 1):
            left, right = min(left, points[i, 0]), max(right, points[i, 0])
            top, bottom = min(top, points[i, 1]), max(bottom, points[i, 1])
            most = max(most, radius[i])
        x0, y0 = int(np.floor((left - most) * scale)) - 2, int(np.floor((top - most) * scale)) - 2
        columns, rows = int((right + most) * scale) + 3 - x0, int((bottom + most) * scale) + 3 - y0
        pitch = columns + 8
        cover = np.zeros(rows * pitch, np.uint8)
        j = first
        while j < last:
            i, j = j, j + 1
            ax, ay = points[i, 0] * scale - 0.5 - x0, points[i, 1] * scale - 0.5 - y0
            dx, dy = points[j, 0] * scale - 0.5 - x0 - ax, points[j, 1] * scale - 0.5 - y0 - ay
            # points closer than the pen can show are passed over
            near = 0.7 + 0.6 * radius[i] * scale
            while j < last and dx * dx + dy * dy < near * near:
                j += 1
                dx, dy = points[j, 0] * scale - 0.5 - x0 - ax, points[j, 1] * scale - 0.5 - y0 - ay
            reach = 0.5 * (radius[i] + radius[j]) * scale + 0.5
            full = 127.5 * (density[i] + density[j])
            _sweep(cover, pitch, rows, (ax, ay, dx, dy), reach, full, worn)
        dark = ink_luma * blue[s] + _BLACK_LUMA * (1.0 - blue[s])
        take, stain = int((1.0 - dark / _WHITE_LUMA) * 65536 / 255), int(blue[s] * 256)
        _soak(luma, tint, wet, cover, pitch, (x0, y0, columns, rows), take, stain)


@inlined
def _sweep(
    cover: Plane,
    pitch: int,
    rows: int,
    segment: tuple[float, float, float, float],
    reach: float,
    full: float,
    worn: tuple[int, int],
) -> None:
    """The pen from x, y by dx, dy: `cover` becomes what it was or, where that is more, what the pen gives.

    worn: how dry its tip runs (of 65536), and which tip it is."""
    ax, ay, dx, dy = segment
    left, right = max(0, int(min(ax, ax + dx) - reach + 1.0)), int(max(ax, ax + dx) + reach)
    top, bottom = max(0, int(min(ay, ay + dy) - reach + 1.0)), min(rows - 1, int(max(ay, ay + dy) + reach))
    length2 = dx * dx + dy * dy
    inverse = 1.0 / length2 if length2 > 1e-9 else 0.0
    lean = dx / dy if abs(dy) > 0.25 else 0.0
    breadth = reach * np.sqrt(length2) / abs(dy) if abs(dy) > 0.25 else 1e9
    along_x, along_y, share_x = eight_of(dx), eight_of(dy), eight_of(dx * inverse)
    edge, deep, none, one = eight_of(reach), eight_of(full), eight_of(0.0), eight_of(1.0)
    across = 8.0 * np.sqrt(inverse) / max(reach - 0.5, 0.5)
    across_x, across_y = eight_of(dy * across), eight_of(dx * across)
    few, places = eight(), counted()
    for y in range(top, bottom + 1):
        py, share_y = eight_of(y - ay), eight_of((y - ay) * dy * inverse)
        middle = ax + (y - ay) * lean
        start, stop = max(left, int(middle - breadth + 1.0)), min(right, int(middle + breadth))
        for x in range(start, stop + 1, 8):
            px = places + eight_of(x - ax)
            t = between(none, px * share_x + share_y, one)
            ex, ey = px - t * along_x, py - t * along_y
            new = whole(between(none, edge - root(ex * ex + ey * ey), one) * deep)
            if worn[0]:
                new = new - _lost(new, whole(px * across_x - py * across_y + eight_of(8.0)), worn)
            old = read(few, cover, y * pitch + x)
            write(cover, y * pitch + x, old + above(new, old))


@inlined
def _lost(cover: Any, streak: Any, worn: tuple[int, int]) -> Any:
    """What a worn tip leaves white: each streak across it has its own flow."""
    drawn = (streak + all_of(streak, worn[1] * 31)) * all_of(streak, 40503)
    drawn = (drawn + (drawn >> 9)) * all_of(streak, 30345)
    white = part(above(drawn, all_of(streak, 32768)), all_of(streak, worn[0]))
    return part(cover, white + white)


@kernel
def _soak(
    luma: Plane,
    tint: Plane,
    wet: Plane,
    cover: Plane,
    pitch: int,
    box: tuple[int, int, int, int],
    take: int,
    stain: int,
) -> None:
    """What a stroke's cover does to the sheet: ink lets what is under it shine through, and where another
    stroke was, the paper holds little more. `take`: light that 1/255 of cover takes, in 1/65536."""
    x0, y0, columns, rows = box
    height, width = luma.shape
    few = eight()
    for row in range(max(0, -y0), min(rows, height - y0)):
        for start in range(0, columns, 8):
            if not any_set(read(few, cover, row * pitch + start)):
                continue
            for column in range(max(start, -x0), min(start + 8, width - x0)):
                covered = np.int64(cover[np.uint64(row * pitch + column)])
                y, x = np.uint64(y0 + row), np.uint64(x0 + column)
                value, before, through = np.int64(luma[y, x]), np.int64(wet[y, x]), 65536 - take * covered
                if before > 64:
                    value = min(value * (65536 - 61 * covered), _WHITE_LUMA * through) >> 16
                else:
                    value = value * through >> 16
                luma[y, x] = value
                wet[y, x] = max(before, covered)
                tint[y, x] = max(np.int64(tint[y, x]), covered * stain >> 8)
