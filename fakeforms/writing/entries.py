"""What the people of a TPS set down on all pages of one form: at first what they mean, then with mistakes.

A mistake is a Change: a few entries that differ, and one sentence. Folding changes into Entries is the only
way in which what is written comes to differ from what was intended, so the two can always be told apart.
Words, tally marks and bubbles follow the number that is written, unless a change says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from fakeforms.templates import template
from fakeforms.templates.template import Page, Shape
from fakeforms.writing import rules
from fakeforms.writing.rules import Rule

if TYPE_CHECKING:
    from fakeforms.orders import SheetOrder


@dataclass(frozen=True, slots=True)
class Change:
    """Entries that differ from what was meant. Keys are ids of fields as the template names them."""

    says: str  # one English sentence
    numbers: Mapping[str, int | None] = field(default_factory=dict)  # None leaves the boxes empty
    slip: bool = False  # only the figures in the boxes are wrong: words and tally keep the number
    words: Mapping[str, int | None] = field(default_factory=dict)  # words field -> number they say
    tallies: Mapping[str, int] = field(default_factory=dict)  # tally field -> marks
    row_slips: Mapping[str, int] = field(
        default_factory=dict
    )  # tally field -> error of its first row's total
    bubbles: Mapping[str, Mapping[int, tuple[int, ...]]] = field(default_factory=dict)  # box -> blackened
    boxes: Mapping[str, str] = field(default_factory=dict)  # number -> "unused-blank" or "left-aligned"
    texts: Mapping[str, str] = field(default_factory=dict)
    unsigned: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # signature field -> pages
    habits: Mapping[str, object] = field(default_factory=dict)  # attribute of the writer's Hand -> value
    shows_in: tuple[str, ...] = ()  # fields where a habit is seen, without being theirs alone

    @property
    def touches(self) -> tuple[str, ...]:
        """Ids of the fields that it makes its own."""
        parts = (
            self.numbers, self.words, self.tallies, self.row_slips, self.bubbles, self.boxes, self.texts,
            self.unsigned,
        )  # fmt: skip
        return tuple(dict.fromkeys(id for part in parts for id in part))


@dataclass(frozen=True, slots=True)
class Made:
    """A mistake that was made."""

    name: str
    fields: tuple[str, ...]
    says: str
    pages: tuple[int, ...] = ()  # where it is seen, if not wherever its fields are

    def on(self, page: Page) -> "Made | None":
        """What of it is seen on one page."""
        if self.pages and page.number not in self.pages:
            return None
        here = tuple(field.id for field in page.fields if field.id in self.fields)
        return replace(self, fields=here) if here else None

    def described(self) -> dict[str, object]:
        """What the ground truth tells about it."""
        return {"name": self.name, "fields": list(self.fields), "says": self.says}


@dataclass(frozen=True, slots=True)
class Places:
    """Where a form is written on: its fields, seen as what can go wrong with them."""

    boxes: Mapping[str, int]  # number -> its boxes
    dotted: frozenset[str]  # numbers on dotted boxes
    bubbled: tuple[str, ...]  # numbers with bubbles
    words_of: Mapping[str, str]  # number -> field of its words
    tally_of: Mapping[str, str]  # number -> field of its tally
    tally_room: Mapping[str, tuple[int, int]]  # tally field -> its rows, and marks in each
    lines: frozenset[str]
    signatures: Mapping[str, tuple[int, ...]]  # signature field -> pages it is on
    rules: tuple[Rule, ...]
    rows: tuple[str, ...]  # rows of men, women and all


@dataclass(slots=True)
class Entries:
    """Everything set down on one form of one TPS, page by page the same story."""

    places: Places
    meant: Mapping[str, str]  # texts of lines, and the name that belongs to each signature
    numbers: dict[str, int | None]  # in the boxes
    counted: dict[str, int | None]  # what words and tally go by
    words: dict[str, int | None] = field(default_factory=dict)
    tallies: dict[str, int] = field(default_factory=dict)
    row_slips: dict[str, int] = field(default_factory=dict)
    bubbles: dict[str, Mapping[int, tuple[int, ...]]] = field(default_factory=dict)
    boxes: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    unsigned: dict[str, tuple[int, ...]] = field(default_factory=dict)
    habits: dict[str, object] = field(default_factory=dict)
    made: list[Made] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)  # ids of fields with a mistake
    broken: list[Rule] = field(default_factory=list)  # rules that mistakes broke

    def fold(self, name: str, change: Change, broken: tuple[Rule, ...]) -> None:
        """Make a mistake that breaks these rules."""
        self.numbers.update(change.numbers)
        if not change.slip:
            self.counted.update(change.numbers)
        self.words.update(change.words)
        self.tallies.update(change.tallies)
        self.row_slips.update(change.row_slips)
        self.bubbles.update(change.bubbles)
        self.boxes.update(change.boxes)
        self.texts.update(change.texts)
        self.unsigned.update(change.unsigned)
        self.habits.update(change.habits)
        pages = tuple(sorted({page for pages in change.unsigned.values() for page in pages}))
        self.made.append(Made(name, (*change.touches, *change.shows_in), change.says, pages))
        self.touched.update(change.touches)
        self.broken.extend(broken)

    def words_say(self, words_field: str, number: str) -> int | None:
        """The number that a words field says, or None where it stays empty."""
        return self.words[words_field] if words_field in self.words else self.counted[number]

    def marks(self, tally_field: str, number: str) -> int:
        """How many marks a tally has."""
        if tally_field in self.tallies:
            return self.tallies[tally_field]
        return self.counted[number] or 0

    def fits(self, number: str, value: int) -> bool:
        """Whether a value can be written in the boxes of a number."""
        return 0 <= value <= int("9" * self.places.boxes[number])


def intended(order: "SheetOrder") -> Entries:
    """The entries of an order before any mistake."""
    meant = {"nomor_tps": f"{order.nomor_tps:03d}"}
    for who, names in (("kpps", order.kpps), ("saksi", order.saksi)):
        meant |= {f"{who}_{index}": name for index, name in enumerate(names, 1)}
    return Entries(places(order.form, order.shape), meant, dict(order.values), dict(order.values))


@lru_cache(maxsize=64)
def places(form: str, shape: Shape) -> Places:
    """The places of a form as laid out for those who stand."""
    pages = template.load(form, shape).pages
    fields = [f for page in pages for f in page.fields]
    numbers = {f.id: len(f.boxes) for f in fields if f.kind == "digits"}
    signatures: dict[str, tuple[int, ...]] = {}
    for page in pages:
        for entry in page.fields:
            if entry.kind == "signature":
                signatures[entry.id] = (*signatures.get(entry.id, ()), page.number)
    return Places(
        boxes=numbers,
        dotted=frozenset(f.id for f in fields if f.kind == "digits" and f.style == "dotted"),
        bubbled=tuple(f.id for f in fields if f.bubbles),
        words_of={f.of: f.id for f in fields if f.kind == "words"},
        tally_of={f.of: f.id for f in fields if f.kind == "tally"},
        tally_room={f.id: (len(f.row_totals), 5 * f.columns) for f in fields if f.kind == "tally"},
        lines=frozenset(f.id for f in fields if f.kind == "line"),
        signatures=signatures,
        rules=rules.of_form(form, shape),
        rows=rules.rows(numbers),
    )
