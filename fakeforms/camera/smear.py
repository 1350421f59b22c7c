"""Out of focus or moved: every pixel becomes a weighted mean of those that the lens or the hand mixed in.

Whole-number weights over whole pixels; what is only a little soft is done by `develop.finish` for free.
"""

import numpy as np
from numpy.typing import NDArray

from fakeforms.compiled import kernel

Plane = NDArray[np.uint8]

_ONE = 4096
_RIM = 3


def taps(defocus_px: float, motion_px: tuple[float, ...]) -> NDArray[np.int32]:
    """Rows of (right, down, weight); weights add up to 4096. A disc of light, moved along a bent path."""
    rightward, downward, curve = motion_px
    reach = int(defocus_px + abs(rightward) + abs(downward) + 2 * abs(curve)) + 2
    mask = np.zeros((2 * reach + 1, 2 * reach + 1))
    _expose(mask, defocus_px, rightward, downward, curve)
    weights = np.floor(mask * (_ONE / mask.sum()) + 0.5).astype(np.int64)
    weights[reach, reach] += _ONE - int(weights.sum())
    down, right = np.nonzero(weights)
    return np.stack([right - reach, down - reach, weights[down, right]], axis=1).astype(np.int32)


@kernel
def _expose(mask: NDArray[np.float64], radius: float, right: float, down: float, curve: float) -> None:
    """Where the light of one point falls while the shutter is open."""
    middle = len(mask) // 2
    disc = int(radius) + 1
    steps = 4 * (int(abs(right) + abs(down) + 2 * abs(curve)) + 1)
    norm = max(1e-9, np.sqrt(right * right + down * down))
    for step in range(steps):
        t = (step + 0.5) / steps - 0.5
        bow = curve * (4 * t * t - 1 / 3)
        cx, cy = middle + t * right - bow * down / norm, middle + t * down + bow * right / norm
        for j in range(int(cy) - disc, int(cy) + disc + 2):
            for i in range(int(cx) - disc, int(cx) + disc + 2):
                dx, dy = abs(i - cx), abs(j - cy)
                share = max(0.0, 1 - dx) * max(0.0, 1 - dy)
                if radius >= 0.5:
                    away = np.sqrt(dx * dx + dy * dy)
                    # a lens gives a disc that is a little brighter at its rim
                    share = min(1.0, max(0.0, radius + 0.5 - away)) * (1.0 + 0.25 * away / radius)
                if 0 <= j < len(mask) and 0 <= i < len(mask):
                    mask[j, i] += share


def smear(plane: Plane, mixed: NDArray[np.int32]) -> None:
    """Mix a plane by its taps, in place; the picture goes on beyond its edge as it ends there."""
    reach = int(np.abs(mixed[:, :2]).max()) if len(mixed) else 0
    _mix(np.pad(plane, reach + _RIM, mode="edge"), plane, mixed, reach + _RIM)


@kernel
def _mix(source: Plane, out: Plane, mixed: NDArray[np.int32], rim: int) -> None:
    height, width = out.shape
    total = np.empty(width, np.int32)
    for y in range(height):
        total[:] = 2048
        for k in range(len(mixed)):
            line = source[y + rim + mixed[k, 1], rim + mixed[k, 0] : rim + mixed[k, 0] + width]
            weight = mixed[k, 2]
            for x in range(width):
                total[x] += weight * np.int32(line[x])
        for x in range(width):
            out[y, x] = total[x] >> 12
