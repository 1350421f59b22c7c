"""Moving what a template lists, writing out its short forms, and printing a field's own boxes.

Short forms, so that a row of boxes is one line of a file:
    "boxes": {"at": [x, y], "cell": [w, h], "pitch": 23.5, "count": 3}
    "grid": {"at": [x, y], "cell": [w, h], "columns": 12, "rows": 5}, "totals": {"at": [x, y], "cell": [w, h]}
A field with "prints": true prints what people write on: box lines 1.06 mm with the guide where the style is
dotted, the pale grid of a tally, the dotted line of a line or of a name (measured on C.HASIL-PPWP).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fakeforms.errors import TemplateError

_DOTS = {"line": 0.75, "dash": [0.75, 2.15]}
_TOTAL_BOXES = 2
Item = dict[str, Any]
By = tuple[float, float]


def moved(item: Item, by: By, where: str) -> Iterator[Item]:
    """The item in literal form, moved; for a field that prints itself, its printing first."""
    try:
        literal = _shifted(_written_out(item), by)
        if literal.pop("prints", False) and literal["kind"] in _PRINTS:
            yield from _PRINTS[literal["kind"]](literal)
        yield literal
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise TemplateError(f"{where}: missing or malformed entry: {error!r}") from error


def _written_out(item: Item) -> Item:
    out = dict(item)
    if "text" in out:
        out["text"] = str(out["text"])  # a <name> may have meant a number
    if isinstance(boxes := out.get("boxes"), dict):
        (x, y), (width, height) = boxes["at"], boxes["cell"]
        out["boxes"] = [[round(x + k * boxes["pitch"], 3), y, width, height] for k in range(boxes["count"])]
    if "grid" in out:
        grid, totals = out.pop("grid"), out.pop("totals")
        (x, y), (width, height) = grid["at"], grid["cell"]
        out["cell"] = [width, height]
        out["columns_x"] = [round(x + k * width, 3) for k in range(grid["columns"])]
        out["rows_y"] = [round(y + k * height, 3) for k in range(grid["rows"])]
        total_width, total_height = totals["cell"]
        out["row_total_x"] = [totals["at"][0] + k * total_width for k in range(_TOTAL_BOXES)]
        out["row_total_cell"] = [total_width, total_height]
    return out


def _shifted(item: Item, by: By) -> Item:
    if by == (0.0, 0.0):
        return item
    is_field = "kind" in item
    return {
        key: _SHIFT[key](value, *by) if key in _SHIFT and (is_field or key != "line") else value
        for key, value in item.items()
    }


def _add(value: float, by: float) -> float:
    return round(value + by, 3)


def _point(value: Any, dx: float, dy: float) -> Any:
    return [_add(value[0], dx), _add(value[1], dy), *value[2:]]


def _points(value: Any, dx: float, dy: float) -> Any:
    return [_point(one, dx, dy) for one in value]


def _line(value: Any, dx: float, dy: float) -> Any:
    return [_add(value[0], dx), _add(value[1], dx), _add(value[2], dy)]


_SHIFT: dict[str, Callable[[Any, float, float], Any]] = {
    "at": _point,
    "from": _point,
    "to": _point,
    "box": _point,
    "area": _point,
    "boxes": _points,
    "points": _points,
    "bubbles": lambda value, dx, dy: [_points(column, dx, dy) for column in value],
    "line": _line,
    "name_line": _line,
    "options": lambda value, dx, dy: {choice: _line(one, dx, dy) for choice, one in value.items()},
    "columns_x": lambda value, dx, _: [_add(x, dx) for x in value],
    "row_total_x": lambda value, dx, _: [_add(x, dx) for x in value],
    "rows_y": lambda value, _, dy: [_add(y, dy) for y in value],
}


def _print_boxes(field: Mapping[str, Any]) -> Iterator[Item]:
    line = 1.06 if field["kind"] == "digits" else 0.71
    for box in field["boxes"]:
        yield {"op": "rect", "box": box, "line": line}
        if field.get("style") == "dotted":
            yield {"op": "guide", "box": box}
    for column in field.get("bubbles", ()):
        for digit, box in enumerate(column):
            yield {"op": "bubble", "box": box, "text": str(digit)}


def _print_grid(field: Mapping[str, Any]) -> Iterator[Item]:
    xs, ys, (width, height) = field["columns_x"], field["rows_y"], field["cell"]
    totals, total_width = field["row_total_x"], field["row_total_cell"][0]
    top, bottom, left, right = ys[0], _add(ys[-1], height), xs[0], _add(xs[-1], width)
    upright = [*xs[1:], *totals, _add(totals[-1], total_width)]
    level = [(left, right, y) for y in ys[1:]] + [(totals[0], upright[-1], y) for y in ys[1:]]
    for x in upright:
        yield {"op": "line", "from": [x, top], "to": [x, bottom], "line": 0.53, "ink": "grid"}
    for x0, x1, y in level:
        yield {"op": "line", "from": [x0, y], "to": [x1, y], "line": 0.53, "ink": "grid"}


def _print_line(field: Mapping[str, Any]) -> Iterator[Item]:
    x0, x1, y = field["line"]
    yield {"op": "line", "from": [x0 - 1.2, y], "to": [x1 + 0.6, y], **_DOTS}


def _print_name_line(field: Mapping[str, Any]) -> Iterator[Item]:
    x0, x1, y = field["name_line"]
    yield {"op": "line", "from": [x0 + 0.6, y + 1], "to": [x1 - 2, y + 1], **_DOTS}


def _print_nothing(field: Mapping[str, Any]) -> Iterator[Item]:
    raise TemplateError(f"field {field.get('id')!r}: a {field['kind']} field has nothing of its own to print")


_PRINTS: dict[str, Callable[[Mapping[str, Any]], Iterator[Item]]] = {
    "digits": _print_boxes,
    "date": _print_boxes,
    "tally": _print_grid,
    "line": _print_line,
    "signature": _print_name_line,
    "words": _print_nothing,
    "strike": _print_nothing,
}
