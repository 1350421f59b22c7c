"""The ground truth of a photo: what was meant, written and bubbled, and where every box landed.

A plain dictionary that goes to JSON as it is (schema version 1). Quadrilaterals are
[[x, y] x 4] in photo pixels, clockwise from the printed top left; pixel centres lie at whole numbers, as
in OpenCV.

    {"schema": 1, "simulation": true, "form", "tps", "page", "seed", "model",
     "photo": {"width", "height", "bytes", "sha256", "quality"},
     "sheet": {"corners", "tag": {"family", "id", "quad"}, "corner_marks": [quad x 8]},
     "numbers": {field: value as intended},
     "fields": {field: {"kind", "intended", "written": [per box], "bubbled": [per box] | null,
                        "boxes": [{"class", "quad"}], "style", "tipexed": [box number],
                        "bubbles": [[{"filled", "quad"} x 10] per box]}},
     "writer": {...}, "camera": {...}, "mistakes": []}
"""

from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from fakeforms.camera.geometry import Geometry
from fakeforms.orders import SheetOrder
from fakeforms.paper.printing import NOTICE
from fakeforms.templates.template import Box, Page
from fakeforms.writing.filling import Filled, Filling

SCHEMA = 1

Quad = list[list[float]]


def describe(
    order: SheetOrder, page: Page, filling: Filling, geometry: Geometry, *, jpeg: bytes, quality: int
) -> dict[str, object]:
    """The ground truth of one finished photo."""
    form, shot = order.template, geometry.shot
    boxes: list[Box] = [(0.0, 0.0, form.width_mm, form.height_mm), page.tag.box, *page.corner_marks]
    marks_end = len(boxes)
    for filled in filling.fields:
        boxes += _boxes_of(filled)
    quads = _quads(boxes, geometry)
    position = marks_end
    fields: dict[str, object] = {}
    for filled in filling.fields:
        count = len(_boxes_of(filled))
        fields[filled.field.id] = _field(filled, quads[position : position + count])
        position += count
    return {
        "schema": SCHEMA,
        "simulation": True,
        "notice": NOTICE,
        "form": order.form,
        "model": form.model,
        "tps": order.tps,
        "page": page.number,
        "seed": order.seed,
        "photo": {
            "width": shot.width_px,
            "height": shot.height_px,
            "bytes": len(jpeg),
            "sha256": sha256(jpeg).hexdigest(),
            "quality": quality,
        },
        "sheet": {
            "corners": quads[0],
            "tag": {"family": page.tag.family, "id": page.tag.id, "quad": quads[1]},
            "corner_marks": quads[2:marks_end],
        },
        "numbers": {f.field.id: f.intended for f in filling.fields if f.field.kind == "digits"},
        "fields": fields,
        "writer": filling.crew.writer.described(),
        "camera": shot.described(),
        "mistakes": [],
    }


def _boxes_of(filled: Filled) -> list[Box]:
    """The boxes of a field that have a place in the truth: its own, then bubbles, then row totals."""
    entry = filled.field
    own = list(entry.boxes)
    if not own:
        x0, x1, y = dict(entry.options)[str(filled.intended)] if entry.options else entry.line
        own = [entry.area] if entry.area[2] else [(x0, y - 7.0, x1 - x0, 8.0)]
    bubbles = [box for column in entry.bubbles for box in column]
    return own + bubbles + [box for row in entry.row_totals for box in row]


def _field(filled: Filled, quads: list[Quad]) -> dict[str, object]:
    entry = filled.field
    own = max(1, len(entry.boxes))
    out: dict[str, object] = {
        "kind": entry.kind,
        "intended": filled.intended,
        "written": filled.written,
        "bubbled": filled.bubbled,
        "boxes": [{"class": c, "quad": q} for c, q in zip(filled.classes, quads[:own], strict=True)],
    }
    if entry.kind == "digits":
        out["style"] = entry.style
        out["tipexed"] = filled.tipexed
    if entry.bubbles and filled.bubbled is not None:
        rest = iter(quads[own:])
        out["bubbles"] = [
            [{"filled": digit == mark, "quad": next(rest)} for digit in range(len(column))]
            for column, mark in zip(entry.bubbles, filled.bubbled, strict=True)
        ]
    if entry.row_totals:
        per_row = len(entry.row_totals[0])
        rest_quads = quads[own:]
        out["of"] = entry.of
        out["columns"] = entry.columns
        out["row_totals"] = [
            {"written": list(total), "quads": rest_quads[per_row * row : per_row * (row + 1)]}
            for row, total in enumerate(filled.row_totals)
        ]
    return out


def _quads(boxes: list[Box], geometry: Geometry) -> list[Quad]:
    b: NDArray[np.float64] = np.array(boxes)
    x0, y0, x1, y1 = b[:, 0], b[:, 1], b[:, 0] + b[:, 2], b[:, 1] + b[:, 3]
    corners = np.stack([x0, y0, x1, y0, x1, y1, x0, y1], axis=1).reshape(-1, 4, 2)
    quads: list[Quad] = np.round(geometry.to_photo(corners), 2).tolist()
    return quads
