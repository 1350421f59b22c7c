"""Cb and Cr of a photo at half size: the cast of the light on paper and wall, and the blue of the ink.

Paper without ink has one colour under a slowly changing light, and most of a sheet is that; only where the
flat sheet has any ink nearby is its blueness read, at the photo's full size, and averaged two by two.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fakeforms.camera.sampling import (
    FRACTION_BITS,
    Lamps,
    Slopes,
    lamps,
    lit,
    path,
    place,
    sample,
    sample_straight,
    slopes,
    straight,
)
from fakeforms.compiled import inlined, kernel
from fakeforms.counter import bits
from fakeforms.lanes import (
    all_of,
    any_set,
    byte,
    eight,
    pairs,
    part_signed,
    ramp,
    read,
    sixteen,
    write,
)

Plane = NDArray[np.uint8]

Cast = tuple[int, int]
"""Cb and Cr against grey, with 8 fraction bits."""

Specks = tuple[NDArray[np.int8], NDArray[np.int64], int]
"""Grain, where on it each of eight rows begins, and the column."""


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
    on_wall = (plain[0] - wall[0], plain[1] - wall[1])
    planes, pitch = (out[0].reshape(-1), out[1].reshape(-1)), out.shape[2]
    mixed, starts = np.empty(64, np.uint16), np.empty(8, np.int64)
    for by in range(out.shape[1] // 8):
        for row in range(8):
            starts[row] = bits(key, by * 8 + row) % (len(grains) - pitch)
        for bx in range(pitch // 8):
            where, at = place(source, by, bx, width, height), by * 8 * pitch + bx * 8
            ends, lamp = slopes(source, by, bx), lamps(paper if where >= 0 else gain, by, bx)
            specks = (grains, starts, bx * 8)
            if where == 0:
                _on_sheet(mixed, ends, width, height)
                _mixed_block(planes, at, pitch, wall, on_wall, mixed, lamp, specks)
            elif where > 0 and _wet(inked, ends):
                _blueness(mixed, flat, width, ends)
                _mixed_block(planes, at, pitch, plain, ink, mixed, lamp, specks)
            else:
                _even_block(planes, at, pitch, plain if where > 0 else wall, lamp, specks)


@kernel
def _even_block(
    planes: tuple[Plane, Plane], at: int, pitch: int, cast: Cast, lamp: Lamps, specks: Specks
) -> None:
    """A block of one colour."""
    for row in range(8):
        own_b, own_r = all_of(eight(), cast[0]), all_of(eight(), cast[1])
        _expose(planes, at + row * pitch, own_b, own_r, lit(lamp, 2 * row), specks, row)


@kernel
def _mixed_block(
    planes: tuple[Plane, Plane],
    at: int,
    pitch: int,
    cast: Cast,
    more: Cast,
    mixed: NDArray[np.uint16],
    lamp: Lamps,
    specks: Specks,
) -> None:
    """A block of `cast` and as much of `more` as `mixed` says for each pixel, 32768 being all of it."""
    for row in range(8):
        share = read(eight(), mixed, 8 * row)
        twice = all_of(share, 2)
        own_b = all_of(share, cast[0]) + part_signed(share, all_of(share, more[0])) * twice
        own_r = all_of(share, cast[1]) + part_signed(share, all_of(share, more[1])) * twice
        _expose(planes, at + row * pitch, own_b, own_r, lit(lamp, 2 * row), specks, row)


@inlined
def _expose(
    planes: tuple[Plane, Plane],
    at: int,
    own_b: Any,
    own_r: Any,
    light: tuple[int, int],
    specks: Specks,
    row: int,
) -> None:
    """Eight pixels of these casts, in that light."""
    grains, starts, x = specks
    bright = ramp(own_b, light[0] >> 2, (light[1] - light[0]) >> 5)
    speck = read(own_b, grains, starts[np.uint64(row)] + x)
    base = all_of(own_b, (128 << 6) + 32) + speck + speck
    write(planes[0], at, byte(base + part_signed(own_b, bright), 6))
    write(planes[1], at, byte(base + part_signed(own_r, bright), 6))


@kernel
def _level(cast: float) -> int:
    """A cast with 8 fraction bits, as far as lanes hold it."""
    return int(min(127.0, max(-127.0, cast)) * 256)


@inlined
def _wet(inked: NDArray[np.bool_], ends: Slopes) -> bool:
    """Whether any cell is inked that the pixels of a block may read; a cell is 16 pixels of 20 bits."""
    x0, x1, x2, x3 = _corners(ends[0], ends[2])
    y0, y1, y2, y3 = _corners(ends[1], ends[3])
    left, right = min(x0, x1, x2, x3) - 65536, max(x0, x1, x2, x3) + 4 * 65536
    top, bottom = min(y0, y1, y2, y3) - 65536, max(y0, y1, y2, y3) + 4 * 65536
    for y in range(top >> 20, (bottom >> 20) + 1):
        for x in range(left >> 20, (right >> 20) + 1):
            if inked[np.uint64(y), np.uint64(x)]:
                return True
    return False


@inlined
def _corners(left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int, int, int]:
    """One coordinate of a block's four corners, with 16 fraction bits."""
    a, b = left[0] >> 4, right[0] >> 4
    return a, b, a + left[1], b + right[1]


@kernel
def _blueness(mixed: NDArray[np.uint16], flat: Plane, pitch: int, ends: Slopes) -> None:
    """Means of two by two pixels of the photo, with 7 fraction bits."""
    if straight(ends):
        for row in range(8):
            upper = sample_straight(flat, pitch, path(ends, 2 * row)) >> 2
            lower = sample_straight(flat, pitch, path(ends, 2 * row + 1)) >> 2
            write(mixed, 8 * row, pairs(upper + lower))
        return
    desk = np.empty(16, np.uint16)
    for row in range(8):
        upper = sample(flat, pitch, path(ends, 2 * row), desk) >> 2
        lower = sample(flat, pitch, path(ends, 2 * row + 1), desk) >> 2
        write(mixed, 8 * row, pairs(upper + lower))


@kernel
def _on_sheet(mixed: NDArray[np.uint16], ends: Slopes, width: int, height: int) -> None:
    """All for every second pixel that looks at the sheet, nothing for those that look past it."""
    for row in range(8):
        x, y, dx, dy = path(ends, 2 * row)
        for k in range(8):
            px, py = (x + 2 * k * dx) >> FRACTION_BITS, (y + 2 * k * dy) >> FRACTION_BITS
            on = 0 <= px < width - 1 and 0 <= py < height - 1
            mixed[8 * row + k] = 32767 if on else 0
