"""Paper and ink of the pictures: size, colours that colour-blind people can tell apart, and PNG bytes."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

INK = "#1d2733"
FAINT = "#5b6773"
GRID = "#dfe4ea"
# Okabe and Ito 2008: told apart with every common colour blindness
BLUE = "#0072b2"
SKY = "#56b4e9"
GREEN = "#009e73"
YELLOW = "#e6b800"
ORANGE = "#e69f00"
VERMILION = "#d55e00"
PURPLE = "#cc79a7"
GREY = "#9aa5b1"

WIDTH_IN = 9.0
DPI = 144

_STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.8,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "hatch.linewidth": 0.6,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the report: PNG bytes, what it is called, and what it shows in words."""

    name: str
    title: str
    alt: str
    sentence: str
    png: bytes


def figure(height_in: float) -> Figure:
    """An empty figure of the report's width."""
    settings: Any = mpl.rcParams
    settings.update(_STYLE)
    made = Figure(figsize=(WIDTH_IN, height_in), dpi=DPI, layout="constrained", facecolor="white")
    FigureCanvasAgg(made)
    return made


def png(made: Figure) -> bytes:
    """The figure as PNG, without the date or version that would make two equal runs differ."""
    buffer = BytesIO()
    made.savefig(buffer, format="png", metadata={"Software": None}, pil_kwargs={"compress_level": 6})
    return buffer.getvalue()
