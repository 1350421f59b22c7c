"""Words that do not fit are moved or left out: the last step of every picture with a time axis.

How wide words are is known only once a figure is laid out, so `clock.dress` writes down all there is to say
and `settle` measures it: titles of phases are staggered upwards, starts of phases go to a second line of the
lower axis, other times of day are dropped where they would touch, letters of faults step down.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text

from reports.pictures.canvas import FAINT

TIME_AXES = "time"
PHASE_TITLE = "phase-title"
FAULT_LETTER = "fault-letter"
"""Marks (matplotlib's gid) by which `settle` knows what it may move."""

_MOST_TITLE_ROWS = 4
_MOST_LETTER_ROWS = 4
_GAP_PT = 4.0
"""White space between two words of a row."""

Span = tuple[float, float]
"""Left and right edge."""


def rows_of(spans: Iterable[Span], most: int, gap: float) -> list[int | None]:
    """The first row of `most` in which each span touches none before it; None where there is no room."""
    rows: list[list[Span]] = [[] for _ in range(most)]
    out: list[int | None] = []
    for left, right in spans:
        free = (
            number
            for number, row in enumerate(rows)
            if all(right + gap <= other_left or other_right + gap <= left for other_left, other_right in row)
        )
        number = next(free, None)
        if number is not None:
            rows[number].append((left, right))
        out.append(number)
    return out


def settle(made: Figure, starts: Sequence[float]) -> Figure:
    """Lay `made` out and make its time axes legible; labels at `starts` count more, best first."""
    made.draw_without_rendering()
    for axes in made.axes:
        if axes.get_gid() != TIME_AXES:
            continue
        _ticks(axes, starts)
        _titles(axes, starts)
        _letters(axes)
    return made


def _px(axes: Axes, points: float) -> float:
    return points * _figure(axes).dpi / 72


def _figure(axes: Axes) -> Figure:
    made = axes.get_figure(root=True)
    assert made is not None
    return made


def _extent(words: Text) -> Span:
    box = words.get_window_extent()
    return box.x0, box.x1


def _marked(axes: Axes, mark: str) -> list[Annotation]:
    return [one for one in axes.texts if isinstance(one, Annotation) and one.get_gid() == mark]


def _order(starts: Sequence[float], moment: float) -> int:
    return starts.index(moment) if moment in starts else len(starts)


def _ticks(axes: Axes, starts: Sequence[float]) -> None:
    """Starts of phases first, on two lines; other times only on the first, where they do not touch."""
    if not axes.xaxis.get_tick_params()["labelbottom"]:
        return
    at = [float(moment) for moment in axes.get_xticks()]
    words = axes.get_xticklabels()
    spans = [_extent(one) for one in words]
    chosen = sorted(range(len(at)), key=lambda index: (_order(starts, at[index]), index))
    placed = rows_of((spans[index] for index in chosen), 2, _px(axes, _GAP_PT))
    kept = sorted(
        (at[index], "\n" * row + words[index].get_text())
        for index, row in zip(chosen, placed, strict=True)
        if row is not None and (row == 0 or at[index] in starts)
    )
    axes.set_xticks([moment for moment, _ in kept], [text for _, text in kept])


def _titles(axes: Axes, starts: Sequence[float]) -> None:
    """Long phases keep the lowest row; a title that would touch goes up, tied to its phase by a thin line."""
    titles = _marked(axes, PHASE_TITLE)
    titles.sort(key=lambda one: _order(starts, float(one.xy[0])))
    right_edge = axes.get_window_extent().x1
    spans = []
    for one in titles:
        left, right = _extent(one)
        over = max(0.0, right - right_edge)
        spans.append((left - over, right - over))
    placed = rows_of(spans, _MOST_TITLE_ROWS, _px(axes, 2 * _GAP_PT))
    height_pt = max((_height_pt(axes, one) for one in titles), default=0.0) + 3.0
    for one, span, row in zip(titles, spans, placed, strict=True):
        if row is None:
            one.remove()
            continue
        moved_pt = (span[0] - _extent(one)[0]) * 72 / _figure(axes).dpi
        dx_pt, dy_pt = one.xyann
        one.xyann = (dx_pt + moved_pt, dy_pt + row * height_pt)
        if row:
            _lead(axes, float(one.xy[0]), dy_pt + row * height_pt)
    made = _figure(axes)
    made.set_figheight(made.get_figheight() + max((row or 0 for row in placed), default=0) * height_pt / 72)


def _height_pt(axes: Axes, words: Text) -> float:
    return float(words.get_window_extent().height * 72 / _figure(axes).dpi)


def _lead(axes: Axes, moment: float, height_pt: float) -> None:
    style: dict[str, Any] = {"arrowstyle": "-", "color": FAINT, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 0}
    axes.annotate(
        "",
        (moment, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(0, height_pt + 1),
        textcoords="offset points",
        arrowprops=style,
        annotation_clip=False,
    )


def _letters(axes: Axes) -> None:
    """Faults that follow closely have their letters below one another."""
    letters = _marked(axes, FAULT_LETTER)
    margin = _px(axes, 3.0)
    spans = [(left - margin, right + margin) for left, right in map(_extent, letters)]
    for one, row in zip(letters, rows_of(spans, _MOST_LETTER_ROWS, 1.0), strict=True):
        dx_pt, dy_pt = one.xyann
        one.xyann = (dx_pt, dy_pt - (row or 0) * 1.6 * _height_pt(axes, one))
