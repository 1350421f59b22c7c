"""Strips of tape that hold a sheet on a wall, drawn over the photo's corners of the sheet."""

import numpy as np
from numpy.typing import NDArray

from fakeforms.camera.geometry import Geometry
from fakeforms.compiled import kernel
from fakeforms.counter import bits

Plane = NDArray[np.uint8]


def stick(luma: Plane, chroma: NDArray[np.uint8], room: NDArray[np.int32], geometry: Geometry) -> None:
    """Tape the sheet, in place; nothing to do for a sheet that lies on the floor."""
    shot = geometry.shot
    if not shot.tapes:
        return
    middles = np.array(
        [[strip.at_mm, np.add(strip.at_mm, np.multiply(strip.along, 10.0))] for strip in shot.tapes]
    )
    seen = geometry.to_photo(middles)
    rows = []
    for strip, (at, ahead) in zip(shot.tapes, seen.tolist(), strict=True):
        dx, dy = ahead[0] - at[0], ahead[1] - at[1]
        norm = (dx * dx + dy * dy) ** 0.5
        length, breadth = (norm / 10.0 * half for half in strip.half_mm)
        rows.append(
            (*at, dx / norm, dy / norm, length, breadth, strip.luma, strip.opacity, *strip.cast, strip.gloss)
        )
    _stick(luma, chroma, room, np.array(rows))


@kernel
def _stick(
    luma: Plane, chroma: NDArray[np.uint8], room: NDArray[np.int32], strips: NDArray[np.float64]
) -> None:
    """Columns: x, y, cosine, sine, half length, half breadth (px), luma, opacity, Cb, Cr, gloss."""
    for k in range(len(strips)):
        cx, cy, c, s = strips[k, 0], strips[k, 1], strips[k, 2], strips[k, 3]
        length, breadth, gloss = strips[k, 4], strips[k, 5], strips[k, 10]
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
                lit = min(255.0, (strips[k, 6] + wrinkle) * room[y // 16, x // 16] / 4096.0)
                value, streak = luma[y, x] * (1 - share) + lit * share, 0.0
                if gloss > 0.0:
                    # a torch comes straight back from the bulging edge of glossy tape, with a hard border
                    rim = 1.0 - abs(across / breadth - 0.55) / 0.22
                    streak = min(
                        1.0, max(0.0, 3.0 * (rim - 0.35 + 0.12 * (bits(k + 9, int(along * 0.2 + 900)) & 3)))
                    )
                    streak *= gloss * min(1.0, room[y // 16, x // 16] / 1400.0)
                    value += (246.0 - value) * streak
                luma[y, x] = int(value)
                if x % 2 == 0 and y % 2 == 0:
                    strength = min(1.0, lit / 110.0) * (1.0 - 0.9 * streak)
                    for plane in range(2):
                        before = chroma[plane, y // 2, x // 2]
                        chroma[plane, y // 2, x // 2] = int(
                            before * (1 - share) + (128.5 + strips[k, 8 + plane] * strength) * share
                        )
