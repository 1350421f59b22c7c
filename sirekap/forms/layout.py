"""Where everything that matters lies on the sheets of a form: the layout, as JSON and as frozen values.

Lengths are millimetres from the top left of the sheet, y down. A layout is data that KPU registers for each
contest (how many boxes a sheet has depends on who stands); PPWP of 2024 is built in. The JSON:

    {"layout": 1, "form": "ppwp", "election": "pemilu-2024", "model": "C.HASIL-PPWP",
     "certainty": "exact" | "reconstructed", "width_mm": 600, "height_mm": 900,
     "pages": [{"page": 1, "tag": {"family": "36h10", "id": 101, "box": [x, y, w, h], "turn": 180},
                "corner_marks": [[x, y, w, h], ...],
                "fields": [{"id": "dpt_l", "boxes": [[x, y, w, h], ...], "style": "ordinary" | "dotted",
                            "bubbles": null | [[[x, y, w, h] x 10] per box]}]}]}

Every page of the form is there, one without numbers with no fields. A layout is named by its `digest`.
"""

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

VERSION = 1
TAG_FAMILIES = ("36h10",)
TAGS_OF_FAMILY = 2_320  # AprilTag 36h10 as OpenCV has it: ids 0 to 2319
STYLES = ("ordinary", "dotted")
CERTAINTIES = ("exact", "reconstructed")
MOST_PAGES = 100
MOST_FIELDS = 2_000  # of one page; 18 parties with 14 candidates each are 306 numbers on a whole form
MOST_BOXES = 6  # of one number; 2024 had three, four overseas
LONGEST_MM = 2_000.0

_BUILTIN = Path(__file__).with_name("layouts")
_NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")

Box = tuple[float, float, float, float]
"""x, y, width, height in mm."""


class WrongLayoutError(ValueError):
    """What was given is not a layout; the message names the place and what would be right."""


class UnknownPageError(LookupError):
    """The form has no such page."""


@dataclass(frozen=True, slots=True)
class SheetTag:
    """The AprilTag of a page; `turn` is how far it is printed turned against its own drawing, in degrees."""

    family: str
    id: int
    box: Box
    turn: int


@dataclass(frozen=True, slots=True)
class NumberField:
    """A number on a page: its boxes from left to right and, for each, the ten circles 0..9 if it has them."""

    id: str
    boxes: tuple[Box, ...]
    bubbles: tuple[tuple[Box, ...], ...] | None
    style: str


@dataclass(frozen=True, slots=True)
class SheetPage:
    """One sheet of paper."""

    number: int
    tag: SheetTag
    corner_marks: tuple[Box, ...]
    fields: tuple[NumberField, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A form with all its pages, in order."""

    form: str
    election: str
    model: str
    certainty: str
    width_mm: float
    height_mm: float
    pages: tuple[SheetPage, ...]

    def page(self, number: int) -> SheetPage:
        """The page with this number. Raises UnknownPageError."""
        for page in self.pages:
            if page.number == number:
                return page
        known = ", ".join(str(page.number) for page in self.pages)
        raise UnknownPageError(f"form {self.form} has no page {number!r}; its pages are {known}")


@lru_cache(maxsize=8)
def builtin(form: str) -> Layout:
    """A layout that comes with the program: "ppwp". Raises WrongLayoutError for any other."""
    return load(builtin_json(form))


def builtin_json(form: str) -> dict[str, Any]:
    """The JSON object of a built-in layout. Raises WrongLayoutError."""
    known = sorted(path.stem for path in _BUILTIN.glob("*.json"))
    if form not in known:
        raise WrongLayoutError(f"no layout of form {form!r:.40} is built in; there are {', '.join(known)}")
    content: dict[str, Any] = json.loads((_BUILTIN / f"{form}.json").read_text(encoding="utf-8"))
    return content


def digest(value: Any) -> str:
    """The name of a layout: sha256, in hex, of its JSON with sorted keys and no spaces.

    A whole number counts the same as 600 or 600.0: JSON does not tell them apart and some writers drop the
    fraction (RFC 8785 writes it so too).
    """
    text = json.dumps(_canonical(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _canonical(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def load(value: Any) -> Layout:
    """The Layout of a JSON object. Raises WrongLayoutError, naming what is wrong and what would be right."""
    whole = _Entry(value, "layout")
    if whole.get("layout", int) != VERSION:
        raise WrongLayoutError(f"layout.layout is {value['layout']!r:.40}, must be {VERSION}")
    sheet = (whole.length("width_mm"), whole.length("height_mm"))
    pages = tuple(_page(entry, sheet) for entry in whole.entries("pages", 1, MOST_PAGES))
    _all_differ([page.number for page in pages], "layout.pages: page")
    _all_differ([page.tag.id for page in pages], "layout.pages: tag id")
    _all_differ([field.id for page in pages for field in page.fields], "layout.pages: field")
    return Layout(
        form=whole.name("form"),
        election=whole.name("election"),
        model=whole.get("model", str)[:200],
        certainty=whole.one_of("certainty", CERTAINTIES),
        width_mm=sheet[0],
        height_mm=sheet[1],
        pages=tuple(sorted(pages, key=lambda page: page.number)),
    )


def _page(entry: "_Entry", sheet: tuple[float, float]) -> SheetPage:
    tag = entry.entry("tag")
    number, turn = entry.get("page", int), tag.get("turn", int)
    if not 1 <= number <= MOST_PAGES:
        raise WrongLayoutError(f"{entry.where}.page is {number}, must be 1 to {MOST_PAGES}")
    if not 0 <= tag.get("id", int) < TAGS_OF_FAMILY:
        raise WrongLayoutError(f"{tag.where}.id is {tag.value['id']}, must be 0 to {TAGS_OF_FAMILY - 1}")
    if turn not in (0, 90, 180, 270):
        raise WrongLayoutError(f"{tag.where}.turn is {turn}, must be 0, 90, 180 or 270")
    return SheetPage(
        number=number,
        tag=SheetTag(
            tag.one_of("family", TAG_FAMILIES), tag.get("id", int), tag.read("box", _boxed(sheet)), turn
        ),
        corner_marks=entry.boxes("corner_marks", 0, 64, sheet),
        fields=tuple(_field(one, sheet) for one in entry.entries("fields", 0, MOST_FIELDS)),
    )


def _field(entry: "_Entry", sheet: tuple[float, float]) -> NumberField:
    boxes = entry.boxes("boxes", 1, MOST_BOXES, sheet)
    bubbles = None
    if entry.value.get("bubbles") is not None:
        columns = entry.get("bubbles", list)
        if len(columns) != len(boxes):
            raise WrongLayoutError(f"{entry.where}.bubbles has {len(columns)} columns for {len(boxes)} boxes")
        bubbles = tuple(_box_list(column, f"{entry.where}.bubbles", 10, 10, sheet) for column in columns)
    return NumberField(entry.name("id"), boxes, bubbles, entry.one_of("style", STYLES))


@dataclass(frozen=True)
class _Entry:
    """An object of the JSON and its place in it, for messages."""

    value: Any
    where: str

    def __post_init__(self) -> None:
        if not isinstance(self.value, Mapping):
            raise WrongLayoutError(f"{self.where} must be an object, not {type(self.value).__name__}")

    def get(self, key: str, kind: type) -> Any:
        if key not in self.value:
            raise WrongLayoutError(f"{self.where} lacks {key!r}")
        found = self.value[key]
        if not isinstance(found, kind) or (isinstance(found, bool) and kind is int):
            raise WrongLayoutError(f"{self.where}.{key} is {found!r:.40}, must be of type {kind.__name__}")
        return found

    def read(self, key: str, how: Callable[[Any, str], Box]) -> Box:
        return how(self.get(key, list), f"{self.where}.{key}")

    def name(self, key: str) -> str:
        found: str = self.get(key, str)
        if len(found) > 64 or not _NAME.fullmatch(found):
            raise WrongLayoutError(
                f"{self.where}.{key} is {found!r:.70}, must be small letters and digits, joined by - or _"
            )
        return found

    def one_of(self, key: str, known: tuple[str, ...]) -> str:
        found: str = self.get(key, str)
        if found not in known:
            raise WrongLayoutError(f"{self.where}.{key} is {found!r:.40}, must be {' or '.join(known)}")
        return found

    def length(self, key: str) -> float:
        if key not in self.value:
            raise WrongLayoutError(f"{self.where} lacks {key!r}")
        found = _number(self.value[key], f"{self.where}.{key}")
        if not 10.0 <= found <= LONGEST_MM:
            raise WrongLayoutError(f"{self.where}.{key} is {found:g}, must be 10 to {LONGEST_MM:g} mm")
        return found

    def entry(self, key: str) -> "_Entry":
        return _Entry(self.get(key, Mapping), f"{self.where}.{key}")

    def entries(self, key: str, least: int, most: int) -> "list[_Entry]":
        found = self.get(key, list)
        _check_count(found, f"{self.where}.{key}", least, most)
        return [_Entry(one, f"{self.where}.{key}[{k}]") for k, one in enumerate(found)]

    def boxes(self, key: str, least: int, most: int, sheet: tuple[float, float]) -> tuple[Box, ...]:
        return _box_list(self.get(key, list), f"{self.where}.{key}", least, most, sheet)


def _box_list(value: Any, where: str, least: int, most: int, sheet: tuple[float, float]) -> tuple[Box, ...]:
    if not isinstance(value, list):
        raise WrongLayoutError(f"{where} must be a list of boxes")
    _check_count(value, where, least, most)
    read = _boxed(sheet)
    return tuple(read(one, f"{where}[{k}]") for k, one in enumerate(value))


def _boxed(sheet: tuple[float, float]) -> Callable[[Any, str], Box]:
    def read(value: Any, where: str) -> Box:
        if not isinstance(value, list) or len(value) != 4:
            raise WrongLayoutError(f"{where} is {value!r:.60}, must be [x, y, width, height] in mm")
        x, y, width, height = (_number(one, where) for one in value)
        if not (
            width > 0 and height > 0 and 0 <= x <= x + width <= sheet[0] and 0 <= y <= y + height <= sheet[1]
        ):
            raise WrongLayoutError(
                f"{where}: {x:g}, {y:g}, {width:g} x {height:g} mm does not lie on the sheet of "
                f"{sheet[0]:g} x {sheet[1]:g} mm"
            )
        return (x, y, width, height)

    return read


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise WrongLayoutError(f"{where} holds {value!r:.40}, must be numbers in mm")
    return float(value)


def _check_count(value: list[Any], where: str, least: int, most: int) -> None:
    if not least <= len(value) <= most:
        raise WrongLayoutError(f"{where} has {len(value)} entries, must have {least} to {most}")


def _all_differ(values: list[Any], what: str) -> None:
    seen: set[Any] = set()
    for value in values:
        if value in seen:
            raise WrongLayoutError(f"{what} {value} is there twice")
        seen.add(value)
