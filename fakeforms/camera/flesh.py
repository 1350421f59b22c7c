"""Fingers in the picture: a hand on the sheet, or a fingertip before the lens."""

import numpy as np
from numpy.typing import NDArray

from fakeforms.camera.shot import Finger
from fakeforms.compiled import kernel
from fakeforms.counter import noise

Plane = NDArray[np.uint8]


def hold_up(luma: Plane, chroma: NDArray[np.uint8], finger: Finger) -> None:
    """A fingertip before the lens, in place: no detail, a wide soft border, hardly any light of its own."""
    (x, y), (dx, dy) = finger.tip_px, finger.inward
    x, y = x - dx * finger.radius_px, y - dy * finger.radius_px
    far = 40.0 * finger.radius_px
    limbs = np.array([[x, y, x - dx * far, y - dy * far, finger.radius_px, 0.0]])
    plain = np.full((luma.shape[0] // 16 + 1, luma.shape[1] // 16 + 1), 4096, np.int32)
    place(luma, chroma, plain, limbs, finger.soft_px, finger.luma, finger.cast, 0)


def place(
    luma: Plane,
    chroma: NDArray[np.uint8],
    room: NDArray[np.int32],
    limbs: NDArray[np.float64],
    soft_px: float,
    tone: float,
    cast: tuple[float, float],
    key: int,
) -> None:
    """Limbs (rows of x0, y0 at the tip, x1, y1, radius, 1 if it has a nail; px), the later ones on top."""
    _place(luma, chroma, room, limbs, soft_px, tone, cast[0], cast[1], key)


@kernel
def _place(
    luma: Plane,
    chroma: NDArray[np.uint8],
    room: NDArray[np.int32],
    limbs: NDArray[np.float64],
    soft: float,
    tone: float,
    cb: float,
    cr: float,
    key: int,
) -> None:
    height, width = luma.shape
    for k in range(len(limbs)):
        x0, y0, x1, y1, radius = limbs[k, 0], limbs[k, 1], limbs[k, 2], limbs[k, 3], limbs[k, 4]
        dx, dy = x1 - x0, y1 - y0
        length = max(1.0, np.sqrt(dx * dx + dy * dy))
        reach = radius + soft + 0.5 * radius
        left, right = int(max(0.0, min(x0, x1) - reach)), int(min(width - 1.0, max(x0, x1) + reach))
        top, bottom = int(max(0.0, min(y0, y1) - reach)), int(min(height - 1.0, max(y0, y1) + reach))
        for y in range(top, bottom + 1):
            for x in range(left, right + 1):
                along = ((x - x0) * dx + (y - y0) * dy) / length
                across = ((y - y0) * dx - (x - x0) * dy) / length
                beyond = along - min(length, max(0.0, along))
                # a finger is narrower at the tip and at the second joint
                waist = radius * (1.0 - 0.10 * max(0.0, 1.0 - abs(along / radius - 2.2)))
                away = np.sqrt(across * across + beyond * beyond)
                share = min(1.0, max(0.0, (waist - away) / soft + 0.5))
                light = room[y // 16, x // 16] / 4096.0
                if share <= 0.0:
                    if soft < 4.0:
                        # its shadow on the paper
                        gone = max(0.0, 1.0 - (away - waist) / (0.5 * radius))
                        luma[y, x] = int(luma[y, x] * (1.0 - 0.35 * gone * gone))
                    continue
                share = share * share * (3.0 - 2.0 * share)
                t = min(1.0, away / waist)
                round_off = np.sqrt(1.0 - 0.92 * t * t)
                value = tone * (0.45 + 0.55 * round_off)
                warm = 1.0
                if soft < 4.0:
                    # skin: folds at the joints, fine grain, a little shine along the middle
                    joint = abs(along / radius - 2.2)
                    if joint < 0.5:
                        value *= 0.93 + 0.05 * noise(key + 2, int(along * 0.6))
                    value += tone * 0.03 * noise(key + 1, (y // 2) * 8192 + x // 2)
                    value += tone * 0.10 * max(0.0, 1.0 - abs(across / waist + 0.25) * 3.0)
                    nail_x, nail_y = (along / radius - 0.05) / 0.62, across / radius / 0.56
                    nail = nail_x * nail_x + nail_y * nail_y
                    if limbs[k, 5] > 0.0 and nail < 1.0:
                        value = value * 1.06 + 9.0 if nail < 0.8 else value * 0.86
                        warm = 0.75
                lit = min(250.0, value * light)
                luma[y, x] = int(luma[y, x] * (1 - share) + lit * share)
                if x % 2 == 0 and y % 2 == 0:
                    strength = min(1.0, lit / 90.0) * warm
                    j, i = y // 2, x // 2
                    chroma[0, j, i] = int(chroma[0, j, i] * (1 - share) + (128.5 + cb * strength) * share)
                    chroma[1, j, i] = int(chroma[1, j, i] * (1 - share) + (128.5 + cr * strength) * share)
