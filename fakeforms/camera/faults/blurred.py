"""Blurred: the lens had not found the sheet yet, or the hand moved while the shutter was open."""

from dataclasses import replace

from fakeforms.camera.fault import Scope, register
from fakeforms.camera.shot import Shot

_WIDTH_PX = 1008  # strengths below are for a photo this wide


@register("blurred")
def blur(shot: Shot, scope: Scope) -> Shot:
    """A strong defocus on half of the photos, a strong movement on the others."""
    draws, size = scope.draws, min(shot.width_px, shot.height_px) / _WIDTH_PX
    if draws.chance(0.5):
        return replace(shot, defocus_px=draws.uniform(3.0, 5.5) * size)
    far, slope = draws.uniform(9.0, 18.0) * size, draws.uniform(-0.8, 0.8)
    norm = (1 + slope * slope) ** 0.5
    across, along = far / norm, far * slope / norm
    if draws.chance(0.5):
        across, along = along, across
    return replace(shot, motion_px=(across, along, draws.bell(0, 0.12) * far))
