"""Reading one photo: is it this page, where is the sheet, what do its boxes and bubbles say.

    decode -> tag -> sheet -> fields -> boxes and bubbles -> numbers

Pure: bytes and a layout in, values out; nothing is stored here and nothing is sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sirekap.forms.layout import Layout, SheetPage
from sirekap.reading import boxes, bubbles, looks, sheet, tag
from sirekap.reading.boxes import Placed
from sirekap.reading.digits import SOUND, UNSEEN, read_marks
from sirekap.reading.figures import FieldReading, read_field
from sirekap.reading.looks import Looks
from sirekap.reading.photo import Luma, PhotoFacts, decode
from sirekap.reading.sheet import FoundSheet
from sirekap.reading.tag import Points

NO_TAG, WRONG_PAGE, WRONG_FORM = "no_tag", "wrong_page", "wrong_form"
BLURRED, DARK, CORNER_MISSING, UNSURE = "blurred", "dark", "corner_missing", "unsure"

_QUARTERS = 4


@dataclass(frozen=True, slots=True)
class PageReading:
    """What was read of one photo.

    `shows`: form and page of the tag, None where there is no tag or none of a known form. `corners`: of the
    paper in photo px, clockwise from the printed top left, None without a sheet. `turned`: how far the photo
    has to be turned clockwise for the sheet to stand upright, 0, 90, 180 or 270 degrees. `fields`: each
    number of the page; empty where the photo does not show the page.

    Flags: no_tag, wrong_page, wrong_form (the photo does not show the page, nothing was read); blurred,
    dark, corner_missing (hints: it was read all the same); unsure:<field> (no value; `fields` says why).
    """

    form: str
    page: int
    mode: str
    photo: PhotoFacts
    shows: tuple[str, int] | None
    corners: tuple[tuple[float, float], ...] | None
    marks: tuple[tuple[float, float] | None, ...]
    turned: int | None
    looks: Looks | None
    fields: tuple[FieldReading, ...]
    flags: tuple[str, ...]

    @property
    def numbers(self) -> dict[str, int | None]:
        """Field -> value, None where unsure."""
        return {field.field: field.value for field in self.fields}

    @property
    def confidence(self) -> dict[str, float]:
        """Field -> 0 to 1."""
        return {field.field: field.confidence for field in self.fields}

    def to_json(self) -> dict[str, Any]:
        """All of it, for storing beside the photo."""
        return {
            "reading": 1,
            "form": self.form,
            "page": self.page,
            "mode": self.mode,
            "photo": {"width": self.photo.width, "height": self.photo.height},
            "shows": None if self.shows is None else {"form": self.shows[0], "page": self.shows[1]},
            "corners": None if self.corners is None else [_point(corner) for corner in self.corners],
            "marks": [None if mark is None else _point(mark) for mark in self.marks],
            "turned": self.turned,
            "looks": None
            if self.looks is None
            else {"edge_mm": round(self.looks.edge_mm, 2), "paper": round(self.looks.paper)},
            "flags": list(self.flags),
            "numbers": self.numbers,
            "fields": {field.field: field.to_json() for field in self.fields},
        }


def read(
    jpeg: bytes, page: SheetPage, layout: Layout, mode: str = SOUND, known: Iterable[Layout] = ()
) -> PageReading:
    """Read a photo that is said to show `page` of `layout`.

    `known`: layouts of other forms whose tags should be named when the wrong form was photographed.
    Raises UnreadablePhotoError where the bytes are no whole photo, ValueError for an unknown mode.
    """
    photo = decode(jpeg)
    names = {one.tag.id: (form.form, one.number) for form in (*known, layout) for one in form.pages}
    found = tag.find(photo.luma, names)
    shows = None if found is None else names.get(found.id)
    if found is None or shows != (layout.form, page.number):
        flag = NO_TAG if found is None else WRONG_PAGE if shows and shows[0] == layout.form else WRONG_FORM
        return PageReading(
            layout.form, page.number, mode, photo.facts, shows, None, (), None, None, (), (flag,)
        )
    lies = sheet.lie(photo.luma, found, page, layout)
    seen = looks.judge(photo.luma, lies, page.tag)
    fields = _fields(photo.luma, lies, page, mode)
    hints = ((BLURRED, seen.blurred), (DARK, seen.dark), (CORNER_MISSING, None in lies.marks))
    return PageReading(
        form=layout.form,
        page=page.number,
        mode=mode,
        photo=photo.facts,
        shows=shows,
        corners=tuple(_in_photo(lies.corners, photo.shrunk)),
        marks=tuple(
            None if mark is None else _in_photo(np.array([mark]), photo.shrunk)[0] for mark in lies.marks
        ),
        turned=_turned(lies),
        looks=seen,
        fields=fields,
        flags=(
            *(flag for flag, holds in hints if holds),
            *(f"{UNSURE}:{field.field}" for field in fields if field.value is None),
        ),
    )


def _fields(luma: Luma, lies: FoundSheet, page: SheetPage, mode: str) -> tuple[FieldReading, ...]:
    if not page.fields:
        return ()
    placed = boxes.place(luma, lies, page.fields)
    quads = np.concatenate([one.quads(lies, one.field.boxes) for one in placed])
    frames = [one.seen for one in placed for _ in one.field.boxes]
    seen = [there and framed for there, framed in zip(boxes.within(luma, quads), frames, strict=True)]
    marks = iter(
        mark if whole or mode != SOUND else UNSEEN
        for mark, whole in zip(read_marks(boxes.cut(luma, quads), mode), seen, strict=True)
    )
    return tuple(
        read_field(one.field.id, [next(marks) for _ in one.field.boxes], _columns(luma, lies, one), mode)
        for one in placed
    )


def _columns(luma: Luma, lies: FoundSheet, placed: Placed) -> list[int | None] | None:
    columns = placed.field.bubbles
    if columns is None:
        return None
    return bubbles.read_columns(luma, placed.quads(lies, tuple(one for column in columns for one in column)))


def _turned(lies: FoundSheet) -> int:
    (x0, y0), (x1, y1) = lies.corners[:2]
    return -round(float(np.degrees(np.arctan2(y1 - y0, x1 - x0))) / 90) % _QUARTERS * 90


def _in_photo(points: Points, shrunk: float) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (points + 0.5) * shrunk - 0.5]


def _point(point: tuple[float, float]) -> list[float]:
    return [round(one, 2) for one in point]
