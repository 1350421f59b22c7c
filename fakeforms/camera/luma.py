"""Luma of a photo before the sensor: the sheet and what lies behind it, each in its light, block by block."""

import numpy as np
from numpy.typing import NDArray

from fakeforms.camera.room import behind, coverage
from fakeforms.camera.sampling import path, place, sample, sample_edge, within
from fakeforms.compiled import kernel
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
    size, side = (width, height), len(wall)
    flat, bricks, result = sheet.reshape(-1), wall.reshape(-1), out.reshape(-1)
    desk, like = np.empty(16, np.uint16), sixteen()
    half = all_of(like, 32)
    for by in range(out.shape[0] // 16):
        for bx in range(out.shape[1] // 16):
            where = place(source, by, bx, width, height)
            for row in range(16):
                y, x, low = by * 16 + row, bx * 16, 16 - row
                at = y * out.shape[1] + x
                way = path(source, by, bx, row)
                if where >= 0:
                    light = (paper[by, bx] * low + paper[by + 1, bx] * row) >> 1
                    end = (paper[by, bx + 1] * low + paper[by + 1, bx + 1] * row) >> 1
                    if where > 0 or within(way, size):
                        seen = sample(flat, width, way, desk)
                    else:
                        sample_edge(flat, size, way, desk)
                        seen = read(like, desk, 0)
                    lit = byte(part(seen, ramp(like, light, (end - light) >> 4)) + half, 6)
                    write(result, at, lit)
                if where <= 0:
                    light = ((gain[by, bx] * low + gain[by + 1, bx] * row) * 5) >> 3
                    end = ((gain[by, bx + 1] * low + gain[by + 1, bx + 1] * row) * 5) >> 3
                    u = x * turn[0] - y * turn[1] + (turn[2] << 16)
                    v = x * turn[1] + y * turn[0] + (turn[3] << 16)
                    texture_at = (u, v, turn[0], turn[1])
                    room = behind(
                        bricks, side, ground, texture_at, way, size, (light, (end - light) >> 4), shadow, desk
                    )
                    if where == 0:
                        share = coverage(way, size)
                        over = read(like, result, at) * share + room * (all_of(like, 64) - share)
                        room = (over + half) >> 6
                    write(result, at, room)
