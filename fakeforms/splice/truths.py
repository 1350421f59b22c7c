"""What is true about a joined photo: the truth of its base with the numbers of this TPS in their places.

The same form as the truth of the full engine (see `fakeforms.truth`), with "engine": "splice" and "base".
`numbers` and `fields.<id>.intended` are what was ordered; `written`, the classes and the bubbles are what the
photo shows. So for names, places, dates and signatures `written` is the text of the base, and words for
numbers are blank. The quadrilaterals are the base's, which is where things are in this photo too.

A truth comes as a dictionary, whose parts are shared between photos (read them, do not change them), or as
JSON, which is put together from parts that have been spelled out once.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any, cast

import orjson

from fakeforms.orders import SheetOrder
from fakeforms.splice.pieces import Entry, Pieces
from fakeforms.splice.plates import Plate
from fakeforms.templates import wording
from fakeforms.templates.template import Field, Page
from fakeforms.truth.describe import describe
from fakeforms.truth.reading import reading
from fakeforms.writing.filling import Filled
from fakeforms.writing.terbilang import terbilang

Truth = dict[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """A number ready for the truth: its value as read, and by id its field, its tally's and its words'.

    `spelled` are the same fields as JSON.
    """

    read: int | None
    fields: Truth
    spelled: Truth


class Truths:
    """The truths of one base page."""

    def __init__(self, base: SheetOrder, page: Page, pieces: Pieces, plate: Plate, quality: int) -> None:
        empty = [f for n in pieces.numbers for f in pieces.entry(n, None, 0).filled]
        by_id = {f.field.id: f for f in (*pieces.text.fields, *pieces.blank_words, *empty)}
        filling = dataclasses.replace(pieces.text, fields=tuple(by_id[f.id] for f in page.fields))
        self._base: Truth = describe(base, page, filling, plate.geometry, jpeg=b"", quality=quality)
        self._base |= {"engine": "splice", "base": {"tps": base.tps, "seed": base.seed}}
        self._fields = cast(Truth, self._base["fields"])
        self._photo = cast(Truth, self._base["photo"])
        self._spelled = {name: _spelled(part) for name, part in self._base.items()}
        self._spelled_fields = {name: _spelled(part) for name, part in self._fields.items()}
        self._texts = [f.field for f in pieces.text.fields]
        self._words: dict[str, list[str]] = {}
        for words in pieces.blank_words:
            self._words.setdefault(words.field.of, []).append(words.field.id)

    def told(self, entry: Entry) -> Told:
        """A number, its tally and its words as the truth tells them."""
        number = entry.filled[0]
        fields = {f.field.id: _field(self._fields[f.field.id], f) for f in entry.filled}
        for name in self._words.get(number.field.id, ()):
            fields[name] = {**self._fields[name], "intended": terbilang(cast(int, number.intended))}
        spelled = {name: _spelled(field) for name, field in fields.items()}
        return Told(reading(number.written), fields, spelled)

    def of(self, order: SheetOrder, told: Iterable[tuple[str, Told]], size_bytes: int, digest: str) -> Truth:
        """The truth of one photo: numbers of `order`, told by field id."""
        fields = dict(self._fields)
        written = {}
        for number, entry in told:
            fields.update(entry.fields)
            written[number] = entry.read
        fields.update(self._meant(order))
        return {**self._base, **self._own(order, written, size_bytes, digest), "fields": fields}

    def json(
        self,
        order: SheetOrder,
        told: Iterable[tuple[str, Told]],
        size_bytes: int,
        digest: str,
        also: Mapping[str, object],
    ) -> bytes:
        """The same as JSON, with `also` in it at the end."""
        fields: Truth = dict(self._spelled_fields)
        written = {}
        for number, entry in told:
            fields.update(entry.spelled)
            written[number] = entry.read
        fields.update(self._meant(order))
        own = self._own(order, written, size_bytes, digest)
        return orjson.dumps({**self._spelled, **own, "fields": fields, **also})

    def _own(self, order: SheetOrder, written: dict[str, int | None], size_bytes: int, digest: str) -> Truth:
        """What differs from photo to photo, but for the fields."""
        return {
            "tps": order.tps,
            "seed": order.seed,
            "photo": {**self._photo, "bytes": size_bytes, "sha256": digest},
            "numbers": {number: order.values[number] for number in written},
            "written": written,
        }

    def _meant(self, order: SheetOrder) -> Iterable[tuple[str, Truth]]:
        """The texts that were ordered otherwise than the photo shows them."""
        texts = wording.written(order)
        for text in self._texts:
            meant = _intended(order, text, texts)
            field = self._fields[text.id]
            if field["intended"] != meant:
                yield text.id, {**field, "intended": meant}


def _intended(order: SheetOrder, text: Field, texts: dict[str, str]) -> str:
    if text.kind == "signature":
        return (order.kpps if text.who == "kpps" else order.saksi)[text.index - 1]
    return texts[text.id]


def _spelled(part: object) -> orjson.Fragment:
    return orjson.Fragment(orjson.dumps(part))


def _field(base: Truth, filled: Filled) -> Truth:
    out: Truth = {
        **base,
        "intended": filled.intended,
        "written": filled.written,
        "bubbled": filled.bubbled,
        "boxes": [
            {"class": c, "quad": box["quad"]} for c, box in zip(filled.classes, base["boxes"], strict=True)
        ],
    }
    if filled.blackened is not None:
        out["bubbles"] = [
            [{"filled": digit in marks, "quad": circle["quad"]} for digit, circle in enumerate(column)]
            for column, marks in zip(base["bubbles"], filled.blackened, strict=True)
        ]
    if filled.row_totals:
        out["row_totals"] = [
            {"written": list(total), "quads": row["quads"]}
            for total, row in zip(filled.row_totals, base["row_totals"], strict=True)
        ]
    return out
