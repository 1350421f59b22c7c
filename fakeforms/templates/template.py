"""A form is data: what is printed on each page, and where its fields are.

A template file (`templates/<form>.json`, all lengths in mm from the top left of the sheet, y down) has
for every page a display list `print` (what the printer puts on the paper) and a list `fields`
(where people write). One engine (`printing`) draws any display list and one scribe (`filling`)
fills any list of fields, so a new form is a new file and no code.

Field kinds:
    digits     boxes for one number, `style` ordinary or dotted; with `bubbles`, a column of ten per box
    words      a free cell for the number of another field (`of`) in words
    tally      a grid of cells for bundles of five, with two boxes per row for the row's total
    line       a dotted line to write on
    date       boxes for day, month or year
    signature  a cell for a signature, and the line its name goes on
    strike     alternatives (*) Coret yang tidak perlu): for each choice, the line that strikes the others
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from fakeforms.errors import TemplateError

TEMPLATE_VERSION = 1
KINDS = ("digits", "words", "tally", "line", "date", "signature", "strike")
OPERATIONS = ("text", "line", "rect", "guide", "bubble", "fill")

Box = tuple[float, float, float, float]
"""x, y, width, height in mm."""

Line = tuple[float, float, float]
"""x0, x1, y in mm."""

Shape = tuple[tuple[int, int], ...]
"""Who stands: (number on the ballot, candidates on its list) each, in the order of the ballot."""


@dataclass(frozen=True, slots=True)
class Field:
    """A place on a page where people write. Lists that do not apply to its kind are empty."""

    id: str
    kind: str
    boxes: tuple[Box, ...] = ()  # digits, date; for a tally its cells, row by row
    style: str = "ordinary"
    bubbles: tuple[tuple[Box, ...], ...] = ()  # digits: per box, the circles 0..9
    of: str = ""  # words, tally: the id of the number they repeat
    row_totals: tuple[tuple[Box, ...], ...] = ()  # tally: per row, the boxes for its total
    columns: int = 0  # tally
    line: Line = (0.0, 0.0, 0.0)  # line, name of a signature
    options: tuple[tuple[str, Line], ...] = ()  # strike: choice -> line through what is not chosen
    area: Box = (0.0, 0.0, 0.0, 0.0)  # words, signature
    who: str = ""  # signature: kpps or saksi
    index: int = 0  # signature: 1..7 or 1..3


@dataclass(frozen=True, slots=True)
class Tag:
    """The AprilTag of a page; `turn` is the rotation against OpenCV's own drawing, in degrees."""

    family: str
    id: int
    box: Box
    turn: int


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet of paper: its display list and its fields."""

    number: int
    tag: Tag
    corner_marks: tuple[Box, ...]
    display: tuple[Mapping[str, Any], ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A form with all its pages."""

    form: str
    model: str
    source: str
    width_mm: float
    height_mm: float
    pages: tuple[Page, ...]

    def page(self, number: int) -> Page:
        """The page with this number, or TemplateError."""
        for page in self.pages:
            if page.number == number:
                return page
        known = ", ".join(str(page.number) for page in self.pages)
        raise TemplateError(f"form {self.form!r} has no page {number!r}; its pages are {known}")


def known_forms() -> tuple[str, ...]:
    """Ids of the forms this installation has a template for."""
    folder = resources.files("fakeforms.templates")
    return tuple(sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".json")))


@lru_cache(maxsize=64)
def load(form: str, shape: Shape = ()) -> Template:
    """The template of a form, laid out for those who stand.

    TemplateError if there is none or its file is broken.
    """
    if form not in known_forms():
        raise TemplateError(f"form {form!r} is unknown; known forms: {', '.join(known_forms())}")
    name = f"{form}.json"
    try:
        data = json.loads(resources.files("fakeforms.templates").joinpath(name).read_text("utf-8"))
    except json.JSONDecodeError as error:
        raise TemplateError(f"templates/{name}, line {error.lineno}: not valid JSON ({error.msg})") from error
    return parse(data, name)


def parse(data: Mapping[str, Any], name: str) -> Template:
    """Build a Template from the content of a template file called `name`."""
    if data.get("template") != TEMPLATE_VERSION:
        raise TemplateError(f"{name}: template version {data.get('template')!r}, expected {TEMPLATE_VERSION}")
    try:
        width, height = data["sheet"]
        pages = tuple(_page(page, name) for page in data["pages"])
        return Template(data["form"], data["model"], data["source"], width, height, pages)
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, TemplateError):
            raise
        raise TemplateError(f"{name}: missing or malformed entry: {error!r}") from error


def _page(data: Mapping[str, Any], name: str) -> Page:
    number = data["page"]
    for position, operation in enumerate(data["print"]):
        if operation.get("op") not in OPERATIONS:
            raise TemplateError(
                f"{name}, page {number}, print[{position}]: op {operation.get('op')!r}, "
                f"expected one of {', '.join(OPERATIONS)}"
            )
    fields = tuple(_field(field, f"{name}, page {number}") for field in data["fields"])
    ids = [field.id for field in fields]
    for field_id in ids:
        if ids.count(field_id) > 1:
            raise TemplateError(f"{name}, page {number}: field id {field_id!r} is used twice")
    digits = {field.id for field in fields if field.kind == "digits"}
    for field in fields:
        if field.of and field.of not in digits:
            raise TemplateError(
                f"{name}, page {number}, field {field.id!r}: 'of' names {field.of!r}, no number"
            )
    tag = data["tag"]
    return Page(
        number=number,
        tag=Tag(tag["family"], tag["id"], _box(tag["box"]), tag["turn"]),
        corner_marks=_boxes(data["corner_marks"]),
        display=tuple(data["print"]),
        fields=fields,
    )


def _field(data: Mapping[str, Any], where: str) -> Field:
    kind = data.get("kind")
    if kind not in KINDS:
        raise TemplateError(
            f"{where}, field {data.get('id')!r}: kind {kind!r}, expected one of {', '.join(KINDS)}"
        )
    if kind == "tally":
        return _tally(data)
    line = data.get("line", data.get("name_line", (0.0, 0.0, 0.0)))
    return Field(
        id=data["id"],
        kind=kind,
        boxes=_boxes(data.get("boxes", ())),
        style=data.get("style", "ordinary"),
        bubbles=tuple(_boxes(column) for column in data.get("bubbles", ())),
        of=data.get("of", ""),
        line=_line(line),
        options=tuple((choice, _line(values)) for choice, values in data.get("options", {}).items()),
        area=_box(data.get("area", (0.0, 0.0, 0.0, 0.0))),
        who=data.get("who", ""),
        index=data.get("index", 0),
    )


def _tally(data: Mapping[str, Any]) -> Field:
    width, height = data["cell"]
    total_width, total_height = data["row_total_cell"]
    return Field(
        id=data["id"],
        kind="tally",
        of=data["of"],
        columns=len(data["columns_x"]),
        boxes=tuple((float(x), float(y), width, height) for y in data["rows_y"] for x in data["columns_x"]),
        row_totals=tuple(
            tuple((float(x), float(y), total_width, total_height) for x in data["row_total_x"])
            for y in data["rows_y"]
        ),
    )


def _line(values: Any) -> Line:
    x0, x1, y = values
    return (float(x0), float(x1), float(y))


def _box(values: Any) -> Box:
    x, y, width, height = values
    return (float(x), float(y), float(width), float(height))


def _boxes(values: Any) -> tuple[Box, ...]:
    return tuple(_box(box) for box in values)
