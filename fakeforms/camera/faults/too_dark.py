"""Too dark: the phone exposed for a lamp or a window, and the sheet drowns in the sensor's noise."""

from dataclasses import replace

from fakeforms.camera.fault import Scope, register
from fakeforms.camera.shot import Shot


@register("too-dark")
def darken(shot: Shot, scope: Scope) -> Shot:
    """An eighth to a quarter of the light, and grain that shows it."""
    draws = scope.draws
    left = draws.uniform(0.13, 0.26)
    return replace(
        shot,
        paper_luma=shot.paper_luma * left,
        fingers=tuple(f._replace(luma=f.luma * left, cast=_times(f.cast, left)) for f in shot.fingers),
        noise=draws.uniform(6.5, 10.0),
        flare=draws.whole(1, 5),
    )


def _times(cast: tuple[float, float], share: float) -> tuple[float, float]:
    return cast[0] * share, cast[1] * share
