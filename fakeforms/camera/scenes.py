"""Where sheets are photographed: the light of a place, what lies behind the sheet and what holds it there.

Ranges are (least, most). Weights are a guess: most TPS count under neon after dusk, and power fails in a few.
"""

from typing import NamedTuple


class Scene(NamedTuple):
    """The light of a place."""

    name: str
    weight: float
    paper_luma: tuple[float, float]
    cast: tuple[float, float]  # Cb, Cr of white paper
    cast_spread: float  # how far the phone's white balance misses
    noise: tuple[float, float]  # sigma
    lamp: float  # strength of a single lamp
    gradient: float  # steepest change of light over the picture
    ink: float  # how much colour blue ink keeps in this light
    flare: tuple[int, int]  # how far black is lifted, luma
    ambient: tuple[float, float]  # light outside a torch's beam, of that inside; 1: there is no torch
    shadow: float  # chance of the photographer's shadow


SCENES = (
    Scene(
        "siang", 0.29, (188, 214), (2.0, -1.0), 1.4, (2.5, 3.4), 0.03, 0.10, 0.95, (7, 26), (1.0, 1.0), 0.45
    ),
    Scene(
        "neon", 0.38, (172, 205), (-1.5, -3.0), 1.8, (3.0, 4.4), 0.10, 0.12, 0.70, (7, 24), (1.0, 1.0), 0.40
    ),
    Scene(
        "lampu", 0.24, (150, 190), (-13.0, 7.0), 3.0, (3.6, 5.0), 0.26, 0.14, 0.42, (6, 18), (1.0, 1.0), 0.40
    ),
    Scene(
        "senter", 0.09, (206, 232), (-3.0, 0.5), 2.0, (3.9, 5.0), 0.0, 0.04, 0.50, (2, 8), (0.05, 0.13), 0.0
    ),
)
NAMES = tuple(scene.name for scene in SCENES)


class Ground(NamedTuple):
    """What is behind the sheet."""

    name: str
    upright: bool  # a wall, where the sheet is taped up; else it lies
    luma: tuple[float, float]
    casts: tuple[tuple[float, float], ...]  # Cb, Cr, one of them


GROUNDS = (
    Ground("tembok", True, (120, 190), ((-8, 6), (-2, 1), (8, -10), (-14, 4))),
    Ground("papan", True, (70, 130), ((-18, 14), (-22, 12), (-12, 10))),
    Ground("lantai", False, (110, 190), ((-3, 1), (-6, 5), (2, -1))),
    Ground("terpal", False, (50, 110), ((24, -14), (14, -9), (-11, -6))),
)


class Tape(NamedTuple):
    """Tape that holds a sheet on a wall."""

    breadth_mm: float
    luma: float
    opacity: float
    cast: tuple[float, float]  # Cb, Cr
    gloss: float  # share of a torch that it throws back


TAPES: tuple[Tape | None, ...] = (
    Tape(24.0, 118.0, 0.93, (-26.0, 14.0), 0.8),  # brown parcel tape
    Tape(24.0, 225.0, 0.16, (-4.0, 1.0), 1.0),  # clear
    Tape(18.0, 206.0, 0.88, (-14.0, 3.0), 0.15),  # paper
    None,
)


def scene(name: str) -> Scene:
    """The scene of that name; KeyError if there is none (a Camera checks before)."""
    return {s.name: s for s in SCENES}[name]
