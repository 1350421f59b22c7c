"""Finger: a fingertip of the hand that holds the phone is in the picture, too near to be sharp."""

from dataclasses import replace

import numpy as np

from fakeforms.camera.fault import Scope, register
from fakeforms.camera.geometry import Geometry
from fakeforms.camera.shot import Finger, Shot
from fakeforms.draws import Draws

_TRIES = 12


@register("finger")
def hold(shot: Shot, scope: Scope) -> Shot:
    """At any edge, but clear of the tag: what hides the tag is another fault."""
    x, y, width, height = scope.page.tag.box
    tag = Geometry(shot).to_photo(np.array([x + width / 2, y + height / 2])).tolist()
    size = min(shot.width_px, shot.height_px)
    finger = _fingertip(shot, scope.draws, size)
    for _ in range(_TRIES):
        dx, dy = finger.tip_px[0] - tag[0], finger.tip_px[1] - tag[1]
        if dx * dx + dy * dy > (0.34 * size) ** 2:
            break
        finger = _fingertip(shot, scope.draws, size)
    return replace(shot, fingers=(*shot.fingers, finger))


def _fingertip(shot: Shot, draws: Draws, size: int) -> Finger:
    along, deep, lean = draws.uniform(0.12, 0.88), draws.uniform(0.08, 0.24) * size, draws.bell(0, 0.35)
    norm = (1 + lean * lean) ** 0.5
    side = draws.whole(0, 3)  # from below, left, right, above
    tip, inward = (
        ((along * shot.width_px, shot.height_px - deep), (lean, -1.0)),
        ((deep, along * shot.height_px), (1.0, lean)),
        ((shot.width_px - deep, along * shot.height_px), (-1.0, lean)),
        ((along * shot.width_px, deep), (lean, 1.0)),
    )[side]
    light = min(1.0, shot.paper_luma / 190)
    return Finger(
        tip, (inward[0] / norm, inward[1] / norm),
        draws.uniform(0.08, 0.15) * size, draws.uniform(0.03, 0.07) * size,
        draws.uniform(78, 128) * light, (draws.uniform(-22, -14) * light, draws.uniform(20, 32) * light),
    )  # fmt: skip
