"""Where things lie: what a template lists, written out from its short forms and moved to its place.

Short forms, so that a row of boxes is one line of a file:
    "boxes": {"at": [x, y], "cell": [w, h], "pitch": 23.5, "count": 3}
    "grid": {"at": [x, y], "cell": [w, h], "columns": 12, "rows": 5}, "totals": {"at": [x, y], "cell": [w, h]}
"""

from collections.abc import Callable, Iterator
from typing import Any

from fakeforms.errors import TemplateError
from fakeforms.templates.own_print import own_print

_TOTAL_BOXES = 2
Item = dict[str, Any]
By = tuple[float, float]


def moved(item: Item, by: By, where: str) -> Iterator[Item]:
    """The item in literal form, moved; for a field that prints itself, its printing first."""
    try:
        literal = _shifted(_written_out(item), by)
        if literal.pop("prints", False):
            yield from own_print(literal)
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
