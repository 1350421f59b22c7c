"""Make the pixels of a photo: warp, light, ground, blur and noise, straight in Y and half-size Cb, Cr.

Two passes over luma (one gathers, one blurs and adds grain) and one over chroma; geometry and light come
from a 16 px grid. Everything per pixel is whole numbers, so every machine makes the same bytes.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fakeforms import grounds
from fakeforms.camera import Geometry, Shot
from fakeforms.compiled import kernel

Plane = NDArray[np.uint8]
_GRAIN_SIDE = 2048
_KEYS = 1 << 40


def crease(luma: Plane, shot: Shot, px_per_mm: float) -> None:
    """Fold lines of a sheet that was delivered folded in quarters, in place on the flat sheet."""
    _crease(luma, px_per_mm, shot.crease, shot.key % _KEYS)


@dataclass(frozen=True, slots=True)
class Grids:
    """What is known every GRID_PX pixels of a photo, rows by columns of nodes."""

    source: NDArray[np.int32]  # (rows, columns, 2) pixel of the flat sheet, 16 fraction bits
    room: NDArray[np.int32]  # light on what is behind the sheet, 12 fraction bits
    paper: NDArray[np.int32]  # light on the sheet, 12 fraction bits


def expose(luma: Plane, tint: Plane, geometry: Geometry, px_per_mm: float) -> tuple[Plane, Plane, Plane]:
    """The photo's Y, Cb and Cr planes from the flat sheet's luma and blueness."""
    grids = survey(geometry, px_per_mm)
    cb, cr = colour(tint, geometry.shot, grids)
    return finish(gather(luma, geometry.shot, grids, px_per_mm), geometry.shot), cb, cr


def survey(geometry: Geometry, px_per_mm: float) -> Grids:
    """Where each grid node looks on the sheet, and how much light falls there."""
    shot = geometry.shot
    return Grids(
        *_survey(
            shot.width_px, shot.height_px, geometry.bend, np.array(geometry.inverse), px_per_mm,
            _light(shot), shot.key % _KEYS,
        )
    )  # fmt: skip


def gather(luma: Plane, shot: Shot, grids: Grids, px_per_mm: float) -> Plane:
    """Luma of the photo before blur and grain: sheet and ground, lit."""
    out = np.empty((shot.height_px, shot.width_px), np.uint8)
    shadow = np.array(
        [shot.cast_shadow_mm[0] * px_per_mm, shot.cast_shadow_mm[1] * px_per_mm, shot.cast_shadow_mm[2]]
    )
    turn = np.array([int(shot.ground_turn[0] * 65536), int(shot.ground_turn[1] * 65536), *shot.ground_offset])
    _gather(
        out, luma, grids.source, grids.room, grids.paper, grounds.texture(shot.ground), int(shot.ground_luma),
        turn, shadow, px_per_mm,
    )  # fmt: skip
    return out


def colour(tint: Plane, shot: Shot, grids: Grids) -> tuple[Plane, Plane]:
    """Cb and Cr of the photo at half size."""
    out = np.empty((2, shot.height_px // 2, shot.width_px // 2), np.uint8)
    casts = np.array([*shot.cast, *shot.ink_cast, *shot.ground_cast])
    _colour(out, tint, grids.source, grids.paper, grids.room, casts, _grain(), shot.key % _KEYS)
    return out[0], out[1]


def finish(raw: Plane, shot: Shot) -> Plane:
    """Luma as the phone stores it: out of focus by a little, with the sensor's grain."""
    out = np.empty_like(raw)
    _finish(raw, out, _taps(shot.blur_px), _grain(), int(shot.noise * 256), shot.key % _KEYS)
    return out


def _light(shot: Shot) -> NDArray[np.float64]:
    return np.array(
        [
            shot.paper_luma / 255.0, *shot.gradient, *shot.lamp, shot.vignette, *shot.shadow, *shot.quarters,
            shot.crumple,
        ]
    )  # fmt: skip


def _taps(sigma: float) -> NDArray[np.int32]:
    """Weights (centre, first, second neighbour) of a small bell, adding up to 256."""
    variance = sigma * sigma
    # binomial mixtures: a 3-tap with variance v has side weight v/2; two of them in a row give five taps
    side = min(0.25, variance / 4.0)
    middle = 1.0 - 2.0 * side
    second = int(256 * side * side + 0.5)
    first = int(256 * 2.0 * side * middle + 0.5)
    return np.array([256 - 2 * first - 2 * second, first, second], dtype=np.int32)


@lru_cache(maxsize=1)
def _grain() -> NDArray[np.int8]:
    """Sensor grain with standard deviation 32, slightly clotted as a phone leaves it."""
    out = np.empty((_GRAIN_SIDE, _GRAIN_SIDE), np.int8)
    _sow(out)
    return out


@kernel
def _random(key: int, counter: int) -> int:
    z = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(counter) * np.uint64(0xD1B54A32D192ED03)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return int((z ^ (z >> np.uint64(31))) >> np.uint64(2))


@kernel
def _sow(out: NDArray[np.int8]) -> None:
    side = len(out)
    white = np.empty((side, side), np.int32)
    for y in range(side):
        for x in range(side):
            bits = _random(77, y * side + x)
            white[y, x] = (
                (bits & 255) + ((bits >> 8) & 255) + ((bits >> 16) & 255) + ((bits >> 24) & 255) - 510
            )
    for y in range(side):
        up, down = (y - 1) % side, (y + 1) % side
        for x in range(side):
            left, right = (x - 1) % side, (x + 1) % side
            near = white[up, x] + white[down, x] + white[y, left] + white[y, right]
            v = (white[y, x] * 44 + near * 14) // 256
            out[y, x] = max(-127, min(127, v))


@kernel
def _crease(luma: Plane, scale: float, depth: float, key: int) -> None:
    height, width = luma.shape
    reach = int(2.6 * scale) + 1
    for axis in range(2):
        length = height if axis == 0 else width
        centre = (300.0 if axis == 0 else 450.0) * scale
        for along in range(length):
            knot = along // 24
            share = (along - 24 * knot) / 24.0
            a = (_random(key + axis, knot) & 1023) / 1023.0
            b = (_random(key + axis, knot + 1) & 1023) / 1023.0
            local = depth * (0.45 + 0.9 * (a * (1 - share) + b * share))
            middle = centre + 0.35 * scale * (a * (1 - share) + b * share - 0.5)
            for across in range(int(centre) - reach, int(centre) + reach + 1):
                d = (across - middle) / scale
                dark = max(0.0, 1.0 - abs(d) / 0.8) * local
                lit = max(0.0, 1.0 - abs(d - 1.3) / 1.2) * local * 0.35
                if axis == 0:
                    luma[along, across] = np.uint8(min(255.0, luma[along, across] * (1.0 - dark + lit * 0.4)))
                else:
                    luma[across, along] = np.uint8(min(255.0, luma[across, along] * (1.0 - dark + lit * 0.4)))


@kernel
def _survey(
    width: int,
    height: int,
    bend: NDArray[np.float64],
    inverse: NDArray[np.float64],
    scale: float,
    light: NDArray[np.float64],
    key: int,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Per grid node: sheet position (16 fraction bits) and light on ground and paper (12 fraction bits)."""
    columns, rows = width // 16 + 1, height // 16 + 1
    source = np.empty((rows, columns, 2), np.int32)
    gain = np.empty((rows, columns), np.int32)
    paper = np.empty((rows, columns), np.int32)
    for r in range(rows):
        for c in range(columns):
            x, y = 16.0 * c, 16.0 * r
            w = inverse[6] * x + inverse[7] * y + inverse[8]
            u = (inverse[0] * x + inverse[1] * y + inverse[2]) / w
            v = (inverse[3] * x + inverse[4] * y + inverse[5]) / w
            sx, sy = u, v
            for _ in range(4):
                a = min(1.2, max(-1.2, sx / 300.0 - 1.0))
                b = min(1.2, max(-1.2, sy / 450.0 - 1.0))
                sx = u - (bend[0] * (b * b - 1 / 3) + bend[1] * a * b + bend[4] * (abs(a) - 0.5))
                sy = v - (bend[2] * (a * a - 1 / 3) + bend[3] * a * b + bend[5] * (abs(b) - 0.5))
            source[r, c, 0] = int(np.floor((sx * scale - 0.5) * 65536.0))
            source[r, c, 1] = int(np.floor((sy * scale - 0.5) * 65536.0))
            # light as it falls in the room
            p, q = x / width, y / height
            lit = light[0] * (1.0 + light[1] * (p - 0.5) * 2 + light[2] * (q - 0.5) * 2)
            dx, dy = p - light[3], (q - light[4]) * 1.5
            lit *= 1.0 + light[5] * (1.0 / (1.0 + (dx * dx + dy * dy) / (light[6] * light[6])) - 0.35)
            lit *= 1.0 - light[7] * ((2 * p - 1) * (2 * p - 1) + (2 * q - 1) * (2 * q - 1))
            side = (light[8] * (p - 0.5) + light[9] * (q - 0.5)) - light[10]
            t = min(1.0, max(0.0, side / light[12] + 0.5))
            lit *= 1.0 - light[11] * t * t * (3.0 - 2.0 * t)
            gain[r, c] = int(min(1.25, max(0.05, lit)) * 4096)
            # the four quarters of the folded sheet lean differently; small dents everywhere
            fx = min(1.0, max(0.0, (sx - 286.0) / 28.0))
            fy = min(1.0, max(0.0, (sy - 436.0) / 28.0))
            top = light[13] * (1 - fx) + light[14] * fx
            bottom = light[15] * (1 - fx) + light[16] * fx
            dents = 0.0
            for octave in range(2):
                cell = 70.0 if octave == 0 else 27.0
                i, j = int(np.floor(sx / cell)), int(np.floor(sy / cell))
                e, f = sx / cell - i, sy / cell - j
                e, f = e * e * (3 - 2 * e), f * f * (3 - 2 * f)
                n00 = (_random(key + octave, (j + 64) * 256 + i + 64) & 1023) / 511.5 - 1.0
                n10 = (_random(key + octave, (j + 64) * 256 + i + 65) & 1023) / 511.5 - 1.0
                n01 = (_random(key + octave, (j + 65) * 256 + i + 64) & 1023) / 511.5 - 1.0
                n11 = (_random(key + octave, (j + 65) * 256 + i + 65) & 1023) / 511.5 - 1.0
                dents += ((n00 * (1 - e) + n10 * e) * (1 - f) + (n01 * (1 - e) + n11 * e) * f) * (
                    0.7 if octave == 0 else 0.5
                )
            lit *= 1.0 + top * (1 - fy) + bottom * fy + light[17] * dents
            paper[r, c] = int(min(1.0, max(0.05, lit)) * 4096)
    return source, gain, paper


@kernel
def _gather(  # noqa: PLR0915 - one loop on purpose: a pixel is visited once
    out: Plane,
    sheet: Plane,
    source: NDArray[np.int32],
    gain: NDArray[np.int32],
    paper: NDArray[np.int32],
    texture: NDArray[np.int16],
    ground: int,
    turn: NDArray[np.int64],
    shadow: NDArray[np.float64],
    scale: float,
) -> None:
    sheet_height, sheet_width = sheet.shape
    limit_x, limit_y = (sheet_width - 2) << 16, (sheet_height - 2) << 16
    # flat and unsigned: numba then needs no test for negative indices
    flat = sheet.reshape(-1)
    one, pitch = np.uint64(1), np.uint64(sheet_width)
    wall = texture.reshape(-1)
    shadow_x, shadow_y, shadow_depth = int(shadow[0] * 65536), int(shadow[1] * 65536), int(shadow[2] * 256)
    shadow_slope = int(shadow_depth * 256 / (14.0 * scale))  # per 1/256 px, 16 fraction bits
    for by in range(out.shape[0] // 16):
        for bx in range(out.shape[1] // 16):
            inside = True
            for k in range(4):
                sx, sy = source[by + k // 2, bx + k % 2, 0], source[by + k // 2, bx + k % 2, 1]
                if sx < 65536 or sy < 65536 or sx >= limit_x or sy >= limit_y:
                    inside = False
            for row in range(16):
                y = by * 16 + row
                low = 16 - row
                xa = (source[by, bx, 0] * low + source[by + 1, bx, 0] * row) >> 4
                xb = (source[by, bx + 1, 0] * low + source[by + 1, bx + 1, 0] * row) >> 4
                ya = (source[by, bx, 1] * low + source[by + 1, bx, 1] * row) >> 4
                yb = (source[by, bx + 1, 1] * low + source[by + 1, bx + 1, 1] * row) >> 4
                ga = (paper[by, bx] * low + paper[by + 1, bx] * row) >> 4
                gb = (paper[by, bx + 1] * low + paper[by + 1, bx + 1] * row) >> 4
                step_x, step_y, step_g = (xb - xa) >> 4, (yb - ya) >> 4, (gb - ga)
                g16 = ga << 4
                if inside:
                    for x in range(bx * 16, bx * 16 + 16):
                        at = np.uint64((ya >> 16) * sheet_width + (xa >> 16))
                        fx, fy = (xa >> 8) & 255, (ya >> 8) & 255
                        u0, u1 = np.int32(flat[at]), np.int32(flat[at + one])
                        d0, d1 = np.int32(flat[at + pitch]), np.int32(flat[at + pitch + one])
                        up = (u0 << 8) + (u1 - u0) * fx
                        down = (d0 << 8) + (d1 - d0) * fx
                        value = ((up << 8) + (down - up) * fy) >> 10
                        out[np.uint64(y), np.uint64(x)] = (value * (g16 >> 4) + (1 << 17)) >> 18
                        xa += step_x
                        ya += step_y
                        g16 += step_g
                    continue
                ra = (gain[by, bx] * low + gain[by + 1, bx] * row) >> 4
                rb = (gain[by, bx + 1] * low + gain[by + 1, bx + 1] * row) >> 4
                for x in range(bx * 16, bx * 16 + 16):
                    # share of the pixel covered by paper, from its distance to the nearest edge
                    edge = min(xa, ya, (sheet_width << 16) - 65536 - xa, (sheet_height << 16) - 65536 - ya)
                    share = min(256, max(0, (edge + 49152) >> 8))
                    value = 0
                    if share > 0:
                        ix = min(sheet_width - 2, max(0, xa >> 16))
                        iy = min(sheet_height - 2, max(0, ya >> 16))
                        fx, fy = (xa >> 8) & 255, (ya >> 8) & 255
                        at = np.uint64(iy * sheet_width + ix)
                        up = flat[at] * (256 - fx) + flat[at + one] * fx
                        down = flat[at + pitch] * (256 - fx) + flat[at + pitch + one] * fx
                        value = (((up * (256 - fy) + down * fy) >> 8) * (g16 >> 4) + (1 << 19)) >> 20
                    if share < 256:
                        u = ((x * turn[0] - y * turn[1]) >> 16) + turn[2]
                        v = ((x * turn[1] + y * turn[0]) >> 16) + turn[3]
                        behind = ground + np.int64(wall[np.uint64(((v & 511) << 9) + (u & 511))])
                        # the sheet's own shadow on what is behind it
                        px, py = xa - shadow_x, ya - shadow_y
                        away = max(-px, px - (sheet_width << 16), -py, py - (sheet_height << 16), 0)
                        dark = max(0, shadow_depth - (away >> 8) * shadow_slope // 65536)
                        room = ra + (((rb - ra) * (x - bx * 16)) >> 4)
                        lit = (max(0, behind) * (256 - dark) >> 8) * room * 5 >> 14
                        value = (value * share + min(255, lit) * (256 - share)) >> 8
                    out[np.uint64(y), np.uint64(x)] = min(255, value)
                    xa += step_x
                    ya += step_y
                    g16 += step_g


@kernel
def _colour(
    out: NDArray[np.uint8],
    tint: Plane,
    source: NDArray[np.int32],
    paper: NDArray[np.int32],
    gain: NDArray[np.int32],
    casts: NDArray[np.float64],
    grain: NDArray[np.int8],
    key: int,
) -> None:
    sheet_height, sheet_width = tint.shape
    flat = tint.reshape(-1)
    one, pitch = np.uint64(1), np.uint64(sheet_width)
    light_b, light_r = int(casts[0] * 256), int(casts[1] * 256)
    ink_b, ink_r = int(casts[2] * 256), int(casts[3] * 256)
    ground_b, ground_r = int((casts[0] + casts[4]) * 256), int((casts[1] + casts[5]) * 256)
    for by in range(out.shape[1] // 8):
        for row in range(8):
            y = by * 8 + row
            low = 8 - row
            offset = _random(key, y) % (2048 * 1024)
            specks, start = grain[offset >> 10], offset & 1023
            blue, red = out[0, y], out[1, y]
            for bx in range(out.shape[2] // 8):
                xa = (source[by, bx, 0] * low + source[by + 1, bx, 0] * row) >> 3
                xb = (source[by, bx + 1, 0] * low + source[by + 1, bx + 1, 0] * row) >> 3
                ya = (source[by, bx, 1] * low + source[by + 1, bx, 1] * row) >> 3
                yb = (source[by, bx + 1, 1] * low + source[by + 1, bx + 1, 1] * row) >> 3
                ga = (paper[by, bx] * low + paper[by + 1, bx] * row) >> 3
                gb = (paper[by, bx + 1] * low + paper[by + 1, bx + 1] * row) >> 3
                step_x, step_y, step_g = (xb - xa) >> 3, (yb - ya) >> 3, (gb - ga) >> 3
                for x in range(bx * 8, bx * 8 + 8):
                    ix, iy = xa >> 16, ya >> 16
                    speckle = np.int64(specks[np.uint64(start + x)]) >> 5
                    if 0 <= ix < sheet_width - 1 and 0 <= iy < sheet_height - 1:
                        at = np.uint64(iy * sheet_width + ix)
                        near = np.int64(flat[at]) + flat[at + one] + flat[at + pitch] + flat[at + pitch + one]
                        b = (light_b * 1024 + (ink_b - (light_b >> 1)) * near) >> 10
                        r = (light_r * 1024 + (ink_r - (light_r >> 1)) * near) >> 10
                        blue[np.uint64(x)] = 128 + ((b * ga + (1 << 19)) >> 20) + speckle
                        red[np.uint64(x)] = 128 + ((r * ga + (1 << 19)) >> 20) + speckle
                    else:
                        room = gain[by, bx]
                        blue[np.uint64(x)] = 128 + ((ground_b * room) >> 20) + speckle
                        red[np.uint64(x)] = 128 + ((ground_r * room) >> 20) + speckle
                    xa += step_x
                    ya += step_y
                    ga += step_g


@kernel
def _finish(
    raw: Plane, out: Plane, taps: NDArray[np.int32], grain: NDArray[np.int8], noise: int, key: int
) -> None:
    """Blur by a five-tap bell in both directions, then grain that grows with the light."""
    height, width = raw.shape
    w0, w1, w2 = taps[0], taps[1], taps[2]
    line = np.empty(width + 4, np.int32)
    for y in range(height):
        above2, above1 = raw[max(0, y - 2)], raw[max(0, y - 1)]
        here = raw[y]
        below1, below2 = raw[min(height - 1, y + 1)], raw[min(height - 1, y + 2)]
        for x in range(width):
            near = np.int32(above1[x]) + np.int32(below1[x])
            far = np.int32(above2[x]) + np.int32(below2[x])
            line[x + 2] = w0 * np.int32(here[x]) + w1 * near + w2 * far
        line[0] = line[2]
        line[1] = line[2]
        line[width + 2] = line[width + 1]
        line[width + 3] = line[width + 1]
        offset = _random(key + 1, y)
        grains = grain[offset & 2047]
        start = (offset >> 11) & 511
        for x in range(width):
            v = w0 * line[x + 2] + w1 * (line[x + 1] + line[x + 3]) + w2 * (line[x] + line[x + 4])
            level = v >> 16
            # sigma at this level: 0.7 of nominal in the dark, 1.1 in the light
            grit = np.int32(grains[start + x]) * np.int32(noise) * (180 + (level >> 1))
            shown = (v + (grit >> 5) + (1 << 15)) >> 16
            out[y, x] = min(255, max(0, shown))
