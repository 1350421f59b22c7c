"""Ink as PDF operators: every pen of a page is one path, so that a filled page costs milliseconds.

Lengths are whole hundredths of a millimetre from the top left of the sheet; the operators bring the matrix
that says so. The strokes are those of the photo, each with the mean width of its line and without the
pen's breathing; ink is opaque.
"""

import numpy as np

from fakeforms.writing.filling import Filling
from fakeforms.writing.ink import COLUMNS, FAINT, Strokes, write

_PER_MM = 100
_POINTS_PER_MM = 72.0 / 25.4
_INK = {True: "0.13 0.24 0.62", False: "0.15 0.15 0.16"}
_FLUID = "0.97 0.97 0.96"
_ROUND = 0.5523
"""Control points of a quarter circle, share of the radius."""


def operators(filling: Filling, height_mm: float) -> str:
    """What people added to a page of this height, ready for a content stream in points."""
    scale = _POINTS_PER_MM / _PER_MM
    matrix = f"{scale:.8f} 0 0 {-scale:.8f} 0 {height_mm * _POINTS_PER_MM:.4f} cm"
    drawn = filling.placements[filling.placements[:, COLUMNS.index("density")] > FAINT]
    strokes = write(filling.crew.alphabet, drawn)
    return f"q {matrix} 1 J 1 j\n{_patches(filling)}{_strokes(strokes)}Q\n"


def _patches(filling: Filling) -> str:
    """Correction fluid, as ellipses."""
    if not len(filling.patches):
        return ""
    shapes = [_ellipse(*(v * _PER_MM for v in patch[:4])) for patch in filling.patches.tolist()]
    return f"{_FLUID} rg\n{''.join(shapes)}f\n"


def _ellipse(x: float, y: float, wide: float, high: float) -> str:
    a, b = wide * _ROUND, high * _ROUND
    return (
        f"{x + wide:.0f} {y:.0f} m "
        f"{x + wide:.0f} {y + b:.0f} {x + a:.0f} {y + high:.0f} {x:.0f} {y + high:.0f} c "
        f"{x - a:.0f} {y + high:.0f} {x - wide:.0f} {y + b:.0f} {x - wide:.0f} {y:.0f} c "
        f"{x - wide:.0f} {y - b:.0f} {x - a:.0f} {y - high:.0f} {x:.0f} {y - high:.0f} c "
        f"{x + a:.0f} {y - high:.0f} {x + wide:.0f} {y - b:.0f} {x + wide:.0f} {y:.0f} c h\n"
    )


def _strokes(strokes: Strokes) -> str:
    """Every stroke, grouped by pen: colour and width, to a twentieth of a millimetre."""
    firsts = strokes.first_point
    counts = np.diff(firsts)
    widths = 5 * np.rint(2 * _PER_MM / 5 * np.add.reduceat(strokes.radius, firsts[:-1]) / counts).astype(int)
    blues = strokes.blue > 0.5
    flat = np.rint(strokes.points * _PER_MM).astype(int).ravel().tolist()
    lines: list[str] = []
    numbers: list[int] = []
    pens = np.where(blues, widths, -widths)
    starts, lengths = (2 * firsts).tolist(), counts.tolist()
    for pen in np.unique(pens).tolist():
        lines.append(f"{_INK[pen > 0]} RG {abs(pen)} w\n")
        for stroke in np.flatnonzero(pens == pen).tolist():
            lines.append("%d %d m" + " %d %d l" * (lengths[stroke] - 1) + "\n")
            numbers += flat[starts[stroke] : starts[stroke + 1]]
        lines.append("S\n")
    return "".join(lines) % tuple(numbers)
