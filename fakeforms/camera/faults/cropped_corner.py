"""Cropped corner: the frame cuts off a corner of the sheet and the mark in it."""

from dataclasses import replace

import numpy as np

from fakeforms.camera.fault import Scope, register
from fakeforms.camera.geometry import Geometry
from fakeforms.camera.shot import Shot

_MARK_MM = (56.0, 76.0)
"""The inner end of a corner mark, from the corner of the sheet."""


@register("cropped-corner", turn=3)
def crop(shot: Shot, scope: Scope) -> Shot:
    """Turn the phone a little, then move it until one mark is out of the frame; others may follow."""
    draws = scope.draws
    right, low = draws.whole(0, 1), draws.whole(0, 1)
    mark = np.array(
        [
            shot.sheet_mm[0] - _MARK_MM[0] if right else _MARK_MM[0],
            shot.sheet_mm[1] - _MARK_MM[1] if low else _MARK_MM[1],
        ]
    )
    lean, sideways, over = (
        draws.uniform(0.02, 0.09) * (1 if right == low else -1),
        draws.chance(0.5),
        draws.uniform(3, 40),
    )
    shot = replace(shot, corners_px=_turned(shot, lean))
    for _ in range(3):  # the lens bends a little more out there, so a step may fall short
        x, y = Geometry(shot).to_photo(mark).tolist()
        middle = Geometry(shot).to_photo(np.array(shot.sheet_mm) / 2).tolist()
        dx = (-over - x if x < middle[0] else shot.width_px + over - x) if sideways else 0.0
        dy = 0.0 if sideways else (-over - y if y < middle[1] else shot.height_px + over - y)
        shot = replace(shot, corners_px=tuple((px + dx, py + dy) for px, py in shot.corners_px))
    return shot


def _turned(shot: Shot, tangent: float) -> tuple[tuple[float, float], ...]:
    """The sheet's corners turned about their middle."""
    cosine = 1 / (1 + tangent * tangent) ** 0.5
    sine = tangent * cosine
    cx = sum(x for x, _ in shot.corners_px) / 4
    cy = sum(y for _, y in shot.corners_px) / 4
    return tuple(
        (cx + cosine * (x - cx) - sine * (y - cy), cy + sine * (x - cx) + cosine * (y - cy))
        for x, y in shot.corners_px
    )
