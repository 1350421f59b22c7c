"""The sensor: a small blur, black lifted by flare, and grain, as luma leaves the phone."""

import numpy as np
from numpy.typing import NDArray

from fakeforms.compiled import kernel
from fakeforms.counter import bits
from fakeforms.lanes import all_of, byte, part, part_signed, read, sixteen, write

Plane = NDArray[np.uint8]


@kernel
def sow(out: NDArray[np.int8]) -> None:
    """Grain with standard deviation 32, slightly clotted."""
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
def finish(
    raw: Plane,
    out: Plane,
    taps: NDArray[np.int32],
    grain: NDArray[np.int8],
    strength: int,
    flare: int,
    key: int,
) -> None:
    """Blur by a five-tap bell both ways, lift the black by the flare, add grain that grows with light.

    The width is a multiple of 16; taps add up to 256 and none is more than 255; strength is sigma in 1/256,
    up to 50 * 256; flare is below 256.
    """
    height, width = raw.shape
    flat, result, grains = raw.reshape(-1), out.reshape(-1), grain.reshape(-1)
    line = np.empty(width + 32, np.uint16)  # one blurred row with 7 fraction bits, two pixels more each side
    like = sixteen()
    centre, first, second = all_of(like, taps[0]), all_of(like, taps[1]), all_of(like, taps[2])
    tall = all_of(like, 256)
    across, next_to, beyond = centre * tall, first * tall, second * tall
    lift, haze = all_of(like, flare << 7), all_of(like, flare << 8)
    dark, sigma = all_of(like, 180 << 7), all_of(like, strength << 2)
    half = all_of(like, 32)
    for y in range(height):
        here = y * width
        up, up2 = max(0, y - 1) * width, max(0, y - 2) * width
        down, down2 = min(height - 1, y + 1) * width, min(height - 1, y + 2) * width
        for x in range(0, width, 16):
            near = read(like, flat, up + x) + read(like, flat, down + x)
            far = read(like, flat, up2 + x) + read(like, flat, down2 + x)
            blurred = centre * read(like, flat, here + x) + first * near + second * far
            write(line, x + 16, blurred >> 1)
        line[14] = line[15] = line[16]
        line[width + 16] = line[width + 17] = line[width + 15]
        start = bits(key + 1, y) % (len(grains) - width)
        for x in range(0, width, 16):
            near = read(like, line, x + 15) + read(like, line, x + 17)
            far = read(like, line, x + 14) + read(like, line, x + 18)
            v = part(across, read(like, line, x + 16)) + part(next_to, near) + part(beyond, far)
            v = v - part(v, haze) + lift
            # sigma at this level: 0.7 of nominal in the dark, 1.2 in the light
            spread = part(sigma, dark + (v >> 1))
            speck = read(like, grains, start + x) * tall
            write(result, here + x, byte((v >> 1) + part_signed(speck, spread) + half, 6))
