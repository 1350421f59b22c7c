"""Lines that paper keeps: the two folds of a sheet delivered in quarters, and the creases of rough handling.

Drawn on the flat sheet, so that bend and perspective move them as they move the print. Each is a worn line
with one side turned to the light and one turned away; the wide shading of folded quarters is `survey`'s.
"""

import numpy as np
from numpy.typing import NDArray

from fakeforms.camera.shot import Shot
from fakeforms.compiled import kernel
from fakeforms.counter import bits, noise

Plane = NDArray[np.uint8]

_KEYS = 1 << 40


def press(luma: Plane, shot: Shot, px_per_mm: float) -> None:
    """Fold and crease the flat sheet, in place."""
    key = shot.key % _KEYS
    for axis in (0, 1):
        side = 1.0 if shot.slant[axis] > 0 else -1.0
        _fold(luma, px_per_mm, shot.crease, axis, side, key)
    _creases(luma, px_per_mm, shot.crumple, key)


@kernel
def _fold(luma: Plane, scale: float, depth: float, axis: int, side: float, key: int) -> None:
    """One fold through the middle, down (axis 0) or across (1); `side` is the one turned from the light."""
    flat, width = luma.reshape(-1), luma.shape[1]
    length, pitch = (luma.shape[0], width) if axis == 0 else (width, luma.shape[0])
    step_along, step_across = (width, 1) if axis == 0 else (1, width)
    reach = int(8.0 * scale) + 1
    kept = np.empty(2 * reach + 1, np.int32)
    # two thirds of the folds are valleys, the others ridges; a fold may turn over at the crossing
    start = pitch / 2.0 + 0.8 * scale * noise(key + 11, axis)
    knot_px = int(9.0 * scale)
    wear, wander = 0.0, 0.0
    for along in range(length):
        if along % 8 == 0:
            knot = along // knot_px
            share = (along - knot_px * knot) / knot_px
            a, b = noise(key + axis, knot), noise(key + axis, knot + 1)
            c, d = noise(key + 20 + axis, knot // 4), noise(key + 20 + axis, knot // 4 + 1)
            far = (knot % 4 + share) / 4.0
            wear = 0.5 + 0.5 * (a * (1 - share) + b * share)
            wander = start + scale * (0.5 * (c * (1 - far) + d * far) + 0.12 * (wear - 0.5))
            half = 0.7 if along < length // 2 else 1.0
            deep = depth * half * (0.35 + 0.85 * wear)
            for k in range(2 * reach + 1):
                away = side * (int(wander) + k - reach - wander) / scale
                line = max(0.0, 1.0 - abs(away + 0.15) / 0.55) * deep * 1.2
                dark = max(0.0, 1.0 - away / 7.5) * deep * 0.42 if away > 0 else 0.0
                light = max(0.0, 1.0 + away / 4.5) * deep * 0.30 if away <= 0 else 0.0
                worn = max(0.0, 1.0 - abs(away - 0.45) / 0.35) * deep * 0.5 * wear
                kept[k] = int(4096 * (1.0 - line - dark + light + worn))
        first = along * step_along + (int(wander) - reach) * step_across
        for k in range(2 * reach + 1):
            at = first + k * step_across
            flat[at] = min(255, flat[at] * kept[k] >> 12)


@kernel
def _creases(luma: Plane, scale: float, strength: float, key: int) -> None:
    """Short sharp creases at any angle, from hands that carried the sheet."""
    height, width = luma.shape
    count = 5 + bits(key + 31, 0) % 8 + int(strength * 220)
    reach = int(3.2 * scale) + 1
    for k in range(count):
        cx = (0.5 + 0.5 * noise(key + 32, k)) * width
        cy = (0.5 + 0.5 * noise(key + 33, k)) * height
        # the tangent of the angle, the long way along one axis
        lean = 0.9 * noise(key + 34, k)
        steep = bits(key + 35, k) & 1
        half = (14.0 + 55.0 * (0.5 + 0.5 * noise(key + 36, k)) ** 2) * scale
        deep = (0.02 + 1.3 * strength * (0.4 + 0.6 * abs(noise(key + 37, k)))) * (
            1.0 if bits(key + 38, k) & 1 else -1.0
        )
        bow = noise(key + 39, k) * 0.25 / half
        for step in range(-int(half), int(half) + 1):
            fade = 1.0 - abs(step) / half
            middle = lean * step + bow * step * step
            base = int(np.floor(middle))
            for across in range(base - reach, base + reach + 1):
                x = int(cx) + (across if steep else step)
                y = int(cy) + (step if steep else across)
                if not (0 <= x < width and 0 <= y < height):
                    continue
                away = (across - middle) / scale
                tone = deep * fade * (1.0 - abs(away) / 3.2)
                # bright on one side, dark on the other, sharpest at the line
                change = tone * min(1.0, max(-1.0, away * 2.2))
                luma[y, x] = min(255, int(luma[y, x] * (1.0 + change)))
