"""What lies behind the sheet, in the light of the room and under the sheet's own shadow.

The texture is brought to the photo's scale once (`tile`), so a run of pixels reads neighbours of one row. A
turned ground is followed in steps of eight pixels, as reading the nearest pixel would do it.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fakeforms.camera import grounds
from fakeforms.camera.sampling import FRACTION_BITS, ONE, Path
from fakeforms.compiled import inlined, kernel
from fakeforms.lanes import above, all_of, byte, eight, joined, part, ramp, read, sixteen
from fakeforms.shelf import Shelf

_STEP = 1.19
_TILES: Shelf[NDArray[np.int16]] = Shelf(64_000_000)
_USUAL_WIDTH_PX = 1200
_MARGIN = 32
_NEAR_MM = 14.0
"""How far the sheet's shadow reaches."""

Texture = tuple[int, int, int, int, int]
"""x, y on a tile, and their change per pixel to the right, and the tile's side: all with 16 fraction bits."""


def tile(name: str, side: int) -> NDArray[np.int16]:
    """A ground's texture brought to `side` pixels, shape (side, side + 32): the first columns come again."""
    return _TILES.get((name, side), lambda: _resized(grounds.texture(name), side))


def _resized(texture: NDArray[np.int16], side: int) -> NDArray[np.int16]:
    out = np.empty((side, side + _MARGIN), np.int16)
    _resize(texture, out)
    return out


def side_for(width_px: int, zoom: float) -> int:
    """Side of the tile for a photo of that width; one of a few, so that tiles can be kept."""
    wanted, side = grounds.SIDE * width_px / _USUAL_WIDTH_PX / zoom, 128.0
    while side * _STEP < wanted:
        side *= _STEP
    return int(side)


def fall(depth: float, shift_mm: Sequence[float], px_per_mm: float) -> NDArray[np.int64]:
    """The sheet's shadow as `behind` takes it: shift right and down (as positions), depth (15 fraction bits),
    reach in px (6 fraction bits), and what brings that to 32768."""
    reach = min(256.0, _NEAR_MM * px_per_mm) * 64
    right, down = shift_mm[0] * px_per_mm * ONE, shift_mm[1] * px_per_mm * ONE
    return np.array([right, down, depth * 32768, reach, 32768 / reach + 1], dtype=np.int64)


@kernel
def _resize(texture: NDArray[np.int16], out: NDArray[np.int16]) -> None:
    """Bilinear, and round the corner as the texture does."""
    old, new = len(texture), len(out)
    line = np.empty(old + 1, np.int32)
    for y in range(new):
        place = y * old * 256 // new
        j, low = place >> 8, np.int32(place & 255)
        below = (j + 1) % old
        for i in range(old):
            line[i] = (np.int32(texture[j, i]) << 8) + (np.int32(texture[below, i]) - texture[j, i]) * low
        line[old] = line[0]
        step, place = (old << 20) // new, 0
        for x in range(new):
            left, right = np.uint64(place >> 20), np.int64((place >> 12) & 255)
            out[y, x] = ((np.int64(line[left]) << 8) + (line[left + np.uint64(1)] - line[left]) * right) >> 16
            place += step
        out[y, new:] = out[y, : out.shape[1] - new]


@inlined
def texture_at(x: int, y: int, turn: NDArray[np.int64], side: int) -> Texture:
    """Where pixel x, y of the photo looks on a tile of that side; `turn` as in `luma.gather`."""
    whole = side << 16
    u = x * turn[0] - y * turn[1] + (turn[2] << 16)
    v = x * turn[1] + y * turn[0] + (turn[3] << 16)
    return u % whole, v % whole, turn[0], turn[1], whole


@inlined
def _round(place: int, whole: int) -> int:
    """A place on the tile, after a few steps beyond it."""
    if place >= whole:
        place -= whole
    return place + whole if place < 0 else place


@inlined
def behind(
    bricks: NDArray[np.int16],
    ground: int,
    corner: Texture,
    row: int,
    way: Path,
    size: tuple[int, int],
    light: tuple[int, int],
    shadow: NDArray[np.int64],
) -> Any:
    """Sixteen pixels of the ground, 0..255: row `row` of a block whose corner is at `corner` of the tile.

    light: at the first pixel and behind the last, 65536 for full light.
    """
    u, v, du, dv, whole = corner
    u, v = _round(u - row * dv, whole), _round(v + row * du, whole)
    like, few, pitch = sixteen(), eight(), (whole >> 16) + _MARGIN
    at = (_round(v + 4 * dv, whole) >> 16) * pitch + (u >> 16)
    first = read(few, bricks, at)
    at = (_round(v + 12 * dv, whole) >> 16) * pitch + (_round(u + 8 * du, whole) >> 16)
    seen = byte(joined(first, read(few, bricks, at)) + all_of(like, ground), 0) * all_of(like, 128)
    beyond = _beyond(like, way, size, (shadow[0], shadow[1]), FRACTION_BITS - 6)
    full, reach, depth = all_of(like, 32768), all_of(like, shadow[3]), all_of(like, shadow[2])
    away = above(beyond, full)
    away = (away - above(away, reach)) * all_of(like, shadow[4])
    away = away - above(away, full)
    kept = full - depth + part(away, depth + depth)
    lamp = ramp(like, light[0] * 5 >> 3, (light[1] - light[0]) * 5 >> 7)
    return byte(part(part(seen, kept), lamp) + all_of(like, 16), 5)


@inlined
def coverage(way: Path, size: tuple[int, int]) -> Any:
    """How much of sixteen pixels the sheet covers, 0..64; its edge is soft over one pixel."""
    like = sixteen()
    past = _beyond(like, way, (size[0] - 1, size[1] - 1), (0, 0), FRACTION_BITS - 9)
    left = above(all_of(like, 32768 + (3 << 7)), past) >> 3
    return left - above(left, all_of(like, 64))


@inlined
def _beyond(like: Any, way: Path, size: tuple[int, int], shift: tuple[int, int], shed: int) -> Any:
    """How far past the edge of a sheet pixels look: 32768 is on it; `shed` fraction bits are left out."""
    x, y, dx, dy = way
    x, y = x - shift[0], y - shift[1]
    far = 20000
    left = min(far, max(-far, -x >> shed))
    right = min(far, max(-far, (x - (size[0] << FRACTION_BITS)) >> shed))
    top = min(far, max(-far, -y >> shed))
    bottom = min(far, max(-far, (y - (size[1] << FRACTION_BITS)) >> shed))
    most = ramp(like, 32768 + left, -dx >> shed)
    for_right = ramp(like, 32768 + right, dx >> shed)
    most = most + above(for_right, most)
    for_top = ramp(like, 32768 + top, -dy >> shed)
    most = most + above(for_top, most)
    for_bottom = ramp(like, 32768 + bottom, dy >> shed)
    return most + above(for_bottom, most)
