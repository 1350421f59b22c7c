"""Blurred: the lens had not found the sheet yet, or the hand moved while the shutter was open.

As strong as a tag of 4 mm modules just survives; print and writing of that fineness do not.
"""

from dataclasses import replace

from fakeforms.camera.fault import Scope, register
from fakeforms.camera.shot import Shot


@register("blurred")
def blur(shot: Shot, scope: Scope) -> Shot:
    """A strong defocus on half of the photos, a strong movement on the others."""
    draws, size = scope.draws, shot.px_per_mm
    if draws.chance(0.5):
        return replace(shot, defocus_px=draws.uniform(1.2, 1.7) * size, motion_px=(0.0, 0.0, 0.0))
    far, slope = draws.uniform(2.4, 3.3) * size, draws.uniform(-0.8, 0.8)
    norm = (1 + slope * slope) ** 0.5
    across, along = far / norm, far * slope / norm
    if draws.chance(0.5):
        across, along = along, across
    return replace(shot, motion_px=(across, along, draws.bell(0, 0.12) * far))
