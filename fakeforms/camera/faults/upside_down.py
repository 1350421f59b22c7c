"""Upside down: the phone was held the wrong way round, or on its side."""

from dataclasses import replace

from fakeforms.camera.fault import Scope, register
from fakeforms.camera.shot import Shot


@register("upside-down", turn=2)
def turn(shot: Shot, scope: Scope) -> Shot:
    """The picture turned by 180 degrees, on three photos in ten by 90; its metadata says nothing of it."""
    right, low = shot.width_px - 1.0, shot.height_px - 1.0
    if not scope.draws.chance(0.3):
        return replace(shot, corners_px=tuple((right - x, low - y) for x, y in shot.corners_px))
    if scope.draws.chance(0.5):
        corners = tuple((low - y, x) for x, y in shot.corners_px)
    else:
        corners = tuple((y, right - x) for x, y in shot.corners_px)
    return replace(shot, width_px=shot.height_px, height_px=shot.width_px, corners_px=corners)
