"""The time axis of the timeline: times of the story that do not touch, and titles of phases in rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta

from reports.pictures.clock import ticks
from reports.pictures.room import rows_of
from reports.telling import day_of
from reports.timeline.course import Course, FaultMark
from reports.words import Lang

LETTER_PX, BOLD_PX = 6.6, 7.9
"""Width of a letter of 12 units, generously: fonts differ from reader to reader."""
MOST_ROWS = 4
MOST_LANES = 6


@dataclass(frozen=True, slots=True)
class Placed:
    """Words at a place of the axis; `row` counts away from the panels."""

    x: float
    row: int
    text: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Run-clock seconds to units of the picture."""

    left: float
    right: float
    span: tuple[float, float]

    def x(self, run_s: float) -> float:
        """Clipped to the axis."""
        start, end = self.span
        share = (min(max(run_s, start), end) - start) / max(end - start, 1e-9)
        return round(self.left + share * (self.right - self.left), 1)


def times(course: Course, scale: Scale, lang: Lang) -> list[Placed]:
    """Starts of phases first, on either of two rows; other times on the first where they do not touch."""
    shown = [one for one in course.phases if one.run_end_s > course.span[0]]
    at, words = ticks(shown, course.span, lang, max(4, int((scale.right - scale.left) / 75)))
    starts = {one.run_start_s: day_of(one.start_local, lang) for one in shown}
    dated = {one.local(moment_s).date() for one in shown for moment_s in (one.run_start_s, one.run_end_s)}
    if len(dated) > 1:
        words = [
            f"{starts[one]} {word}" if one in starts else word for one, word in zip(at, words, strict=True)
        ]
    if any(one.end_local - one.start_local > timedelta(days=1) for one in shown):
        words = [_midnight(course, one, word, lang) for one, word in zip(at, words, strict=True)]
    chosen = sorted(range(len(at)), key=lambda index: (at[index] not in starts, index))
    spans = [_centred(scale.x(at[index]), words[index]) for index in chosen]
    placed = rows_of(spans, 2, 4.0)
    return [
        Placed(scale.x(at[index]), row, words[index])
        for index, row in zip(chosen, placed, strict=True)
        if row is not None and (row == 0 or at[index] in starts)
    ]


def _midnight(course: Course, run_s: float, word: str, lang: Lang) -> str:
    """The new day where a time is midnight; else the time as it is."""
    playing = [one for one in course.phases if one.run_start_s <= run_s + 1e-6]
    moment = playing[-1].local(run_s) if playing else None
    if moment is None or (moment + timedelta(minutes=1)).time() > time(0, 2):
        return word
    return day_of(moment + timedelta(minutes=1), lang)


def titles(course: Course, scale: Scale) -> list[Placed]:
    """Titles of phases at their starts, higher where they would touch; the longest phase's is lowest."""
    shown = sorted(
        (one for one in course.phases if one.run_end_s > course.span[0]),
        key=lambda one: one.run_start_s - one.run_end_s,
    )
    spans = []
    for one in shown:
        x, width = scale.x(one.run_start_s), len(one.title) * BOLD_PX
        x = min(x, scale.right - width)
        spans.append((x, x + width))
    return [
        Placed(round(max(0.0, span[0]), 1), row, one.title)
        for one, span, row in zip(shown, spans, rows_of(spans, MOST_ROWS, 8.0), strict=True)
        if row is not None
    ]


def lanes(faults: Sequence[FaultMark], scale: Scale) -> list[int | None]:
    """A lane for each fault, from strike to recovery; None where all lanes are taken."""
    spans = []
    for one in faults:
        end_s = one.recovered_s if one.recovered_s is not None else one.healed_s
        end = scale.right if end_s is None else scale.x(end_s)
        start = scale.x(one.struck_s)
        spans.append((start - LETTER_PX * len(one.letter) - 6, max(end, start + 4) + 6))
    return rows_of(spans, MOST_LANES, 2.0)


def _centred(x: float, text: str) -> tuple[float, float]:
    half = len(text) * LETTER_PX / 2
    return x - half, x + half
