"""What can be written where: every figure in every box of a page, as the base's own hand writes it.

The scribe fills the page a hundred times with chosen numbers, and every glyph is noted with the box it
fell into. A *piece* is what one box (or tally cell) holds in one case; a *site* is a box, or a whole tally,
with the pieces that are there in each of its states.

Simplifications: a box holds its digit in the one way this hand wrote it there first; words for numbers
are left blank; nothing is corrected; marks and row totals of a tally are a little smaller than the scribe's,
so that neighbouring cells hardly ever touch the same pixels and can be photographed on their own.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fakeforms.errors import OrderError
from fakeforms.orders import SheetOrder
from fakeforms.templates.template import Box, Field, Page
from fakeforms.writing.filling import Filled, Filling, fill
from fakeforms.writing.ink import COLUMNS, write
from fakeforms.writing.tally import BUNDLE

Placements = NDArray[np.float64]

_GLYPH, _X, _Y, _WIDTH, _HEIGHT = (COLUMNS.index(name) for name in ("glyph", "x", "y", "width", "height"))
_CLEAR_PX, _CLEAR_ACROSS_PX = 7.0, 8.0
"""Ink in a tally stays this many pixels of the photo from the edge of its cell; strokes through unused cells
from the edge of those."""
_CLEAR_MOST = 0.3, 0.24
"""And this share of their width and height at most."""

BLANK = ""


@dataclass(slots=True)
class Site:
    """A place with states; `pieces[s]` are the numbers of the pieces that are there in state s."""

    pieces: list[tuple[int, ...]] = field(default_factory=list)


@dataclass(slots=True)
class _Box:
    """One digit box: its site, and the state of each character that may stand in it."""

    site: int
    state: dict[str, int] = field(default_factory=dict)
    blackened: dict[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Tally:
    """One tally: its site (states are counts), and what each count looks like in words."""

    site: int
    capacity: int
    classes: tuple[tuple[str, ...], ...]
    row_totals: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A number as it comes out on the page: states of the sites it governs, and the fields for the truth."""

    states: tuple[int, ...]
    filled: tuple[Filled, ...]


class Pieces:
    """All pieces and sites of one page of one base order, and how a number maps to them.

    Sites are in the order in which `entry` gives their states, number by number as `numbers` lists them.
    """

    def __init__(self, base: SheetOrder, page: Page, px_per_mm: float) -> None:
        """`px_per_mm`: scale at which the photo shows the sheet."""
        self._px_per_mm = px_per_mm
        plain = dataclasses.replace(base, mistakes={})
        self.placements: list[Placements] = []
        self.sites: list[Site] = []
        self.numbers = tuple(f for f in page.fields if f.kind == "digits")
        self._tallies = {f.of: f for f in page.fields if f.kind == "tally"}
        self.text = fill(plain, _only(page, ("digits", "tally", "words"), keep=False))
        scenes = _Scenes(plain, page)
        self._boxes: dict[str, list[_Box]] = {}
        self._leading: dict[str, dict[int, list[str]]] = {}
        self._pattern: dict[str, Filled] = {}
        self._tally: dict[str, _Tally] = {}
        for number in self.numbers:
            self._learn_boxes(number, scenes)
            if number.id in self._tallies:
                self._learn_tally(self._tallies[number.id], scenes)
        self.blank_words = tuple(
            Filled(f, None, [BLANK], ["blank"]) for f in page.fields if f.kind == "words"
        )

    def entry(self, number: Field, written: int | None, intended: int) -> Entry:
        """What a number looks like on this page; None leaves its boxes and its tally empty.

        OrderError where this hand has no way to write it.
        """
        boxes = self._boxes[number.id]
        characters = [BLANK] * len(boxes) if written is None else self._characters(number, written)
        try:
            states = [box.state[c] for box, c in zip(boxes, characters, strict=True)]
        except KeyError as unknown:
            raise OrderError(
                f"values[{number.id!r}]: {written} needs {unknown} in a box where this base never wrote one; "
                "use the full engine"
            ) from None
        blackened = [box.blackened[c] for box, c in zip(boxes, characters, strict=True)]
        filled = [
            dataclasses.replace(
                self._pattern[number.id],
                intended=intended,
                written=list(characters),
                classes=[c or "blank" for c in characters],
                value_written=written if any(characters) else None,
                bubbled=[b[0] if len(b) == 1 else None for b in blackened] if number.bubbles else None,
                blackened=blackened if number.bubbles else None,
            )
        ]
        if number.id in self._tally:
            tally = self._tally[number.id]
            count = min(written or 0, tally.capacity)
            states.append(count)
            filled.append(
                dataclasses.replace(
                    self._pattern[self._tallies[number.id].id],
                    intended=intended,
                    classes=list(tally.classes[count]),
                    row_totals=list(tally.row_totals[count]),
                )
            )
        return Entry(tuple(states), tuple(filled))

    def held(self, states: Iterable[int]) -> list[Placements]:
        """The pieces that the sites in these states hold."""
        return [
            self.placements[piece]
            for site, state in zip(self.sites, states, strict=True)
            for piece in site.pieces[state]
        ]

    def _characters(self, number: Field, value: int) -> list[str]:
        if value == 0:
            return list(self._leading[number.id][0])
        figures = str(value)
        return [*self._leading[number.id][len(figures)], *figures]

    def _piece(self, placements: Placements) -> tuple[int, ...]:
        """The number of a new piece, or nothing where there is no ink."""
        if not len(placements):
            return ()
        self.placements.append(placements)
        return (len(self.placements) - 1,)

    def _site(self, states: list[tuple[int, ...]]) -> int:
        self.sites.append(Site(states))
        return len(self.sites) - 1

    def _learn_boxes(self, number: Field, scenes: "_Scenes") -> None:
        count = len(number.boxes)
        boxes = [_Box(self._site([()]), {BLANK: 0}, {BLANK: ()}) for _ in number.boxes]
        leading: dict[int, list[str]] = {}
        for value, filled, ink in scenes.numbers(number):
            length = len(str(value)) if value else 0
            leading.setdefault(length, filled.written[: count - length])
            self._pattern.setdefault(number.id, filled)
            for position, (character, known) in enumerate(zip(filled.written, boxes, strict=True)):
                if character in known.state:
                    continue
                held = self._piece(_within(ink, [number.boxes[position]]))
                if filled.blackened is not None:
                    held += self._piece(_within(ink, number.bubbles[position]))
                states = self.sites[known.site].pieces
                known.state[character] = len(states)
                known.blackened[character] = (
                    filled.blackened[position] if filled.blackened is not None else ()
                )
                states.append(held)
        self._boxes[number.id], self._leading[number.id] = boxes, leading

    def _learn_tally(self, tally: Field, scenes: "_Scenes") -> None:
        """Marks of every cell, totals of every row, and the strokes through what is left over."""
        rows, row_marks = len(tally.row_totals), tally.columns * BUNDLE
        capacity = rows * row_marks
        full, full_ink = scenes.of(capacity, tally.id)
        self._pattern[tally.id] = full
        glyphs = [_within(scenes.of(m, tally.id)[1], tally.boxes[:1])[:, _GLYPH] for m in range(1, BUNDLE)]
        marks = [self._marks(_within(full_ink, [box]), glyphs, box) for box in tally.boxes]
        unused, unused_classes = [], []
        for row in range(rows + 1):
            filled, ink = scenes.of(row * row_marks, tally.id)
            cells = tally.boxes[row * tally.columns :]
            totals_left = [b for r in tally.row_totals[row:] for b in r]
            left_over = [_around(cells), _around(totals_left)] if cells else []
            held_there = [self._clear(_within(ink, [area]), area, _CLEAR_ACROSS_PX) for area in left_over]
            unused.append(tuple(p for placements in held_there for p in self._piece(placements)))
            unused_classes.append(filled.classes[row * tally.columns :])
        empty = scenes.of(1, tally.id)[0].classes[1]
        row_totals = [self._row_totals(tally, row, scenes) for row in range(rows)]
        held, classes, totals = [], [], []
        for count in range(capacity + 1):
            used = -(-count // row_marks)
            bundles, rest = divmod(count, BUNDLE)
            here = [marks[cell][BUNDLE - 1] for cell in range(bundles)]
            here += [marks[bundles][rest - 1]] if rest else []
            shown = [str(BUNDLE)] * bundles + ([str(rest)] if rest else [])
            shown += [empty] * (used * tally.columns - len(shown))
            written = []
            for row in range(used):
                total, piece = row_totals[row][min(row_marks, count - row * row_marks) - 1]
                written.append(total)
                here.append(piece)
            held.append(tuple(p for piece in here for p in piece) + unused[used])
            classes.append((*shown, *unused_classes[used]))
            totals.append((*written, *[BLANK] * (rows - used)))
        self._tally[tally.of] = _Tally(self._site(held), capacity, tuple(classes), tuple(totals))

    def _marks(
        self, bundle: Placements, glyphs: list[NDArray[np.float64]], box: Box
    ) -> list[tuple[int, ...]]:
        """One to five marks in a cell, given the full bundle there and the glyphs of fewer."""
        bundle = self._clear(bundle, box)
        kinds = []
        for glyph in glyphs:
            fewer = bundle[: len(glyph)].copy()
            fewer[:, _GLYPH] = glyph
            kinds.append(self._piece(fewer))
        return [*kinds, self._piece(bundle)]

    def _row_totals(self, tally: Field, row: int, scenes: "_Scenes") -> list[tuple[str, tuple[int, ...]]]:
        """Every total that a row may have, as written and its pieces."""
        row_marks, boxes = tally.columns * BUNDLE, tally.row_totals[row]
        figures: list[dict[str, tuple[int, ...]]] = [{} for _ in boxes]
        before_units: list[str] = []
        for total in (*range(1, 11), *range(20, row_marks + 1, 10)):
            filled, ink = scenes.of(row * row_marks + total, tally.id)
            written = filled.row_totals[row]
            if total == 1:
                before_units = list(written[:-1])
            for known, character, box in zip(figures, written, boxes, strict=True):
                if character not in known:
                    known[character] = self._piece(self._clear(_within(ink, [box]), box))
        totals = []
        for total in range(1, row_marks + 1):
            characters = [*before_units[: len(boxes) - len(str(total))], *str(total)]
            held = (known[c] for known, c in zip(figures, characters, strict=True))
            totals.append(("".join(characters), tuple(p for pieces in held for p in pieces)))
        return totals

    def _clear(self, ink: Placements, box: Box, clear_px: float = _CLEAR_PX) -> Placements:
        """The glyphs drawn smaller and moved as far as it takes to keep clear of the edges of their cell."""
        ink = ink.copy()
        if not len(ink):
            return ink
        for axis, start, length in ((1, _Y, _HEIGHT), (0, _X, _WIDTH)):
            strokes = write(self.text.crew.alphabet, ink)
            least = float((strokes.points[:, axis] - strokes.radius).min())
            most = float((strokes.points[:, axis] + strokes.radius).max())
            clear = min(clear_px / self._px_per_mm, _CLEAR_MOST[axis] * box[axis + 2])
            first, last = box[axis] + clear, box[axis] + box[axis + 2] - clear
            share = min(1.0, (last - first) / (most - least))
            target = min(max(least, first), last - share * (most - least))
            ink[:, start] = (ink[:, start] - least) * share + target
            ink[:, length] *= share
        return ink


class _Scenes:
    """The numbers of a page, filled with one value everywhere; remembered.

    Each is filled twice, the second time with the fields in reverse: what was corrected in the first (by
    chance, and so in every scene) is not in the second.
    """

    def __init__(self, base: SheetOrder, page: Page) -> None:
        self._base = base
        there = _only(page, ("digits", "tally"), keep=True)
        self._pages = there, dataclasses.replace(there, fields=there.fields[::-1])
        self._largest = {
            f.id: 10 ** len(f.boxes) - 1 for p in base.template.pages for f in p.fields if f.kind == "digits"
        }
        self._seen: dict[tuple[int, int], tuple[dict[str, Filled], Filling]] = {}

    def numbers(self, number: Field) -> Iterator[tuple[int, Filled, Placements]]:
        """A number with every digit in every box, and zero, where not corrected: value, field, ink."""
        boxes = len(number.boxes)
        ones = [int("1" * length) for length in range(1, boxes + 1)]
        values = (
            0,
            *(one * digit for one in ones for digit in range(1, 10)),
            *(10**n for n in range(1, boxes)),
        )
        for attempt in range(len(self._pages)):
            for value in values:
                filled, ink = self.of(value, number.id, attempt)
                if not filled.tipexed and [c or "blank" for c in filled.written] == list(filled.classes):
                    yield value, filled, ink

    def of(self, value: int, field_id: str, attempt: int = 0) -> tuple[Filled, Placements]:
        """A field when every number of the page is `value` (or the most that fits), and all ink there."""
        key = value, attempt
        if key not in self._seen:
            values = {name: min(value, largest) for name, largest in self._largest.items()}
            filling = fill(dataclasses.replace(self._base, values=values), self._pages[attempt])
            self._seen[key] = ({f.field.id: f for f in filling.fields}, filling)
        fields, filling = self._seen[key]
        return fields[field_id], filling.placements


def _only(page: Page, kinds: tuple[str, ...], *, keep: bool) -> Page:
    """The page with fields of these kinds only, or without them."""
    return dataclasses.replace(page, fields=tuple(f for f in page.fields if (f.kind in kinds) == keep))


def _around(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds all boxes."""
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    return left, top, max(b[0] + b[2] for b in boxes) - left, max(b[1] + b[3] for b in boxes) - top


def _within(ink: Placements, boxes: Iterable[Box]) -> Placements:
    """The placements whose middle lies in one of the boxes."""
    middle_x, middle_y = ink[:, _X] + ink[:, _WIDTH] / 2, ink[:, _Y] + ink[:, _HEIGHT] / 2
    inside = np.zeros(len(ink), dtype=bool)
    for x, y, width, height in boxes:
        inside |= (middle_x >= x) & (middle_x < x + width) & (middle_y >= y) & (middle_y < y + height)
    return ink[inside]
