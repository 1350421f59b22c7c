"""The scribe: fills the fields of a page by hand, and remembers what was meant and what was written.

`fill` gives the placements of every glyph (see `ink.COLUMNS`) and one Filled per field. Intended, written and
bubbled are kept apart, because on real sheets they disagree.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fakeforms.draws import Draws
from fakeforms.orders import SheetOrder
from fakeforms.templates import wording
from fakeforms.templates.template import Box, Field, Line, Page
from fakeforms.writing.alphabet import advance
from fakeforms.writing.hand import Crew, Hand, crew
from fakeforms.writing.ink import COLUMNS
from fakeforms.writing.terbilang import terbilang

TIPEX_CHANCE = 0.025  # per number; fluid is seen on some boxes of the published sheet
_BUNDLE = 5
_MARKS_PER_ROW_LIMIT = 60


@dataclass(slots=True)
class Filled:
    """One field after writing. `classes` has one entry per box (or tally cell)."""

    field: Field
    intended: int | str | None
    written: list[str]
    classes: list[str]
    bubbled: list[int | None] | None = None
    tipexed: list[int] = dataclasses.field(default_factory=list)  # boxes with correction fluid under the ink
    row_totals: list[str] = dataclasses.field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Filling:
    """A filled page: glyph placements, dabs of correction fluid under them, and the fields."""

    placements: NDArray[np.float64]
    patches: NDArray[np.float64]  # (n, 5) x, y, half width, half height in mm, shade
    fields: tuple[Filled, ...]
    crew: Crew


def fill(order: SheetOrder, page: Page) -> Filling:
    """Write everything an order says onto the fields of one page."""
    people = crew(order.seed, order.tps, len(order.kpps), len(order.saksi))
    scribe = _Scribe(order, people, Draws(order.seed, order.tps, f"fill-{order.form}-{page.number}"))
    fields = tuple(_FILL[entry.kind](scribe, entry) for entry in page.fields)
    placements = np.array(scribe.placements, dtype=np.float64).reshape(-1, len(COLUMNS))
    patches = np.array(scribe.patches, dtype=np.float64).reshape(-1, 5)
    return Filling(placements, patches, fields, people)


class _Scribe:
    """Collects placements; one page's worth of state."""

    def __init__(self, order: SheetOrder, people: Crew, draws: Draws) -> None:
        self.order = order
        self.hand = people.writer
        self.people = people
        self.ids = people.alphabet.ids
        self.draws = draws
        self.texts = wording.written(order)
        self.placements: list[tuple[float, ...]] = []
        self.patches: list[tuple[float, ...]] = []

    def put(
        self, glyph: str, box: Box, hand: Hand, *, slip: float = 1.0, habit: float = 1.0, slant: float = 1.0
    ) -> None:
        """Place one glyph in a cell; the factors scale the hand's own looseness."""
        self.placements.append(
            (
                self.ids[glyph], *box, hand.slant * slant, hand.habit * habit, hand.slip * slip,
                hand.pen_mm / 2, hand.pressure, hand.blue,
                hand.key % (1 << 40), self.draws.uniform() * (1 << 40),
            )
        )  # fmt: skip

    def text(self, words: str, line: Line, height: float, hand: Hand) -> None:
        """Write words on a line (x0, x1, baseline), squeezed if they would run past x1."""
        x0, x1, baseline = line
        height *= hand.size
        units = [0.42 if c == " " else advance(c) + hand.spacing for c in words]
        length = sum(units) * height
        squeeze = min(1.0, (x1 - x0) / length) if length else 1.0
        if squeeze < 0.72:
            height *= squeeze / 0.72
            squeeze = min(1.0, (x1 - x0) / (sum(units) * height))
        x = x0 + self.draws.uniform(0.0, 0.35) * max(0.0, x1 - x0 - length * squeeze)
        y, drift = baseline - self.draws.uniform(0.2, 1.1), self.draws.bell(0.0, 0.012)
        for character, unit in zip(words, units, strict=True):
            wide = unit * height * squeeze
            if character != " ":
                glyph = f"c:{hand.variants.get(character, character)}"
                if glyph in self.ids:
                    cell = (x, y - height + drift * (x - x0), advance(character) * height * squeeze, height)
                    self.put(glyph, cell, hand, slip=0.9)
            x += wide

    def cased(self, words: str, hand: Hand) -> str:
        """Words as this hand writes them: capitals as asked, or Mixed Case."""
        return words.title() if hand.mixed_case else words.upper()


def _digits(scribe: _Scribe, entry: Field) -> Filled:
    value = scribe.order.values[entry.id]
    count = len(entry.boxes)
    figures = f"{value:0{count}d}"
    unused = count - len(str(value))
    if value == 0 and scribe.hand.zero_as_crosses:
        unused = count
    written = ["X"] * unused + list(figures[unused:])
    tipexed = [scribe.draws.whole(0, count - 1)] if scribe.draws.chance(TIPEX_CHANCE) else []
    for number in tipexed:
        _tipex(scribe, entry.boxes[number])
    for character, box in zip(written, entry.boxes, strict=True):
        _in_box(scribe, character, box, entry.style)
    bubbled: list[int | None] | None = None
    if entry.bubbles:
        bubbled = [0 if character == "X" else int(character) for character in written]
        for column, digit in zip(entry.bubbles, bubbled, strict=True):
            if digit is not None:
                _blacken(scribe, column[digit])
    return Filled(entry, value, written, list(written), bubbled, tipexed)


def _in_box(scribe: _Scribe, character: str, box: Box, style: str) -> None:
    hand, draws = scribe.hand, scribe.draws
    x, y, width, height = box
    if character == "X":
        inset = draws.uniform(0.02, 0.14)
        cell = (x + inset * width, y + inset * height, width * (1 - 2 * inset), height * (1 - 2 * inset))
        scribe.put("o:X", cell, hand, slip=0.8, slant=0.2)
    elif style == "dotted" and hand.follows_dots:
        scribe.put(f"s:{character}", (x + 5.8, y + 3.4, 8.28, 13.28), hand, slip=0.35, habit=0.2, slant=0.15)
    else:
        tall = height * 0.70 * hand.size
        wide = tall * 0.62 * (0.55 if character == "1" else 1.0)
        left = x + (width - wide) / 2 + draws.bell(0.0, 0.05) * width - 0.4 * hand.slant * tall
        top = y + (height - tall) / 2 + draws.bell(0.0, 0.045) * height
        scribe.put(f"o:{hand.variants[character]}", (left, top, wide, tall), hand)


def _tipex(scribe: _Scribe, box: Box) -> None:
    x, y, width, height = box
    draws = scribe.draws
    scribe.patches.append(
        (
            x + width * draws.uniform(0.42, 0.58), y + height * draws.uniform(0.42, 0.58),
            width * draws.uniform(0.42, 0.6), height * draws.uniform(0.42, 0.62), draws.uniform(250, 254),
        )
    )  # fmt: skip


def _blacken(scribe: _Scribe, box: Box) -> None:
    x, y, width, height = box
    draws, hand = scribe.draws, scribe.hand
    room = hand.pen_mm / 2
    cell = (
        x + room + draws.bell(0, 0.25),
        y + room + draws.bell(0, 0.25),
        width - 2 * room,
        height - 2 * room,
    )
    glyph = "m:bubble.spiral" if hand.key % 3 == 0 else "m:bubble.zigzag"
    scribe.put(glyph, cell, hand, slip=0.7, habit=0.3, slant=0.0)


def _tally(scribe: _Scribe, entry: Field) -> Filled:
    """Bundles of five row by row, totals per row, and a Z through what is left over."""
    count, columns, draws, hand = scribe.order.values[entry.of], entry.columns, scribe.draws, scribe.hand
    rows = len(entry.boxes) // columns
    classes: list[str] = []
    for cell, box in enumerate(entry.boxes):
        marks = min(_BUNDLE, max(0, count - cell * _BUNDLE))
        classes.append(str(marks))
        if marks:
            x, y, width, height = box
            tall = height * draws.uniform(0.70, 0.84)
            place = (x + width * draws.uniform(0.06, 0.13), y + (height - tall) / 2, width * 0.78, tall)
            scribe.put(f"m:tally.{marks}", place, hand, slip=0.75, slant=0.8)
    totals: list[str] = []
    used_rows = min(rows, -(-count // _MARKS_PER_ROW_LIMIT)) if count else 0
    for row in range(rows):
        if row >= used_rows:
            totals.append("")
            continue
        total = min(_MARKS_PER_ROW_LIMIT, count - row * _MARKS_PER_ROW_LIMIT)
        figures = f"{total:2d}".replace(" ", "X")
        totals.append(figures)
        for character, box in zip(figures, entry.row_totals[row], strict=True):
            _in_box(scribe, character, box, "ordinary")
    if used_rows < rows:
        for cells in (
            entry.boxes[used_rows * columns :],
            [b for r in entry.row_totals[used_rows:] for b in r],
        ):
            x0, y0 = cells[0][0], cells[0][1]
            x1, y1 = cells[-1][0] + cells[-1][2], cells[-1][1] + cells[-1][3]
            inset = min(6.0, 0.14 * (x1 - x0))
            scribe.put(
                "m:Z",
                (x0 + inset, y0 + 3, x1 - x0 - 2 * inset, y1 - y0 - 6),
                hand,
                slip=0.25,
                habit=0.1,
                slant=0.0,
            )
        first = used_rows * columns
        classes[first:] = ["Z-struck"] * (len(classes) - first)
    return Filled(entry, count, [], classes, row_totals=totals)


def _words(scribe: _Scribe, entry: Field) -> Filled:
    value = scribe.order.values[entry.of]
    said = terbilang(value)
    if entry.of.startswith("suara_") and len(entry.of) == len("suara_1") and not scribe.hand.writes_words:
        return Filled(entry, said, [""], ["blank"])
    x, y, width, height = entry.area
    lines = _wrapped(said, max(9, int(width / 6.4)))
    step = min(11.0, height / len(lines))
    for number, line in enumerate(lines):
        baseline = y + height / 2 + (number - (len(lines) - 1) / 2) * step + 3
        scribe.text(line, (x, x + width, baseline), min(7.5, step * 0.72), scribe.hand)
    return Filled(entry, said, [said], ["words"])


def _wrapped(words: str, limit: int) -> list[str]:
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > limit:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _line(scribe: _Scribe, entry: Field) -> Filled:
    said = scribe.texts[entry.id]
    words = scribe.cased(said, scribe.hand)
    scribe.text(words, entry.line, 6.0, scribe.hand)
    return Filled(entry, said, [words], ["text"])


def _date(scribe: _Scribe, entry: Field) -> Filled:
    said = scribe.texts[entry.id]
    for character, box in zip(said, entry.boxes, strict=True):
        _in_box(scribe, character, box, "ordinary")
    return Filled(entry, said, list(said), list(said))


def _signature(scribe: _Scribe, entry: Field) -> Filled:
    draws = scribe.draws
    name = (scribe.order.kpps if entry.who == "kpps" else scribe.order.saksi)[entry.index - 1]
    glyph = f"sig:{entry.who}:{entry.index}"
    hand = scribe.people.signers[glyph]
    x, y, width, height = entry.area
    tall = height * draws.uniform(0.54, 0.78)
    wide = min(width * 0.82, tall * draws.uniform(1.9, 2.6))
    cell = (x + (width - wide) * draws.uniform(0.2, 0.7), y + height * draws.uniform(0.02, 0.16), wide, tall)
    scribe.put(glyph, cell, hand, slip=0.8, habit=0.5)
    words = scribe.cased(name, hand)
    scribe.text(words, entry.line, 4.6, hand)
    return Filled(entry, name, [words], ["signed"])


def _strike(scribe: _Scribe, entry: Field) -> Filled:
    choice = scribe.texts[entry.id]
    x0, x1, y = dict(entry.options)[choice]
    scribe.put("m:strike", (x0, y - 1.2, x1 - x0, 2.4), scribe.hand, slip=0.3, slant=0.0)
    return Filled(entry, choice, [choice], ["struck"])


_FILL: dict[str, Callable[[_Scribe, Field], Filled]] = {
    "digits": _digits,
    "tally": _tally,
    "words": _words,
    "line": _line,
    "date": _date,
    "signature": _signature,
    "strike": _strike,
}
