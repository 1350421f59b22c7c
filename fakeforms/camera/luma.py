"""Luma of a photo before the sensor: the sheet and what lies behind it, each in its light, block by block."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fakeforms.camera.room import Texture, behind, coverage, texture_at
from fakeforms.camera.sampling import (
    Lamps,
    Slopes,
    lamps,
    lit,
    path,
    place,
    sample,
    sample_edge,
    sample_straight,
    slopes,
    straight,
    within,
)
from fakeforms.compiled import inlined, kernel
from fakeforms.lanes import all_of, byte, part, ramp, read, sixteen, write

Plane = NDArray[np.uint8]


@kernel
def gather(
    out: Plane,
    sheet: Plane,
    source: NDArray[np.int32],
    gain: NDArray[np.int32],
    paper: NDArray[np.int32],
    wall: NDArray[np.int16],
    ground: int,
    turn: NDArray[np.int64],
    shadow: NDArray[np.int64],
) -> None:
    """Fill `out`. source, gain, paper: see `survey.Grids`; wall: `room.tile`, ground: its luma; turn: cosine,
    sine (16 fraction bits), offset x, y of the tile; shadow: `room.fall`."""
    height, width = sheet.shape
    size, pitch = (width, height), out.shape[1]
    flat, bricks, result = sheet.reshape(-1), wall.reshape(-1), out.reshape(-1)
    desk = np.empty(16, np.uint16)
    for by in range(out.shape[0] // 16):
        for bx in range(pitch // 16):
            where, at = place(source, by, bx, width, height), by * 16 * pitch + bx * 16
            ends = slopes(source, by, bx)
            if where > 0 and straight(ends):
                _flat_block(result, at, pitch, flat, width, ends, lamps(paper, by, bx))
            elif where >= 0:
                _sheet_block(result, at, pitch, flat, size, ends, lamps(paper, by, bx), desk)
            if where <= 0:
                corner = texture_at(bx * 16, by * 16, turn, len(wall))
                light = lamps(gain, by, bx)
                edge = where == 0
                _room_block(result, at, pitch, bricks, ground, corner, ends, size, light, shadow, edge)


@kernel
def _flat_block(out: Plane, at: int, pitch: int, flat: Plane, width: int, ends: Slopes, lamp: Lamps) -> None:
    """Lit paper, read in straight runs: most of a photo."""
    for row in range(16):
        seen = sample_straight(flat, width, path(ends, row))
        write(out, at + row * pitch, _under(seen, lit(lamp, row)))


@kernel
def _sheet_block(
    out: Plane,
    at: int,
    pitch: int,
    flat: Plane,
    size: tuple[int, int],
    ends: Slopes,
    lamp: Lamps,
    desk: NDArray[np.uint16],
) -> None:
    """Lit paper where perspective is strong, or where the sheet may end."""
    for row in range(16):
        way = path(ends, row)
        if within(way, size):
            seen = sample(flat, size[0], way, desk)
        else:
            sample_edge(flat, size, way, desk)
            seen = read(sixteen(), desk, 0)
        write(out, at + row * pitch, _under(seen, lit(lamp, row)))


@inlined
def _under(seen: Any, light: tuple[int, int]) -> Any:
    """Paper of that luma in that light, 0..255."""
    lamp = ramp(seen, light[0] >> 1, (light[1] - light[0]) >> 5)
    return byte(part(seen, lamp) + all_of(seen, 32), 6)


@kernel
def _room_block(
    out: Plane,
    at: int,
    pitch: int,
    bricks: NDArray[np.int16],
    ground: int,
    corner: Texture,
    ends: Slopes,
    size: tuple[int, int],
    lamp: Lamps,
    shadow: NDArray[np.int64],
    edge: bool,
) -> None:
    """What lies behind; where the sheet's `edge` may be, only as far as the sheet leaves it free."""
    for row in range(16):
        way, spot = path(ends, row), at + row * pitch
        room = behind(bricks, ground, corner, row, way, size, lit(lamp, row), shadow)
        if edge:
            share = coverage(way, size)
            over = read(share, out, spot) * share + room * (all_of(share, 64) - share)
            room = (over + all_of(share, 32)) >> 6
        write(out, spot, room)
