"""What a fault of the camera is: a name, and what it does to a shot that was decided without it.

One fault a file in `faults/`; each registers itself with the class of its name, so a new one touches no
old file. Faults are drawn for each photo by themselves: one does not change another's luck.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fakeforms.camera.shot import Shot
from fakeforms.draws import Draws
from fakeforms.errors import OrderError
from fakeforms.templates.template import Page


@dataclass(frozen=True, slots=True)
class Scope:
    """What a fault may know: the page in front of the camera, and draws of its own."""

    page: Page
    draws: Draws


Change = Callable[[Shot, Scope], Shot]
_KNOWN: dict[str, tuple[int, Change]] = {}


def register(name: str, *, turn: int = 5) -> Callable[[Change], Change]:
    """Make a change of a shot known as the fault `name`; what moves the sheet has an early `turn`."""

    def enter(change: Change) -> Change:
        _KNOWN[name] = (turn, change)
        return change

    return enter


def names() -> tuple[str, ...]:
    """Every fault there is, in the order in which they are applied."""
    import fakeforms.camera.faults  # noqa: F401 (finds the files, which import this module)

    return tuple(sorted(_KNOWN, key=lambda name: (_KNOWN[name][0], name)))


def called(name: str) -> Change:
    """What the fault of that name does; OrderError if there is none."""
    if name not in names():
        raise OrderError(f"faults: {name!r} is unknown; known: {', '.join(names())}")
    return _KNOWN[name][1]


def drawn(chances: Mapping[str, float], seed: int, tps: str, subject: str) -> tuple[str, ...]:
    """Which faults befall one photo; `subject` is its form and page."""
    return tuple(
        name
        for name in names()
        if chances.get(name) and Draws(seed, tps, f"fault-{name}-{subject}").chance(chances[name])
    )
