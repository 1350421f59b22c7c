"""Read a flat sheet where a photo's pixels look at it, many pixels at once.

The sheet is rasterised at nearly the photo's own scale, so along a run of sixteen photo pixels its position
moves by sixteen pixels, a little more or less. Then pixel k needs only the three or four columns from k on
after the run's first, in two or three rows: reading is a few contiguous loads with tent-shaped weights
instead of 64 single ones. It is bilinear interpolation, to the bit: where a run moves too far, `sample`
reads shorter runs or single pixels instead, and gives the same.

Positions have 14 fraction bits; values read have 7.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fakeforms.compiled import inlined, kernel
from fakeforms.lanes import above, all_of, eight, part, ramp, read, sixteen, write

Plane = NDArray[np.uint8]

FRACTION_BITS = 14
ONE = 1 << FRACTION_BITS
"""A pixel of the sheet, in units of a position."""

Path = tuple[int, int, int, int]
"""Position x, y of a run's first pixel, and how far apart its pixels are in x and y."""

Slopes = tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]
"""x, y left and x, y right of a block, times 16, each with its change per row."""

Lamps = tuple[tuple[int, int], tuple[int, int]]
"""Light left and right of a block, times 16, each with its change per row."""


@inlined
def slopes(source: NDArray[np.int32], by: int, bx: int) -> Slopes:
    """What `path` needs to know of block by, bx; `source` as in `survey.Grids`."""
    y, x = np.uint64(by), np.uint64(bx)  # unsigned: numba needs no test for negative ones
    under, beside = y + np.uint64(1), x + np.uint64(1)
    left_x, left_y = int(source[y, x, 0]), int(source[y, x, 1])
    right_x, right_y = int(source[y, beside, 0]), int(source[y, beside, 1])
    return (
        (left_x << 4, int(source[under, x, 0]) - left_x),
        (left_y << 4, int(source[under, x, 1]) - left_y),
        (right_x << 4, int(source[under, beside, 0]) - right_x),
        (right_y << 4, int(source[under, beside, 1]) - right_y),
    )


@inlined
def path(ends: Slopes, row: int) -> Path:
    """Where row `row` of sixteen pixels in a block looks."""
    x = (ends[0][0] + ends[0][1] * row) >> 6
    y = (ends[1][0] + ends[1][1] * row) >> 6
    end_x = (ends[2][0] + ends[2][1] * row) >> 6
    end_y = (ends[3][0] + ends[3][1] * row) >> 6
    return x, y, (end_x - x) >> 4, (end_y - y) >> 4


@inlined
def lamps(light: NDArray[np.int32], by: int, bx: int) -> Lamps:
    """What `lit` needs to know of block by, bx."""
    y, x = np.uint64(by), np.uint64(bx)
    under, beside = y + np.uint64(1), x + np.uint64(1)
    left, right = int(light[y, x]), int(light[y, beside])
    return (left << 4, int(light[under, x]) - left), (right << 4, int(light[under, beside]) - right)


@inlined
def lit(ends: Lamps, row: int) -> tuple[int, int]:
    """Light at the first and behind the last pixel of row `row`, with 4 more fraction bits than at nodes."""
    return ends[0][0] + ends[0][1] * row, ends[1][0] + ends[1][1] * row


@inlined
def place(source: NDArray[np.int32], by: int, bx: int, width: int, height: int) -> int:
    """1 if a block lies on the sheet, -1 if it lies off it, 0 if the sheet's edge may run through it."""
    inside, left, right, over, under = True, 0, 0, 0, 0
    for k in range(4):
        x, y = source[by + k // 2, bx + k % 2, 0], source[by + k // 2, bx + k % 2, 1]
        inside = inside and 65536 <= x < (width - 5) << 16 and 65536 <= y < (height - 5) << 16
        left += int(x < -65536)
        right += int(x > width << 16)
        over += int(y < -65536)
        under += int(y > height << 16)
    if inside:
        return 1
    return -1 if max(left, right, over, under) == 4 else 0


@inlined
def within(way: Path, size: tuple[int, int]) -> bool:
    """Whether `sample` may read a run from a sheet of that width and height."""
    x, y, dx, dy = way
    end_x, end_y = x + 15 * dx, y + 15 * dy
    right, bottom = (size[0] - 5) << FRACTION_BITS, (size[1] - 5) << FRACTION_BITS
    return min(x, y, end_x, end_y) >= ONE and max(x, end_x) < right and max(y, end_y) < bottom


@inlined
def straight(ends: Slopes) -> bool:
    """Whether all sixteen rows of a block can be read by `sample_straight`."""
    good = 0
    for row in range(16):
        good += int(_straight(16, path(ends, row), 2))
    return good == 16


@inlined
def sample_straight(flat: Plane, pitch: int, way: Path) -> Any:
    """What `sample` gives, of a run that hardly bends."""
    return _run(sixteen(), flat, pitch, way, False)


@inlined
def sample(flat: Plane, pitch: int, way: Path, desk: NDArray[np.uint16]) -> Any:
    """Sixteen neighbouring pixels of a photo, all of them `within` the sheet. `desk`: sixteen to work on."""
    if _straight(16, way, 2):
        return _run(sixteen(), flat, pitch, way, False)
    if _straight(16, way, 3):
        return _run(sixteen(), flat, pitch, way, True)
    _halves(flat, pitch, way, desk)
    return read(sixteen(), desk, 0)


@kernel
def sample_edge(flat: Plane, size: tuple[int, int], way: Path, desk: NDArray[np.uint16]) -> None:
    """The same onto `desk`, where the run may leave the sheet: positions are clamped to it."""
    x, y, dx, dy = way
    right, bottom = (size[0] - 2) << FRACTION_BITS, (size[1] - 2) << FRACTION_BITS
    for k in range(16):
        desk[k] = _one(flat, size[0], min(right, max(0, x + k * dx)), min(bottom, max(0, y + k * dy)))


@kernel
def _halves(flat: Plane, pitch: int, way: Path, desk: NDArray[np.uint16]) -> None:
    """A run that moves too far, onto `desk`."""
    x, y, dx, dy = way
    for half in range(0, 16, 8):
        half_x, half_y = x + half * dx, y + half * dy
        if _straight(8, (half_x, half_y, dx, dy), 3):
            write(desk, half, _run(eight(), flat, pitch, (half_x, half_y, dx, dy), True))
            continue
        for k in range(8):
            desk[half + k] = _one(flat, pitch, half_x + k * dx, half_y + k * dy)


@inlined
def _straight(count: int, way: Path, columns: int) -> bool:
    """Whether `count` pixels need only `columns` + 1 columns and three rows."""
    x, y, dx, dy = way
    bend_x, bend_y = (count - 1) * (dx - ONE), (count - 1) * dy
    part_x, part_y = (x + min(0, bend_x)) & (ONE - 1), (y + min(0, bend_y)) & (ONE - 1)
    return part_x + abs(bend_x) < columns * ONE and part_y + abs(bend_y) < 2 * ONE


@inlined
def _run(like: Any, flat: Plane, pitch: int, way: Path, wide: bool) -> Any:
    """As many neighbouring pixels as `like` has lanes; `wide`: from four columns instead of three."""
    x, y, dx, dy = way
    last = len(like) - 1
    column = (x + min(0, last * (dx - ONE))) >> FRACTION_BITS
    row = (y + min(0, last * dy)) >> FRACTION_BITS
    at = row * pitch + column
    right = ramp(like, x - (column << FRACTION_BITS), dx - ONE) >> (FRACTION_BITS - 8)
    top = y - (row << FRACTION_BITS)
    low = ramp(like, top << 1, dy << 1)
    full, whole = all_of(like, 256), all_of(like, 2 * ONE)
    first, third = above(full, right), above(right, full)
    fourth = above(right, full + full) if wide else above(like, like)
    second = full - first - third + fourth
    third = third - fourth - fourth
    weights = (first, second, third, fourth)
    upper = _row(like, flat, at, weights, wide)
    middle = _row(like, flat, at + pitch, weights, wide)
    if max(top, top + last * dy) < ONE:
        return part(upper, whole - low) + part(middle, low)
    above_it, below_it = above(whole, low), above(low, whole)
    lower = _row(like, flat, at + 2 * pitch, weights, wide)
    return part(upper, above_it) + part(middle, whole - above_it - below_it) + part(lower, below_it)


@inlined
def _row(like: Any, flat: Plane, at: int, weights: Any, wide: bool) -> Any:
    """The weighted columns of one row, with 8 fraction bits."""
    seen = weights[0] * read(like, flat, at) + weights[1] * read(like, flat, at + 1)
    seen = seen + weights[2] * read(like, flat, at + 2)
    return seen + weights[3] * read(like, flat, at + 3) if wide else seen


@kernel
def _one(flat: Plane, pitch: int, x: int, y: int) -> int:
    """A single pixel."""
    at = np.uint64((y >> FRACTION_BITS) * pitch + (x >> FRACTION_BITS))  # unsigned: no test for negative ones
    step, down = np.uint64(1), np.uint64(pitch)
    right, low = np.int64((x >> (FRACTION_BITS - 8)) & 255), np.int64((y & (ONE - 1)) << 1)
    upper = np.int64(flat[at]) * (256 - right) + np.int64(flat[at + step]) * right
    lower = np.int64(flat[at + down]) * (256 - right) + np.int64(flat[at + down + step]) * right
    return int((upper * (2 * ONE - low) >> 16) + (lower * low >> 16))
