"""From the literal pages of a template file to a Template; what is wrong is told with its place."""

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Any

from fakeforms.errors import TemplateError
from fakeforms.templates.model import KINDS, OPERATIONS, Box, Field, Line, Page, Shape, Tag, Template

ELECTIONS = ("pemilu-2024", "pilkada-2024")
CORRECTIONS = ("tip-ex", "strike")
CERTAINTIES = ("exact", "reconstructed")
_NEEDS = {
    "digits": ("boxes",),
    "date": ("boxes",),
    "words": ("of", "area"),
    "tally": ("of", "cell", "columns_x", "rows_y", "row_total_x", "row_total_cell"),
    "line": ("line",),
    "signature": ("who", "index", "area", "name_line"),
    "strike": ("options",),
}
_OPERATION_NEEDS = {
    "text": ("text", "at", "size"),
    "line": ("from", "to", "line"),
    "rect": ("box", "line"),
    "guide": ("box",),
    "bubble": ("box", "text"),
    "fill": ("points",),
}


def build(data: Mapping[str, Any], pages: Iterable[Mapping[str, Any]], shape: Shape, name: str) -> Template:
    """The Template of a file's own keys and its pages (see `expansion`); TemplateError naming the place."""
    try:
        width, height = data["sheet"]
        template = Template(
            form=data["form"],
            model=data["model"],
            election=_one_of(data["election"], ELECTIONS, f"{name}: election"),
            correction=_one_of(data["correction"], CORRECTIONS, f"{name}: correction"),
            certainty=_one_of(data["certainty"], CERTAINTIES, f"{name}: certainty"),
            source=data["source"],
            unnamed=tuple(data["unnamed"]),
            width_mm=float(width),
            height_mm=float(height),
            shape=shape,
            pages=tuple(_page(page, (float(width), float(height)), name) for page in pages),
        )
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, TemplateError):
            raise
        raise TemplateError(f"{name}: missing or malformed entry: {error!r}") from error
    _check_numbers_once(template, name)
    return template


def _one_of(value: Any, allowed: tuple[str, ...], where: str) -> str:
    if value not in allowed:
        raise TemplateError(f"{where} is {value!r}, expected {' or '.join(repr(one) for one in allowed)}")
    return str(value)


def _check_numbers_once(template: Template, name: str) -> None:
    seen: dict[str, int] = {}
    tags: dict[int, int] = {}
    for position, page in enumerate(template.pages):
        if page.number in {earlier.number for earlier in template.pages[:position]}:
            raise TemplateError(f"{name}: page number {page.number} is used twice")
        if tags.setdefault(page.tag.id, page.number) != page.number:
            raise TemplateError(
                f"{name}, pages {tags[page.tag.id]} and {page.number}: same tag {page.tag.id}"
            )
    for page in template.pages:
        for field in page.fields:
            if field.kind == "digits" and seen.setdefault(field.id, page.number) != page.number:
                raise TemplateError(
                    f"{name}, pages {seen[field.id]} and {page.number}: both have the number {field.id!r}"
                )


def _page(data: Mapping[str, Any], sheet: tuple[float, float], name: str) -> Page:
    where = f"{name}, page {data['page']}"
    for position, operation in enumerate(data["print"]):
        _check_operation(operation, f"{where}, print[{position}]")
    fields = tuple(_field(field, where) for field in data["fields"])
    ids = [field.id for field in fields]
    repeated = (
        {field_id for field_id in ids if ids.count(field_id) > 1} if len(set(ids)) < len(ids) else set()
    )
    if repeated:
        raise TemplateError(f"{where}: field id {min(repeated)!r} is used twice")
    digits = {field.id for field in fields if field.kind == "digits"}
    for field in fields:
        if field.of and field.of not in digits:
            raise TemplateError(f"{where}, field {field.id!r}: 'of' names {field.of!r}, no number")
        _check_on_sheet(field, sheet, f"{where}, field {field.id!r}")
    tag = data["tag"]
    try:
        made = Tag(tag["family"], tag["id"], _box(tag["box"]), tag["turn"])
    except (KeyError, TypeError, ValueError) as error:
        raise TemplateError(f"{where}: 'tag' is missing or malformed: {error!r}") from error
    return Page(
        number=data["page"],
        tag=made,
        corner_marks=_boxes(data["corner_marks"]),
        display=tuple(data["print"]),
        fields=fields,
        words=_words(data["print"], where),
    )


def _words(display: Iterable[Mapping[str, Any]], where: str) -> frozenset[str]:
    words = set()
    for operation in display:
        try:
            words |= {
                name for _, name, _, _ in Formatter().parse(operation.get("text", "")) if name is not None
            }
        except ValueError as error:
            raise TemplateError(f"{where}: text {operation['text']!r}: {error}") from error
    return frozenset(words)


def _check_operation(operation: Mapping[str, Any], where: str) -> None:
    op = operation.get("op")
    if op not in OPERATIONS:
        raise TemplateError(f"{where}: op {op!r}, expected one of {', '.join(OPERATIONS)}")
    missing = [key for key in _OPERATION_NEEDS[op] if key not in operation]
    if missing:
        raise TemplateError(f"{where}: op {op!r} lacks {', '.join(repr(key) for key in missing)}")


def _check_on_sheet(field: Field, sheet: tuple[float, float], where: str) -> None:
    boxes = [*field.boxes, *(box for column in field.bubbles for box in column)]
    boxes += [box for row in field.row_totals for box in row]
    if field.kind in ("words", "signature"):
        boxes.append(field.area)
    lines = [field.line] if field.kind in ("line", "signature") else [line for _, line in field.options]
    boxes += [(x0, y, x1 - x0, 0.1) for x0, x1, y in lines]
    for x, y, width, height in boxes:
        if not (
            width > 0 and height > 0 and 0 <= x <= x + width <= sheet[0] and 0 <= y <= y + height <= sheet[1]
        ):
            raise TemplateError(
                f"{where}: ({x:g}, {y:g}, {width:g} x {height:g} mm) does not lie on the sheet "
                f"of {sheet[0]:g} x {sheet[1]:g} mm"
            )


def _field(data: Mapping[str, Any], where: str) -> Field:
    kind = data.get("kind")
    if kind not in KINDS:
        raise TemplateError(
            f"{where}, field {data.get('id')!r}: kind {kind!r}, expected one of {', '.join(KINDS)}"
        )
    where = f"{where}, field {data.get('id')!r}"
    missing = [key for key in ("id", *_NEEDS[kind]) if key not in data]
    if missing:
        raise TemplateError(f"{where}: a {kind} field lacks {', '.join(repr(key) for key in missing)}")
    try:
        return _tally(data) if kind == "tally" else _other(data, kind)
    except (KeyError, TypeError, ValueError) as error:
        raise TemplateError(f"{where}: malformed entry: {error}") from error


def _other(data: Mapping[str, Any], kind: str) -> Field:
    boxes = _boxes(data.get("boxes", ()))
    bubbles = tuple(_boxes(column) for column in data.get("bubbles", ()))
    if kind == "digits" and not boxes:
        raise ValueError("a number needs at least one box")
    if bubbles and [len(column) for column in bubbles] != [10] * len(boxes):
        raise ValueError("bubbles need ten circles for each box")
    style = data.get("style", "ordinary")
    if style not in ("ordinary", "dotted"):
        raise ValueError(f"style {style!r}, expected 'ordinary' or 'dotted'")
    if data.get("who", "kpps") not in ("kpps", "saksi"):
        raise ValueError(f"who {data['who']!r}, expected 'kpps' or 'saksi'")
    return Field(
        id=data["id"],
        kind=kind,
        boxes=boxes,
        style=style,
        bubbles=bubbles,
        of=data.get("of", ""),
        line=_line(data.get("line", data.get("name_line", (0.0, 0.0, 0.0)))),
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
