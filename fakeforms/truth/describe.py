"""The ground truth of a photo: what was meant, written and bubbled, and where every box landed.

A plain dictionary that goes to JSON as it is; `schema.json` beside this file describes it for everybody
else. Quadrilaterals are [[x, y] x 4] in photo pixels, clockwise from the printed top left; pixel centres lie
at whole numbers, as in OpenCV. A point outside the picture is one that the photo does not show.

    {"schema": 2, "simulation": true, "notice", "form", "model", "certainty", "tps", "page", "seed",
     "photo": {"width", "height", "bytes", "sha256", "quality", "whole", "shows": {"form", "page"}},
     "sheet": {"corners", "tag": {"family", "id", "quad"}, "corner_marks": [quad x 8]},
     "numbers": {field: value as intended},
     "written": {field: value as a careful person reads it | null},
     "fields": {field: {"kind", "intended", "written": [per box], "bubbled": [per box] | null,
                        "boxes": [{"class", "quad"}], "style", "tipexed": [box number],
                        "struck": [{"box": box number, "was": digit struck out}],
                        "bubbles": [[{"filled", "quad"} x 10] per box]}},
     "writer": {...}, "camera": {"faults": [name], "megapixels", ...},
     "mistakes": [{"name", "fields": [field], "says"}]}

`form` and `page` are what was asked for; `sheet`, `numbers`, `written` and `fields` are of what the photo
shows, which differs where the wrong page was photographed.
"""

from hashlib import sha256

from fakeforms.camera.geometry import Geometry
from fakeforms.orders import SheetOrder
from fakeforms.paper.printing import NOTICE
from fakeforms.templates.template import Box, Page
from fakeforms.truth.places import Quad, boxes_of, quads
from fakeforms.truth.reading import reading
from fakeforms.writing.filling import Filled, Filling

SCHEMA = 2


def describe(
    order: SheetOrder,
    page: Page,
    filling: Filling,
    geometry: Geometry,
    *,
    jpeg: bytes,
    quality: int,
    asked: tuple[str, int] | None = None,
    whole: bool = True,
) -> dict[str, object]:
    """The ground truth of one finished photo that shows `page` of `order`.

    `asked`: the form and page that should have been photographed, where that is another one.
    `whole`: False where the file breaks off before the end of the picture.
    """
    form, shot = order.template, geometry.shot
    boxes: list[Box] = [(0.0, 0.0, form.width_mm, form.height_mm), page.tag.box, *page.corner_marks]
    marks_end = len(boxes)
    for filled in filling.fields:
        boxes += boxes_of(filled)
    places = quads(boxes, geometry)
    numbers = [filled for filled in filling.fields if filled.field.kind == "digits"]
    asked_form, asked_page = asked or (order.form, page.number)
    return {
        "schema": SCHEMA,
        "simulation": True,
        "notice": NOTICE,
        "form": asked_form,
        "model": form.model,
        "certainty": form.certainty,
        "tps": order.tps,
        "page": asked_page,
        "seed": order.seed,
        "photo": {
            "width": shot.width_px,
            "height": shot.height_px,
            "bytes": len(jpeg),
            "sha256": sha256(jpeg).hexdigest(),
            "quality": quality,
            "whole": whole,
            "shows": {"form": order.form, "page": page.number},
        },
        "sheet": {
            "corners": places[0],
            "tag": {"family": page.tag.family, "id": page.tag.id, "quad": places[1]},
            "corner_marks": places[2:marks_end],
        },
        "numbers": {filled.field.id: filled.intended for filled in numbers},
        "written": {filled.field.id: reading(filled.written) for filled in numbers},
        "fields": _fields(filling, places[marks_end:]),
        "writer": filling.crew.writer.described(),
        "camera": {
            "faults": [],
            "megapixels": round(shot.width_px * shot.height_px / 1e6, 2),
            **shot.described(),
        },
        "mistakes": [made.described() for made in filling.mistakes],
    }


def _fields(filling: Filling, places: list[Quad]) -> dict[str, object]:
    fields: dict[str, object] = {}
    position = 0
    for filled in filling.fields:
        count = len(boxes_of(filled))
        fields[filled.field.id] = _field(filled, places[position : position + count])
        position += count
    return fields


def _field(filled: Filled, places: list[Quad]) -> dict[str, object]:
    entry = filled.field
    own = max(1, len(entry.boxes))
    out: dict[str, object] = {
        "kind": entry.kind,
        "intended": filled.intended,
        "written": filled.written,
        "bubbled": filled.bubbled,
        "boxes": [{"class": c, "quad": q} for c, q in zip(filled.classes, places[:own], strict=True)],
    }
    if entry.kind == "digits":
        out["style"] = entry.style
        out["tipexed"] = filled.tipexed
        out["struck"] = [{"box": box, "was": digit} for box, digit in sorted(filled.struck.items())]
    if entry.bubbles and filled.blackened is not None:
        rest = iter(places[own:])
        out["bubbles"] = [
            [{"filled": digit in marks, "quad": next(rest)} for digit in range(len(column))]
            for column, marks in zip(entry.bubbles, filled.blackened, strict=True)
        ]
    if entry.row_totals:
        per_row = len(entry.row_totals[0])
        row_places = places[own:]
        out["of"] = entry.of
        out["columns"] = entry.columns
        out["row_totals"] = [
            {"written": list(total), "quads": row_places[per_row * row : per_row * (row + 1)]}
            for row, total in enumerate(filled.row_totals)
        ]
    return out
