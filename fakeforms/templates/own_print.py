"""What a field with "prints": true puts on the paper for itself, so that a form need not list it.

The lines people write in or on, as measured on C.HASIL-PPWP: boxes 1.06 mm (0.71 for dates) with the guide
where the style is dotted and the circles where there are bubbles, the pale grid of a tally, the dotted
line of a line or of a name.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Item = dict[str, Any]
_DOTS = {"line": 0.75, "dash": [0.75, 2.15]}


def own_print(field: Mapping[str, Any]) -> Iterator[Item]:
    """Printing operations for a field in literal form; none for words and alternatives: no lines."""
    if field["kind"] in _PRINTS:
        yield from _PRINTS[field["kind"]](field)


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
    top, bottom, left, right = ys[0], round(ys[-1] + height, 3), xs[0], round(xs[-1] + width, 3)
    upright = [*xs[1:], *totals, round(totals[-1] + total_width, 3)]
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


_PRINTS: dict[str, Callable[[Mapping[str, Any]], Iterator[Item]]] = {
    "digits": _print_boxes,
    "date": _print_boxes,
    "tally": _print_grid,
    "line": _print_line,
    "signature": _print_name_line,
}
