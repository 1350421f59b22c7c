"""Type: the fonts of the printed sheet, how long words are in them, and how a text is made to fit.

The fonts are Bitstream Vera, which come with reportlab; KPU's sheet is set in a narrower face, so text
without a width of its own is set at 86 % of Vera's.
"""

import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONTS = {"plain": "Vera", "bold": "VeraBd", "italic": "VeraIt", "bold-italic": "VeraBI"}
_STRETCH = 0.86
_NARROWEST = 0.62  # what would be narrower is set smaller instead
_WRAPPED_BELOW = 0.74  # a text that may take two lines does so before it is set narrower than this
_LEADING = 1.22  # of the size


class Setting(NamedTuple):
    """One line of type: its words, how far below the text's baseline it stands, size and length, in mm."""

    words: str
    below_mm: float
    size_mm: float
    width_mm: float


@lru_cache(maxsize=1)
def register() -> None:
    """Make the fonts known to reportlab."""
    folder = resources.files("reportlab").joinpath("fonts")
    for name in FONTS.values():
        pdfmetrics.registerFont(TTFont(name, str(Path(str(folder)) / f"{name}.ttf")))


def length_mm(words: str, font: str, size_mm: float) -> float:
    """How long words are when they are neither stretched nor squeezed."""
    return float(pdfmetrics.stringWidth(words, FONTS[font], size_mm * mm)) / float(mm)


def lines(words: str, op: Mapping[str, Any]) -> Iterator[Setting]:
    """The lines of a text operation: one, or two where it says "lines": 2 and its words are long.

    "width" is kept exactly; "max_width" narrows what is too long, then sets it smaller.
    """
    font, size = op.get("font", "bold"), op["size"]
    if "width" in op:
        yield Setting(words, 0.0, size, op["width"])
        return
    room = op.get("max_width", math.inf)
    parts = [words]
    if op.get("lines", 1) == 2 and room < _WRAPPED_BELOW * length_mm(words, font, size):
        parts = _halves(words)
    for position, part in enumerate(parts):
        natural = length_mm(part, font, size)
        width = min(room, op.get("stretch", _STRETCH) * natural)
        fitting = size * min(1.0, width / (_NARROWEST * natural)) if natural else size
        below = (position - (len(parts) - 1) / 2) * _LEADING * size
        yield Setting(part, below, fitting, width)


def _halves(words: str) -> list[str]:
    """Words broken into two lines as even as they go; one line where there is nothing to break."""
    parts = words.split()
    breaks = [(" ".join(parts[:k]), " ".join(parts[k:])) for k in range(1, len(parts))]
    return list(min(breaks, key=lambda pair: max(map(len, pair)))) if breaks else [words]
