"""Photo of a screen: not the sheet was photographed, but a monitor that shows a photo of it."""

from dataclasses import replace

from fakeforms.camera.fault import Scope, register
from fakeforms.camera.shot import Screen, Shot, Silhouette

_DARK = Silhouette((0.0, 0.0), (0.0, -1.0), 1.0, 0.0, 1.0)


@register("photo-of-screen", turn=1)
def display(shot: Shot, scope: Scope) -> Shot:
    """From a little further away: even cool light, no tape, the screen's grid and moire, a bezel."""
    draws = scope.draws
    back, turn = draws.uniform(0.84, 0.93), draws.bell(0, 0.012)
    cx, cy = shot.width_px / 2, shot.height_px / 2
    corners = tuple(
        (cx + back * (x - cx) - turn * (y - cy), cy + back * (y - cy) + turn * (x - cx))
        for x, y in shot.corners_px
    )
    size = min(shot.width_px, shot.height_px) / 1008
    beat = draws.uniform(0.006, 0.02) / size
    return replace(
        shot,
        corners_px=corners,
        tapes=(),
        curls=(),
        ground="layar",
        ground_luma=draws.uniform(16, 40),
        ground_cast=(2.0, -1.0),
        cast=(draws.uniform(5, 11), draws.uniform(-6, -2)),
        paper_luma=draws.uniform(190, 212),
        lamp=(0.5, 0.5, 0.0, 1.0),
        torch=(0.5, 0.5, 1.0, 1.0),
        vignette=draws.uniform(0.05, 0.12),
        shadow=_DARK,
        cast_shadow_mm=(0.0, 0.0, 0.0),
        flare=draws.whole(14, 26),
        screen=Screen(
            margin_mm=(draws.uniform(12, 28), draws.uniform(6, 22)),
            bezel_luma=draws.uniform(10, 28),
            pitch_px=draws.uniform(2.3, 3.6),
            grid=draws.uniform(0.06, 0.14),
            beat=(beat * draws.uniform(-1, 1), beat * draws.uniform(0.3, 1)),
            curve=draws.uniform(-1, 1) * 0.000004 / (size * size),
            ripple=draws.uniform(0.05, 0.13),
            reflection=(
                draws.uniform(0.1, 0.9), draws.uniform(0.1, 1.3),
                draws.uniform(0.10, 0.25), draws.uniform(10, 42),
            ),
        ),
    )  # fmt: skip
