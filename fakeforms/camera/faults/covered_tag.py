"""Covered tag: a hand, tape, a slip of paper, another phone or a glare lies on the page's tag."""

from dataclasses import replace

from fakeforms.camera.fault import Scope, register
from fakeforms.camera.shot import Cover, Shot
from fakeforms.draws import Draws


@register("covered-tag")
def cover(shot: Shot, scope: Scope) -> Shot:
    """Something covers the whole tag or nearly all of it, so that no reader finds it."""
    draws, (x, y, width, height) = scope.draws, scope.page.tag.box
    kind = draws.pick(("tangan", "tangan", "lakban", "kertas", "kertas", "silau", "ponsel"))
    at = (x + width / 2 + draws.uniform(-2.5, 2.5), y + height / 2 + draws.uniform(-2.5, 2.5))
    return replace(shot, covers=(*shot.covers, Cover(kind, at, *lying(kind, draws))))


def lying(kind: str, draws: Draws) -> tuple[tuple[float, float], tuple[float, float]]:
    """Direction, and half length and breadth in mm, of a thing that hides a tag of 32 mm."""
    if kind == "tangan":  # a hand comes in from the right, or from above
        return _direction(-1.0, draws.uniform(-1.2, 0.5)), (60.0, draws.uniform(33, 38))
    if kind == "lakban":
        return _direction(1.0, draws.bell(0, 0.1)), (draws.uniform(40, 75), 24.0)
    if kind == "kertas":
        return _direction(1.0, draws.bell(0, 0.25)), (draws.uniform(38, 60), draws.uniform(29, 42))
    if kind == "silau":
        return _direction(1.0, draws.uniform(-1.0, 1.0)), (draws.uniform(44, 70), draws.uniform(36, 46))
    return _direction(draws.bell(0, 0.25), 1.0), (draws.uniform(74, 82), draws.uniform(35, 38))


def _direction(x: float, y: float) -> tuple[float, float]:
    norm = (x * x + y * y) ** 0.5
    return x / norm, y / norm
