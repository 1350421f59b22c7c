"""SVG in few words: every shape has a class, for the page's colours, and the colour that a printer uses."""

from collections.abc import Iterable
from html import escape

INK, FAINT, LINE = "#1d2733", "#4d5965", "#d5dbe2"
BLUE, ORANGE, BAD, GOOD = "#0072b2", "#d55e00", "#a3330a", "#00604a"
BAND, AREA = "#f6c78a", "#c3cbd4"


def shape(tag: str, kind: str, **attributes: object) -> str:
    """An empty element; an underscore in a name is a hyphen, figures are written short."""
    written = "".join(f' {name.replace("_", "-")}="{_plain(value)}"' for name, value in attributes.items())
    return f'<{tag} class="{kind}"{written}/>'


def text(x: float, y: float, words: str, kind: str, anchor: str = "start") -> str:
    """Words at a place; of the kind "tl-b" they are bold, of "tl-f" faint."""
    weight = ' font-weight="bold"' if kind == "tl-b" else ""
    colour = FAINT if kind == "tl-f" else INK
    at = f'x="{_plain(x)}" y="{_plain(y)}" text-anchor="{anchor}"'
    return f'<text class="{kind}" {at} fill="{colour}"{weight}>{escape(words)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, kind: str, colour: str, dashes: str = "") -> str:
    """One unit thick."""
    more = {"stroke_dasharray": dashes} if dashes else {}
    return shape("line", kind, x1=x1, y1=y1, x2=x2, y2=y2, stroke=colour, stroke_width=1, **more)


def filled(path: str, kind: str, colour: str) -> str:
    """A path without an outline."""
    return shape("path", kind, d=path, fill=colour)


def stroked(path: str, kind: str, colour: str, width: float) -> str:
    """A path without a filling."""
    return shape("path", kind, d=path, fill="none", stroke=colour, stroke_width=width)


def steps(x: Iterable[float], y: Iterable[float], begin: str) -> str:
    """A path from `begin` that keeps each y from one x to the next; it says only what changes."""
    path, last = [begin], None
    at = list(x)
    for start, height in zip(at, y, strict=False):
        if height != last:
            path.append(f"H{start:g}V{height:g}")
            last = height
    return "".join([*path, f"H{at[-1]:g}"])


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else escape(str(value))
