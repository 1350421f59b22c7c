"""From one literal entry of a template file to a Field, with what its kind needs and on the sheet."""

from collections.abc import Mapping
from typing import Any

from fakeforms.errors import TemplateError
from fakeforms.templates.model import KINDS, Box, Field, Line

_NEEDS = {
    "digits": ("boxes",),
    "date": ("boxes",),
    "words": ("of", "area"),
    "tally": ("of", "cell", "columns_x", "rows_y", "row_total_x", "row_total_cell"),
    "line": ("line",),
    "signature": ("who", "index", "area", "name_line"),
    "strike": ("options",),
}


def built_field(data: Mapping[str, Any], where: str, sheet: tuple[float, float]) -> Field:
    """The Field of a literal entry; TemplateError names it where it is wrong or lies off the sheet."""
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
        field = _tally(data) if kind == "tally" else _other(data, kind)
    except (KeyError, TypeError, ValueError) as error:
        raise TemplateError(f"{where}: malformed entry: {error}") from error
    _check_on_sheet(field, sheet, where)
    return field


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


def _other(data: Mapping[str, Any], kind: str) -> Field:
    own = as_boxes(data.get("boxes", ()))
    bubbles = tuple(as_boxes(column) for column in data.get("bubbles", ()))
    if kind == "digits" and not own:
        raise ValueError("a number needs at least one box")
    if bubbles and [len(column) for column in bubbles] != [10] * len(own):
        raise ValueError("bubbles need ten circles for each box")
    style = data.get("style", "ordinary")
    if style not in ("ordinary", "dotted"):
        raise ValueError(f"style {style!r}, expected 'ordinary' or 'dotted'")
    if data.get("who", "kpps") not in ("kpps", "saksi"):
        raise ValueError(f"who {data['who']!r}, expected 'kpps' or 'saksi'")
    return Field(
        id=data["id"],
        kind=kind,
        boxes=own,
        style=style,
        bubbles=bubbles,
        of=data.get("of", ""),
        line=_line(data.get("line", data.get("name_line", (0.0, 0.0, 0.0)))),
        options=tuple((choice, _line(values)) for choice, values in data.get("options", {}).items()),
        area=as_box(data.get("area", (0.0, 0.0, 0.0, 0.0))),
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


def as_box(values: Any) -> Box:
    """[x, y, width, height] as a Box; ValueError or TypeError if it is none."""
    x, y, width, height = values
    return (float(x), float(y), float(width), float(height))


def as_boxes(values: Any) -> tuple[Box, ...]:
    """A list of them."""
    return tuple(as_box(one) for one in values)
