"""Cb and Cr of a photo at half size: the cast of the light on paper and wall, and the blue of the ink.

Paper without ink has one colour under a slowly changing light, and most of a sheet is that; only where the
flat sheet has any ink nearby is its blueness read, at the photo's full size, and averaged two by two.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fakeforms.camera.sampling import (
    FRACTION_BITS,
    Path,
    Slopes,
    lamps,
    lit,
    path,
    place,
    sample,
    slopes,
)
from fakeforms.compiled import kernel
from fakeforms.counter import bits
from fakeforms.lanes import (
    all_of,
    any_set,
    byte,
    chosen,
    eight,
    pairs,
    part_signed,
    ramp,
    read,
    sixteen,
    write,
)

Plane = NDArray[np.uint8]


@kernel
def stained(tint: Plane) -> NDArray[np.bool_]:
    """Which cells of 16 by 16 pixels of the flat sheet have any ink in them."""
    height, width = tint.shape
    flat, like = tint.reshape(-1), sixteen()
    out = np.zeros((height // 16 + 1, width // 16 + 1), np.bool_)
    for y in range(height):
        for cell in range(width // 16):
            if any_set(read(like, flat, y * width + cell * 16)):
                out[y // 16, cell] = True
        for x in range(width // 16 * 16, width):
            if tint[y, x]:
                out[y // 16, x // 16] = True
    return out


@kernel
def colour(
    out: NDArray[np.uint8],
    tint: Plane,
    source: NDArray[np.int32],
    paper: NDArray[np.int32],
    gain: NDArray[np.int32],
    casts: NDArray[np.float64],
    grain: NDArray[np.int8],
    key: int,
) -> None:
    """Fill `out`, shape (2, rows, columns). casts: Cb, Cr of paper, of ink, of the ground."""
    height, width = tint.shape
    flat, inked, grains = tint.reshape(-1), stained(tint), grain.reshape(-1)
    plain = (_level(casts[0]), _level(casts[1]))
    # ink takes its own colour and leaves half of the paper's
    ink = (_level(casts[2] - casts[0] / 2), _level(casts[3] - casts[1] / 2))
    wall = (_level(casts[0] + casts[4]), _level(casts[1] + casts[5]))
    first_b, first_r, pitch = out[0].reshape(-1), out[1].reshape(-1), out.shape[2]
    desk, like = np.empty(16, np.uint16), eight()
    grey, fine = all_of(like, (128 << 6) + 32), all_of(like, 2)
    paper_b, paper_r = all_of(like, plain[0]), all_of(like, plain[1])
    wall_b, wall_r = all_of(like, wall[0]), all_of(like, wall[1])
    ink_b, ink_r = all_of(like, ink[0]), all_of(like, ink[1])
    starts = np.empty(8, np.int64)
    for by in range(out.shape[1] // 8):
        for row in range(8):
            starts[row] = bits(key, by * 8 + row) % (len(grains) - pitch)
        for bx in range(pitch // 8):
            where = place(source, by, bx, width, height)
            lamp = paper if where >= 0 else gain
            wet = where > 0 and _wet(inked, source, by, bx)
            ends, shine = slopes(source, by, bx), lamps(lamp, by, bx)
            for row in range(8):
                at = (by * 8 + row) * pitch + bx * 8
                light, end = lit(shine, 2 * row)
                bright = ramp(like, light >> 2, (end - light) >> 5)
                own_b, own_r = paper_b, paper_r
                if wet:
                    blue = _blueness(flat, width, ends, row, desk)
                    own_b = own_b + part_signed(blue, ink_b) * fine
                    own_r = own_r + part_signed(blue, ink_r) * fine
                elif where < 0:
                    own_b, own_r = wall_b, wall_r
                elif where == 0:
                    on = _on_sheet(path(ends, 2 * row), (width, height), desk)
                    own_b, own_r = chosen(on, own_b, wall_b), chosen(on, own_r, wall_r)
                base = grey + read(like, grains, starts[row] + bx * 8) * fine
                write(first_b, at, byte(base + part_signed(own_b, bright), 6))
                write(first_r, at, byte(base + part_signed(own_r, bright), 6))


@kernel
def _level(cast: float) -> int:
    """A cast with 8 fraction bits, as far as lanes hold it."""
    return int(min(127.0, max(-127.0, cast)) * 256)


@kernel
def _wet(inked: NDArray[np.bool_], source: NDArray[np.int32], by: int, bx: int) -> bool:
    """Whether any cell is inked that the pixels of a block may read."""
    corners = source[by : by + 2, bx : bx + 2]
    left, right = corners[:, :, 0].min() - 65536, corners[:, :, 0].max() + 3 * 65536
    top, bottom = corners[:, :, 1].min() - 65536, corners[:, :, 1].max() + 3 * 65536
    for y in range(top >> 20, (bottom >> 20) + 1):
        for x in range(left >> 20, (right >> 20) + 1):
            if inked[y, x]:
                return True
    return False


@kernel
def _blueness(flat: Plane, pitch: int, ends: Slopes, row: int, desk: NDArray[np.uint16]) -> Any:
    """Eight means of two by two pixels of the photo, with 7 fraction bits."""
    upper = sample(flat, pitch, path(ends, 2 * row), desk) >> 2
    lower = sample(flat, pitch, path(ends, 2 * row + 1), desk) >> 2
    return pairs(upper + lower)


@kernel
def _on_sheet(way: Path, size: tuple[int, int], desk: NDArray[np.uint16]) -> Any:
    """1 for every second pixel that looks at the sheet, 0 for those that look past it."""
    x, y, dx, dy = way
    for k in range(8):
        px, py = (x + 2 * k * dx) >> FRACTION_BITS, (y + 2 * k * dy) >> FRACTION_BITS
        desk[k] = 0 <= px < size[0] - 1 and 0 <= py < size[1] - 1
    return read(eight(), desk, 0)
