"""Per-pixel kernels of the photo, in whole numbers so that every machine makes the same bytes.

`develop` decides what to call with what; nothing here knows about shots or sheets. Positions on the sheet
have 16 fraction bits, light has 12; both are given every 16 px and interpolated between.
"""

import numpy as np
from numpy.typing import NDArray

from fakeforms.compiled import kernel
from fakeforms.counter import bits, noise

Plane = NDArray[np.uint8]


@kernel
def sow(out: NDArray[np.int8]) -> None:
    side = len(out)
    white = np.empty((side, side), np.int32)
    for y in range(side):
        for x in range(side):
            drawn = bits(77, y * side + x)
            white[y, x] = (
                (drawn & 255) + ((drawn >> 8) & 255) + ((drawn >> 16) & 255) + ((drawn >> 24) & 255) - 510
            )
    for y in range(side):
        up, down = (y - 1) % side, (y + 1) % side
        for x in range(side):
            left, right = (x - 1) % side, (x + 1) % side
            near = white[up, x] + white[down, x] + white[y, left] + white[y, right]
            v = (white[y, x] * 44 + near * 14) // 256
            out[y, x] = max(-127, min(127, v))


@kernel
def crease(luma: Plane, scale: float, depth: float, key: int) -> None:
    """Fold lines down the middle and across, in place: a worn valley, and one side turned from the light."""
    height, width = luma.shape
    reach = int(9.0 * scale) + 1
    for axis in range(2):
        length = height if axis == 0 else width
        centre = (width if axis == 0 else height) / 2.0
        side = 1.0 if bits(key + 9, axis) & 1 else -1.0
        for along in range(length):
            knot = along // 24
            share = (along - 24 * knot) / 24.0
            a = 0.5 + 0.5 * noise(key + axis, knot)
            b = 0.5 + 0.5 * noise(key + axis, knot + 1)
            wear = a * (1 - share) + b * share
            local = depth * (0.4 + 0.9 * wear)
            middle = centre + 0.9 * scale * (wear - 0.5)
            for across in range(int(centre) - reach, int(centre) + reach + 1):
                d = side * (across - middle) / scale
                valley = max(0.0, 1.0 - abs(d) / 0.7) * local
                slope = max(0.0, 1.0 - d / 8.5) * local * 0.55 if d > 0 else 0.0
                kept = 1.0 - max(valley, slope)
                if axis == 0:
                    luma[along, across] = np.uint8(luma[along, across] * kept)
                else:
                    luma[across, along] = np.uint8(luma[across, along] * kept)


@kernel
def survey(
    width: int,
    height: int,
    half_width: float,
    half_height: float,
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
                a = min(1.2, max(-1.2, sx / half_width - 1.0))
                b = min(1.2, max(-1.2, sy / half_height - 1.0))
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
            fx = min(1.0, max(0.0, (sx - half_width) / 28.0 + 0.5))
            fy = min(1.0, max(0.0, (sy - half_height) / 28.0 + 0.5))
            top = light[13] * (1 - fx) + light[14] * fx
            bottom = light[15] * (1 - fx) + light[16] * fx
            dents = 0.0
            for octave in range(2):
                cell = 70.0 if octave == 0 else 27.0
                i, j = int(np.floor(sx / cell)), int(np.floor(sy / cell))
                e, f = sx / cell - i, sy / cell - j
                e, f = e * e * (3 - 2 * e), f * f * (3 - 2 * f)
                n00 = noise(key + octave, (j + 64) * 256 + i + 64)
                n10 = noise(key + octave, (j + 64) * 256 + i + 65)
                n01 = noise(key + octave, (j + 65) * 256 + i + 64)
                n11 = noise(key + octave, (j + 65) * 256 + i + 65)
                dents += ((n00 * (1 - e) + n10 * e) * (1 - f) + (n01 * (1 - e) + n11 * e) * f) * (
                    0.7 if octave == 0 else 0.5
                )
            lit *= 1.0 + top * (1 - fy) + bottom * fy + light[17] * dents
            paper[r, c] = int(min(1.0, max(0.05, lit)) * 4096)
    return source, gain, paper


@kernel
def gather(
    out: Plane,
    sheet: Plane,
    source: NDArray[np.int32],
    gain: NDArray[np.int32],
    paper: NDArray[np.int32],
    texture: NDArray[np.int16],
    ground: int,
    turn: NDArray[np.int64],
    shadow: NDArray[np.int64],
) -> None:
    """Luma of sheet and ground, lit. turn: cosine, sine (16 fraction bits), offset x, y of the texture;
    shadow: shift right and down (16 bits), depth (of 256), fall per 1/256 px (16 bits)."""
    height, width = sheet.shape
    flat, wall = sheet.reshape(-1), texture.reshape(-1)
    for by in range(out.shape[0] // 16):
        for bx in range(out.shape[1] // 16):
            place = _place(source, by, bx, width, height)
            for row in range(16):
                y, x, low = by * 16 + row, bx * 16, 16 - row
                line = out[y, x : x + 16]
                xa = (source[by, bx, 0] * low + source[by + 1, bx, 0] * row) >> 4
                xb = (source[by, bx + 1, 0] * low + source[by + 1, bx + 1, 0] * row) >> 4
                ya = (source[by, bx, 1] * low + source[by + 1, bx, 1] * row) >> 4
                yb = (source[by, bx + 1, 1] * low + source[by + 1, bx + 1, 1] * row) >> 4
                dx, dy = (xb - xa) >> 4, (yb - ya) >> 4
                ga = paper[by, bx] * low + paper[by + 1, bx] * row
                dg = (paper[by, bx + 1] * low + paper[by + 1, bx + 1] * row - ga) >> 4
                if place > 0:
                    _sheet_run(line, flat, width, xa, ya, ga, dx, dy, dg)
                    continue
                if place == 0:
                    _edge_run(line, sheet, xa, ya, ga, dx, dy, dg)
                ra = gain[by, bx] * low + gain[by + 1, bx] * row
                rb = gain[by, bx + 1] * low + gain[by + 1, bx + 1] * row
                u = x * turn[0] - y * turn[1] + (turn[2] << 16)
                v = x * turn[1] + y * turn[0] + (turn[3] << 16)
                steps = (turn[0], turn[1], dx, dy, (rb - ra) >> 4)
                _room_run(line, wall, ground, (width << 16, height << 16), u, v, xa, ya, ra, steps, shadow)


@kernel
def _place(source: NDArray[np.int32], by: int, bx: int, width: int, height: int) -> int:
    """1 if a block lies on the sheet, -1 if it lies off it, 0 if the sheet's edge may run through it."""
    inside, left, right, above, below = True, 0, 0, 0, 0
    for k in range(4):
        x, y = source[by + k // 2, bx + k % 2, 0], source[by + k // 2, bx + k % 2, 1]
        inside = inside and 65536 <= x < (width - 2) << 16 and 65536 <= y < (height - 2) << 16
        left += int(x < -65536)
        right += int(x > width << 16)
        above += int(y < -65536)
        below += int(y > height << 16)
    if inside:
        return 1
    return -1 if max(left, right, above, below) == 4 else 0


@kernel
def _sheet_run(
    line: Plane, flat: Plane, width: int, xa: int, ya: int, gain: int, dx: int, dy: int, dg: int
) -> None:
    """Sixteen pixels of lit paper, all of them on the sheet.

    Indices are unsigned, because numba then needs no test for negative ones.
    """
    one, pitch = np.uint64(1), np.uint64(width)
    for x in range(16):
        at = np.uint64((ya >> 16) * width + (xa >> 16))
        fx, fy = (xa >> 8) & 255, (ya >> 8) & 255
        u0, u1 = np.int32(flat[at]), np.int32(flat[at + one])
        d0, d1 = np.int32(flat[at + pitch]), np.int32(flat[at + pitch + one])
        up = (u0 << 8) + (u1 - u0) * fx
        down = (d0 << 8) + (d1 - d0) * fx
        value = ((up << 8) + (down - up) * fy) >> 10
        line[np.uint64(x)] = (value * (gain >> 4) + (1 << 17)) >> 18
        xa += dx
        ya += dy
        gain += dg


@kernel
def _edge_run(line: Plane, sheet: Plane, xa: int, ya: int, gain: int, dx: int, dy: int, dg: int) -> None:
    """The same where the run may leave the sheet: positions are clamped to it."""
    most_x, most_y = ((sheet.shape[1] - 1) << 16) - 1, ((sheet.shape[0] - 1) << 16) - 1
    for x in range(16):
        px, py = min(most_x, max(0, xa)), min(most_y, max(0, ya))
        ix, iy, fx, fy = px >> 16, py >> 16, (px >> 8) & 255, (py >> 8) & 255
        up = sheet[iy, ix] * (256 - fx) + sheet[iy, ix + 1] * fx
        down = sheet[iy + 1, ix] * (256 - fx) + sheet[iy + 1, ix + 1] * fx
        line[x] = (((up * (256 - fy) + down * fy) >> 10) * (gain >> 4) + (1 << 17)) >> 18
        xa += dx
        ya += dy
        gain += dg


@kernel
def _room_run(
    line: Plane,
    wall: NDArray[np.int16],
    ground: int,
    size: tuple[int, int],
    u: int,
    v: int,
    xa: int,
    ya: int,
    room: int,
    steps: tuple[int, int, int, int, int],
    shadow: NDArray[np.int64],
) -> None:
    """Sixteen pixels of what lies behind, blended over the paper that is already there by its coverage."""
    du, dv, dx, dy, dr = steps
    for x in range(16):
        edge = min(xa, ya, size[0] - 65536 - xa, size[1] - 65536 - ya)
        share = min(256, max(0, (edge + 49152) >> 8))
        if share < 256:
            behind = ground + np.int64(wall[np.uint64((((v >> 16) & 511) << 9) + ((u >> 16) & 511))])
            # the sheet's own shadow on what is behind it
            px, py = xa - shadow[0], ya - shadow[1]
            away = max(-px, px - size[0], -py, py - size[1], 0)
            dark = max(0, shadow[2] - ((away >> 8) * shadow[3] >> 16))
            lit = min(255, (max(0, behind) * (256 - dark) >> 8) * room * 5 >> 18)
            line[x] = (line[x] * share + lit * (256 - share)) >> 8 if share else lit
        u += du
        v += dv
        xa += dx
        ya += dy
        room += dr


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
    """Cb and Cr at half size. casts: Cb, Cr of paper, of ink, of the ground."""
    height, width = tint.shape
    flat = tint.reshape(-1)
    ground_b, ground_r = int((casts[0] + casts[4]) * 256), int((casts[1] + casts[5]) * 256)
    # what a pixel's blueness (mean of its neighbours, 0..255) makes of paper, in 1/256
    blue, red = np.empty(256, np.int32), np.empty(256, np.int32)
    for k in range(256):
        blue[k] = int((casts[0] * (1 - k / 510.0) + casts[2] * k / 255.0) * 256)
        red[k] = int((casts[1] * (1 - k / 510.0) + casts[3] * k / 255.0) * 256)
    for by in range(out.shape[1] // 8):
        for row in range(8):
            y, low = by * 8 + row, 8 - row
            offset = bits(key, y) % (2048 * 1024)
            specks = grain[offset >> 10, offset & 1023 :]
            for bx in range(out.shape[2] // 8):
                xa = (source[by, bx, 0] * low + source[by + 1, bx, 0] * row) >> 3
                xb = (source[by, bx + 1, 0] * low + source[by + 1, bx + 1, 0] * row) >> 3
                ya = (source[by, bx, 1] * low + source[by + 1, bx, 1] * row) >> 3
                yb = (source[by, bx + 1, 1] * low + source[by + 1, bx + 1, 1] * row) >> 3
                ends = max(xa, xb) < (width - 1) << 16 and max(ya, yb) < (height - 1) << 16
                x = bx * 8
                line_b, line_r, speck = out[0, y, x : x + 8], out[1, y, x : x + 8], specks[x : x + 8]
                if ends and min(xa, xb, ya, yb) >= 0:
                    ga = (paper[by, bx] * low + paper[by + 1, bx] * row) >> 3
                    gb = (paper[by, bx + 1] * low + paper[by + 1, bx + 1] * row) >> 3
                    steps = ((xb - xa) >> 3, (yb - ya) >> 3, (gb - ga) >> 3)
                    _tint_run(line_b, line_r, speck, flat, width, xa, ya, ga, steps, blue, red)
                    continue
                paper_b, paper_r = (blue[0] * paper[by, bx]) >> 20, (red[0] * paper[by, bx]) >> 20
                wall_b, wall_r = (ground_b * gain[by, bx]) >> 20, (ground_r * gain[by, bx]) >> 20
                for k in range(8):
                    px, py = xa + (((xb - xa) * k) >> 3), ya + (((yb - ya) * k) >> 3)
                    on = 0 <= px < (width - 1) << 16 and 0 <= py < (height - 1) << 16
                    line_b[k] = 128 + (paper_b if on else wall_b) + (speck[k] >> 5)
                    line_r[k] = 128 + (paper_r if on else wall_r) + (speck[k] >> 5)


@kernel
def _tint_run(
    line_b: Plane,
    line_r: Plane,
    speck: NDArray[np.int8],
    flat: Plane,
    width: int,
    xa: int,
    ya: int,
    gain: int,
    steps: tuple[int, int, int],
    blue: NDArray[np.int32],
    red: NDArray[np.int32],
) -> None:
    """Eight pixels of the colour of paper and ink."""
    one, pitch = np.uint64(1), np.uint64(width)
    dx, dy, dg = steps
    for x in range(8):
        at = np.uint64((ya >> 16) * width + (xa >> 16))
        upper = np.int32(flat[at]) + np.int32(flat[at + one])
        lower = np.int32(flat[at + pitch]) + np.int32(flat[at + pitch + one])
        near, spot = np.uint64((upper + lower) >> 2), np.uint64(x)
        base = 128 + (np.int32(speck[spot]) >> 5)
        line_b[spot] = base + ((blue[near] * gain + (1 << 19)) >> 20)
        line_r[spot] = base + ((red[near] * gain + (1 << 19)) >> 20)
        xa += dx
        ya += dy
        gain += dg


@kernel
def tape(
    luma: Plane, chroma: NDArray[np.uint8], gain: NDArray[np.int32], strips: NDArray[np.float64]
) -> None:
    """Strips of tape over the sheet's corners, in place; see `camera.Shot.tapes` for the columns."""
    for k in range(len(strips)):
        cx, cy, c, s, length, breadth = (
            strips[k, 0],
            strips[k, 1],
            strips[k, 2],
            strips[k, 3],
            strips[k, 4],
            strips[k, 5],
        )
        reach = length + breadth
        for y in range(max(0, int(cy - reach)), min(luma.shape[0], int(cy + reach))):
            for x in range(max(0, int(cx - reach)), min(luma.shape[1], int(cx + reach))):
                along, across = (x - cx) * c + (y - cy) * s, (y - cy) * c - (x - cx) * s
                # torn ends are ragged, the sides are straight
                ragged = length + (bits(k + 5, int(across * 0.7 + 900)) & 3) - 1.5
                share = min(1.0, ragged - abs(along), breadth - abs(across)) * strips[k, 7]
                if share <= 0:
                    continue
                wrinkle = 4.0 if int(along * 0.15) % 2 == 0 else 0.0
                lit = min(255.0, strips[k, 6] * gain[y // 16, x // 16] / 4096.0 + wrinkle)
                luma[y, x] = int(luma[y, x] * (1 - share) + lit * share)
                if x % 2 == 0 and y % 2 == 0:
                    for plane in range(2):
                        before = chroma[plane, y // 2, x // 2]
                        chroma[plane, y // 2, x // 2] = int(
                            before * (1 - share) + (128 + strips[k, 8 + plane]) * share
                        )


@kernel
def finish(
    raw: Plane,
    out: Plane,
    taps: NDArray[np.int32],
    grain: NDArray[np.int8],
    strength: int,
    flare: int,
    key: int,
) -> None:
    """Blur by a five-tap bell both ways, lift the black by the flare, add grain that grows with light."""
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
        offset = bits(key + 1, y)
        grains = grain[offset & 2047]
        start = (offset >> 11) & 511
        for x in range(width):
            v = w0 * line[x + 2] + w1 * (line[x + 1] + line[x + 3]) + w2 * (line[x] + line[x + 4])
            v = v - (v >> 8) * flare + (flare << 16)
            level = v >> 16
            # sigma at this level: 0.7 of nominal in the dark, 1.1 in the light
            grit = np.int32(grains[start + x]) * np.int32(strength) * (180 + (level >> 1))
            shown = (v + (grit >> 5) + (1 << 15)) >> 16
            out[y, x] = min(255, max(0, shown))
