"""Make the pixels of a photo: warp, light, ground, blur and noise, straight in Y and half-size Cb, Cr.

Two passes over luma (one gathers, one blurs and adds grain) and one over chroma; geometry and light come
from a 16 px grid. Everything per pixel is whole numbers, so every machine makes the same bytes.
"""

from functools import lru_cache
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from fakeforms.camera import chroma, grain, luma, overlays, relay, room
from fakeforms.camera.geometry import Geometry
from fakeforms.camera.shot import Shot
from fakeforms.camera.survey import Grids, survey
from fakeforms.desk import Desk

Plane = NDArray[np.uint8]

_GRAIN_SIDE = 2048
_MOST_NOISE = 50.0  # luma; what `grain.finish` has room for
_LEAST_BLUR_PX = 0.1
_KEYS = 1 << 40


def expose(
    sheet: Plane, tint: Plane, geometry: Geometry, px_per_mm: float, desk: Desk | None = None
) -> tuple[Plane, Plane, Plane]:
    """The photo's Y, Cb and Cr planes from the flat sheet's luma and blueness.

    They lie on `desk`, if one is given, until it is used for the next photo.
    """
    desk = desk or Desk()
    grids = survey(geometry, px_per_mm)
    shot = geometry.shot
    colours = colour(tint, shot, grids, desk)
    raw = gather(sheet, shot, grids, px_per_mm, desk)
    overlays.lay(raw, colours, grids, geometry)
    final = finish(raw, shot, desk)
    if shot.earlier_quality:
        final = relay.relayed(final, shot.earlier_quality)
    return final, colours[0], colours[1]


def gather(sheet: Plane, shot: Shot, grids: Grids, px_per_mm: float, desk: Desk) -> Plane:
    """Luma of the photo before blur and grain: sheet and ground, lit."""
    out = desk.plane("raw", (shot.height_px, shot.width_px))
    across, along = shot.ground_turn
    zoom = sqrt(across * across + along * along)
    turn = np.array([int(across / zoom * 65536), int(along / zoom * 65536), *shot.ground_offset])
    *shift_mm, depth = shot.cast_shadow_mm
    luma.gather(
        out, sheet, grids.source, grids.room, grids.paper,
        room.tile(shot.ground, room.side_for(shot.width_px, zoom)), int(shot.ground_luma), turn,
        room.fall(depth, shift_mm, px_per_mm),
    )  # fmt: skip
    return out


def colour(tint: Plane, shot: Shot, grids: Grids, desk: Desk) -> Plane:
    """Cb and Cr of the photo at half size, shape (2, height / 2, width / 2)."""
    out = desk.plane("colours", (2, shot.height_px // 2, shot.width_px // 2))
    casts = np.array([*shot.cast, *shot.ink_cast, *shot.ground_cast])
    chroma.colour(out, tint, grids.source, grids.paper, grids.room, casts, _grain(), shot.key % _KEYS)
    return out


def finish(raw: Plane, shot: Shot, desk: Desk) -> Plane:
    """Luma as the phone stores it: out of focus by a little, with the sensor's grain."""
    out = desk.plane("final", raw.shape)
    noise = int(min(_MOST_NOISE, shot.noise) * 256)
    grain.finish(raw, out, _taps(shot.blur_px), _grain(), noise, shot.flare, shot.key % _KEYS)
    return out


def _taps(sigma: float) -> NDArray[np.int32]:
    """Weights (centre, first, second neighbour) of a small bell, adding up to 256."""
    variance = max(_LEAST_BLUR_PX, sigma) ** 2
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
    grain.sow(out)
    return out
