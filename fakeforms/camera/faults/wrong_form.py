"""Wrong form: a page of another election was photographed; which one is `subject`'s to say, before aiming."""

from fakeforms.camera.fault import Scope, register
from fakeforms.camera.shot import Shot


@register("wrong-form")
def mistake(shot: Shot, scope: Scope) -> Shot:
    """The shot itself is sound: only what stands before the camera is wrong."""
    return shot
