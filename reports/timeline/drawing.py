"""The timeline as SVG: three panels on one axis, faults above them, and the same moments marked through all.

Two sizes are drawn, of which a page shows one: letters keep their size on a phone.
"""

from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

import numpy as np

from reports.seconds import Floats
from reports.timeline.axis import Scale, lanes, times, titles
from reports.timeline.course import Course, FaultMark
from reports.timeline.shapes import (
    AREA,
    BAD,
    BAND,
    BLUE,
    FAINT,
    GOOD,
    LINE,
    ORANGE,
    filled,
    line,
    shape,
    steps,
    stroked,
    text,
)
from reports.words import Lang, Text, number

WIDE, NARROW = 980, 358
"""Widths in units, which are pixels on a desk and on a phone."""
_LEFT, _RIGHT = 56.0, 8.0
_LANE, _ROW, _GAP = 19.0, 16.0, 24.0
_LOAD = Text("diminta dan dilayani tepat waktu, per detik", "asked for and served in time, a second")
_WAIT = Text("waktu tunggu: median, dan 95 % selesai dalam", "waiting: median, and 95 % done within")
_WHOLE = Text("TPS dengan tanda terima untuk semua halaman", "TPS with receipts for all pages")


@dataclass(frozen=True, slots=True)
class _Panel:
    """A stretch of the picture from `top` down, `height` units, with its own scale from 0 to 1."""

    top: float
    height: float

    def y(self, share: float) -> float:
        """Clipped to the panel."""
        return round(self.top + self.height * (1.0 - min(max(share, 0.0), 1.0)), 1)

    @property
    def bottom(self) -> float:
        """Where 0 is."""
        return self.top + self.height


def draw(course: Course, width: int, lang: Lang, name: str, title: str, told: str) -> str:
    """An <svg> that is named by its title and told by its description; `name` keeps its ids apart."""
    scale = Scale(_LEFT, width - _RIGHT, course.span)
    lane, names, marks = lanes(course.faults, scale), titles(course, scale), times(course, scale, lang)
    lowest = max((one.row for one in names), default=0)
    under = _ROW * (1 + lowest) + 4
    more = 1 if width >= WIDE else 0
    load_top = under + _LANE * (1 + max((one for one in lane if one is not None), default=-1)) + 4 + _ROW
    load = _Panel(load_top, 130.0 + 30 * more)
    wait = _Panel(load.bottom + _GAP, 96.0 + 14 * more)
    whole = _Panel(wait.bottom + _GAP, 96.0 + 14 * more)
    height = whole.bottom + 12 + _ROW * (1 + max((one.row for one in marks), default=0))
    parts = [
        f'<svg class="timeline" viewBox="0 0 {width} {height:.0f}" role="img" font-family="gladi" '
        f'font-size="12" aria-labelledby="{name}-t {name}-d"><title id="{name}-t">{escape(title)}</title>'
        f'<desc id="{name}-d">{escape(told)}</desc>'
    ]
    parts += _bands(course, scale, load.top, whole.bottom)
    parts += _borders(course, scale, load.top, whole.bottom)
    parts += _load(course, scale, load, lang)
    parts += _wait(course, scale, wait, lang)
    parts += _whole(course, scale, whole, lang)
    parts += [text(one.x, 12 + _ROW * (lowest - one.row), one.text, "tl-b") for one in names]
    parts += _lanes(course.faults, lane, scale, under)
    parts += [text(one.x, whole.bottom + 16 + _ROW * one.row, one.text, "tl-t", "middle") for one in marks]
    return "".join([*parts, "</svg>"])


def _frame(scale: Scale, panel: _Panel, title: str, at: list[tuple[float, str]]) -> list[str]:
    """Title above, grid lines with their words at the left."""
    out = [text(_LEFT, panel.top - 6, title, "tl-f")]
    for share, words in at:
        y = panel.y(share)
        out.append(line(scale.left, y, scale.right, y, "tl-g", LINE))
        out.append(text(_LEFT - 5, y + 4, words, "tl-f", "end"))
    return out


def _load(course: Course, scale: Scale, panel: _Panel, lang: Lang) -> list[str]:
    most = _round_up(float(course.offered.max()))
    grid = [(0.0, "0"), (0.5, _short(most / 2, lang)), (1.0, _short(most, lang))]
    out = _frame(scale, panel, _LOAD(lang), grid)
    x = [scale.x(float(one)) for one in course.edges_s]
    for kind, values, colour in (("tl-o", course.offered, ORANGE), ("tl-s", course.good, BLUE)):
        y = [panel.y(float(one) / most) for one in values]
        path = steps(x, y, f"M{x[0]:g} {panel.bottom:g}")
        out.append(filled(f"{path}V{panel.bottom:g}Z", kind, colour))
    return out


def _wait(course: Course, scale: Scale, panel: _Panel, lang: Lang) -> list[str]:
    """On a logarithmic scale of whole powers of ten."""
    seen = course.p95_s[np.isfinite(course.p95_s)]
    if not len(seen):
        return _frame(scale, panel, _WAIT(lang), [])
    low = floor(log10(float(np.nanmin(course.p50_s))))
    high = max(low + 1, ceil(log10(float(seen.max()))))
    grid = [((one - low) / (high - low), _seconds(one, lang)) for one in range(low, high + 1)]
    out = _frame(scale, panel, _WAIT(lang), grid)
    for kind, values, colour, width in (
        ("tl-p95", course.p95_s, ORANGE, 1.4),
        ("tl-p50", course.p50_s, BLUE, 2.0),
    ):
        shares = (np.log10(values) - low) / (high - low)
        out.append(stroked(_broken(scale, panel, course.edges_s, shares), kind, colour, width))
    return out


def _whole(course: Course, scale: Scale, panel: _Panel, lang: Lang) -> list[str]:
    out = _frame(scale, panel, _WHOLE(lang), [(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")])
    if course.wanted is not None:
        y = panel.y(course.wanted)
        out.append(line(scale.left, y, scale.right, y, "tl-w", BAD, "5 3"))
    x = [scale.x(float(one)) for one in course.edges_s]
    path = steps(x, [panel.y(float(one)) for one in course.complete], f"M{x[0]:g} {panel.bottom:g}")
    out.append(stroked(path, "tl-c", GOOD, 2.2))
    return out


def _broken(scale: Scale, panel: _Panel, edges: Floats, shares: Floats) -> str:
    """A step line with gaps where nothing was answered."""
    path: list[str] = []
    last: float | None = None
    for index, value in enumerate(shares):
        if not np.isfinite(value):
            last = None
            continue
        x1, x2 = scale.x(float(edges[index])), scale.x(float(edges[index + 1]))
        y = panel.y(float(value))
        path.append(f"M{x1:g} {y:g}" if last is None else f"V{y:g}" if y != last else "")
        path.append(f"H{x2:g}")
        last = y
    return "".join(path)


def _bands(course: Course, scale: Scale, top: float, bottom: float) -> list[str]:
    """Each fault from strike to healing, through all panels."""
    out = []
    for one in course.faults:
        x1 = scale.x(one.struck_s)
        x2 = scale.x(course.span[1] if one.healed_s is None else one.healed_s)
        kind, colour = ("tl-area", AREA) if one.scope == "area" else ("tl-band", BAND)
        box = {"x": x1, "y": top, "width": max(x2 - x1, 1.0), "height": bottom - top}
        out.append(shape("rect", kind, **box, fill=colour, opacity=0.5))
    return out


def _borders(course: Course, scale: Scale, top: float, bottom: float) -> list[str]:
    """Dashed between phases, and after the last where requests still ended."""
    over_s = course.phases[-1].run_end_s
    at = [one.run_start_s for one in course.phases[1:]] + ([over_s] if over_s < course.span[1] - 1 else [])
    inside = [scale.x(one) for one in at if course.span[0] < one < course.span[1]]
    return [line(x, top, x, bottom, "tl-x", FAINT, "4 3") for x in inside]


def _lanes(faults: tuple[FaultMark, ...], lane: list[int | None], scale: Scale, top: float) -> list[str]:
    """Letter and bar from strike to healing, then a thin line to the diamond of recovery, or a cross."""
    out = []
    for one, row in zip(faults, lane, strict=True):
        if row is None:
            continue
        y, x1 = top + _LANE * row + _LANE / 2, scale.x(one.struck_s)
        x2 = scale.right if one.healed_s is None else max(scale.x(one.healed_s), x1 + 3)
        kind, colour = ("tl-af", FAINT) if one.scope == "area" else ("tl-sf", ORANGE)
        out.append(text(x1 - 4, y + 4, one.letter, "tl-b", "end"))
        out.append(shape("rect", kind, x=x1, y=y - 5, width=x2 - x1, height=10, fill=colour))
        if one.recovered_s is not None:
            x3 = max(scale.x(one.recovered_s), x2)
            out.append(line(x2, y, x3, y, "tl-r", GOOD))
            out.append(filled(f"M{x3 - 5:g} {y:g}l5-6 5 6-5 6z", "tl-d", GOOD))
        elif one.healed_s is not None:
            out.append(stroked(f"M{x2 + 2:g} {y - 5:g}l10 10m0-10l-10 10", "tl-n", BAD, 2.0))
    return out


def _round_up(value: float) -> float:
    """So that the grid line in the middle bears a round number too."""
    power: float = 10.0 ** floor(log10(max(value, 1e-3)))
    return next(one * power for one in (1.0, 1.6, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0) if one * power >= value)


def _short(value: float, lang: Lang) -> str:
    digits = next((one for one in range(4) if round(value, one) == round(value, 6)), 4)
    return number(value, lang, digits)


def _seconds(power: int, lang: Lang) -> str:
    """10 to a power: 0,01 dtk to 100 dtk."""
    return f"{number(10.0**power, lang, max(0, -power))} {'dtk' if lang == 'id' else 's'}"
