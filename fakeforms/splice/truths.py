"""What is true about a joined photo: the truth of its base with the numbers of this TPS in their places.

The same form as the truth of the full engine (see `fakeforms.truth`), with "engine": "splice" and "base".
`numbers` and `fields.<id>.intended` are what was ordered; `written`, the classes and the bubbles are what the
photo shows. So for names, places, dates and signatures `written` is the text of the base, and words for
numbers are blank. The quadrilaterals are the base's, which is where things are in this photo too.

Parts of a truth are shared between photos: read them, do not change them.
"""

import dataclasses
from collections.abc import Iterable
from typing import Any, cast

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
    """A number ready for the truth: its value as read, and its field and its tally's by id."""

    read: int | None
    fields: Truth


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
        self._texts = [f.field for f in (*pieces.text.fields, *pieces.blank_words)]

    def told(self, entry: Entry) -> Told:
        """A number and its tally as the truth tells them."""
        number = entry.filled[0]
        fields = {f.field.id: _field(self._fields[f.field.id], f) for f in entry.filled}
        return Told(reading(number.written), fields)

    def of(self, order: SheetOrder, told: Iterable[tuple[str, Told]], size_bytes: int, digest: str) -> Truth:
        """The truth of one photo: numbers of `order`, told by field id."""
        fields = dict(self._fields)
        written = {}
        for number, entry in told:
            fields.update(entry.fields)
            written[number] = entry.read
        texts = wording.written(order)
        for entry_field in self._texts:
            meant = _intended(order, entry_field, texts)
            if fields[entry_field.id]["intended"] != meant:
                fields[entry_field.id] = {**fields[entry_field.id], "intended": meant}
        return {
            **self._base,
            "tps": order.tps,
            "seed": order.seed,
            "photo": {**self._photo, "bytes": size_bytes, "sha256": digest},
            "numbers": {number: order.values[number] for number in written},
            "written": written,
            "fields": fields,
        }


def _intended(order: SheetOrder, entry: Field, texts: dict[str, str]) -> str:
    if entry.kind == "signature":
        return (order.kpps if entry.who == "kpps" else order.saksi)[entry.index - 1]
    return terbilang(order.values[entry.of]) if entry.kind == "words" else texts[entry.id]


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
