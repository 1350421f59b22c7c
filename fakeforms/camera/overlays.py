"""What lies between the lens and the sheet, in the order in which light meets it: all of it only if present.

Drawn on the photo before focus, grain and JPEG, so that it is as sharp and as grainy as the rest.
"""

import numpy as np
from numpy.typing import NDArray

from fakeforms.camera import covers, flesh, monitor, smear, tapes
from fakeforms.camera.geometry import Geometry
from fakeforms.camera.survey import Grids

Plane = NDArray[np.uint8]


def lay(luma: Plane, chroma: NDArray[np.uint8], grids: Grids, geometry: Geometry) -> None:
    """Everything over the sheet, in place; `chroma` is Cb and Cr at half size, shape (2, h / 2, w / 2)."""
    shot = geometry.shot
    tapes.stick(luma, chroma, grids.room, geometry)
    for cover in shot.covers:
        covers.cover(luma, chroma, grids.room, geometry, cover)
    if shot.screen:
        monitor.show(luma, chroma, geometry, shot.screen)
    for finger in shot.fingers:
        flesh.hold_up(luma, chroma, finger)
    if shot.defocus_px or shot.motion_px != (0.0, 0.0, 0.0):
        smear.smear(luma, smear.taps(shot.defocus_px, shot.motion_px))
        half = smear.taps(shot.defocus_px / 2, tuple(v / 2 for v in shot.motion_px))
        for plane in chroma:
            smear.smear(plane, half)
