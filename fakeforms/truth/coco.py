"""The ground truth of a set as one COCO file, for object detection tools that read nothing else.

COCO counts from the corner of the first pixel where the truth counts from its centre, so half a pixel is
added. What lies partly outside the picture is cut off there and says so (`attributes.clipped`); what
lies outside altogether is left out. A photo is held in memory only while it is written.
"""

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from fakeforms.errors import FakeFormsError
from fakeforms.paper.printing import NOTICE

_DIGITS = tuple(str(digit) for digit in range(10))
CATEGORIES: tuple[tuple[str, str], ...] = (
    *((digit, "digit") for digit in _DIGITS),
    ("X", "digit"), ("blank", "digit"), ("dash", "digit"), ("Z-struck", "digit"), ("struck-out", "digit"),
    ("tip-exed", "digit"),
    ("bubble-filled", "bubble"), ("bubble-empty", "bubble"),
    ("tally-bundle", "tally"), ("tally-empty", "tally"),
    ("signature", "writing"), ("text", "writing"), ("strike", "writing"),
    ("tag", "mark"), ("corner-mark", "mark"), ("sheet", "mark"),
)  # fmt: skip
"""Name and supercategory; ids are positions from 1, and only ever grow at the end."""

_IDS = {name: number for number, (name, _) in enumerate(CATEGORIES, 1)}
_WRITING = {"text": "text", "words": "text", "signed": "signature", "unsigned": "text", "struck": "strike"}
"""Categories of what is not a box or a cell; a name that nobody signed is text."""

Point = tuple[float, float]
_Thing = tuple[str, list[list[float]], dict[str, Any]]
"""Category, quadrilateral as in the truth, attributes."""


def export(photos: Iterable[tuple[str, Mapping[str, Any]]], path: Path) -> tuple[int, int]:
    """Write photos, as (file name, truth), to a COCO file; gives how many images and annotations it has.

    Ids count from 1 in the order of `photos`, so the same photos give the same bytes.
    Raises FakeFormsError where a truth holds something that has no category.
    """
    images = annotations = 0
    with path.open("w", encoding="utf-8") as file, tempfile.TemporaryFile("w+", dir=path.parent) as kept:
        file.write(f'{{"info": {json.dumps(_info())},\n "licenses": [],\n')
        file.write(f' "categories": {json.dumps(_categories())},\n "images": [')
        for name, truth in photos:
            images += 1
            file.write((",\n" if images > 1 else "\n") + json.dumps(_image(images, name, truth)))
            for annotation in _annotations(truth):
                annotations += 1
                head = {"id": annotations, "image_id": images}
                kept.write((",\n" if annotations > 1 else "\n") + json.dumps(head | annotation))
        file.write('],\n "annotations": [')
        kept.seek(0)
        shutil.copyfileobj(kept, file)
        file.write("]}\n")
    return images, annotations


def _info() -> dict[str, str]:
    return {"description": f"{NOTICE}: simulated C.Hasil", "contributor": "gladi", "version": "2"}


def _categories() -> list[dict[str, Any]]:
    return [{"id": _IDS[name], "name": name, "supercategory": above} for name, above in CATEGORIES]


def _image(number: int, name: str, truth: Mapping[str, Any]) -> dict[str, Any]:
    photo = truth["photo"]
    return {
        "id": number,
        "file_name": name,
        "width": photo["width"],
        "height": photo["height"],
        "tps": truth["tps"],
        "form": photo["shows"]["form"],
        "page": photo["shows"]["page"],
        "whole": photo["whole"],
        "faults": truth["camera"]["faults"],
    }


def _annotations(truth: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    width, height = truth["photo"]["width"], truth["photo"]["height"]
    for category, quad, attributes in _things(truth):
        whole = [(x + 0.5, y + 0.5) for x, y in quad]
        seen = _cut(whole, width, height)
        area = _area(seen)
        if area <= 0.0:
            continue
        xs, ys = [x for x, _ in seen], [y for _, y in seen]
        left, top = min(xs), min(ys)
        yield {
            "category_id": _IDS[category],
            "bbox": [round(v, 2) for v in (left, top, max(xs) - left, max(ys) - top)],
            "area": round(area, 2),
            "iscrowd": 0,
            "segmentation": [[round(v, 2) for point in seen for v in point]],
            "attributes": attributes if seen == whole else {**attributes, "clipped": True},
        }


def _things(truth: Mapping[str, Any]) -> Iterator[_Thing]:
    """Everything on a photo that has a name."""
    sheet = truth["sheet"]
    yield "sheet", sheet["corners"], {}
    yield "tag", sheet["tag"]["quad"], {"family": sheet["tag"]["family"], "id": sheet["tag"]["id"]}
    for quad in sheet["corner_marks"]:
        yield "corner-mark", quad, {}
    for name, field in truth["fields"].items():
        yield from _field(name, field, truth["written"].get(name))


def _field(name: str, field: Mapping[str, Any], value: int | None) -> Iterator[_Thing]:
    kind = field["kind"]
    if kind == "tally":
        yield from _tally(name, field)
        return
    for number, box in enumerate(field["boxes"]):
        told: dict[str, Any] = {"field": name, "box": number}
        if kind == "digits":
            told["value"] = value
        elif kind != "date":
            told["written"] = " ".join(field["written"])
        yield _category(name, box["class"]), box["quad"], told
    for number, column in enumerate(field.get("bubbles", ())):
        for digit, bubble in enumerate(column):
            category = "bubble-filled" if bubble["filled"] else "bubble-empty"
            yield category, bubble["quad"], {"field": name, "box": number, "digit": digit}


def _tally(name: str, field: Mapping[str, Any]) -> Iterator[_Thing]:
    classes = [cell["class"] for cell in field["boxes"]]
    for number, (mark, cell) in enumerate(zip(classes, field["boxes"], strict=True)):
        told: dict[str, Any] = {"field": name, "box": number}
        if mark in _DIGITS[1:]:
            yield "tally-bundle", cell["quad"], {**told, "strokes": int(mark)}
        else:
            yield "tally-empty", cell["quad"], {**told, "struck": mark == "Z-struck"}
    for row, total in enumerate(field["row_totals"]):
        struck = classes[row * field["columns"]] == "Z-struck"
        nothing = ["Z-struck" if struck else "blank"] * len(total["quads"])
        for number, (mark, quad) in enumerate(zip(total["written"] or nothing, total["quads"], strict=True)):
            yield _category(name, mark), quad, {"field": name, "row": row, "box": number}


def _category(field: str, mark: str) -> str:
    category = _WRITING.get(mark, mark)
    if category not in _IDS:
        raise FakeFormsError(
            f"field {field!r}: a box of class {mark!r} has no COCO category; known: {', '.join(_IDS)}"
        )
    return category


def _cut(polygon: list[Point], width: float, height: float) -> list[Point]:
    """The part of a convex polygon that lies in the picture (Sutherland and Hodgman, 1974)."""
    if all(0.0 <= x <= width and 0.0 <= y <= height for x, y in polygon):
        return polygon
    for axis, limit, sign in ((0, 0.0, 1.0), (0, width, -1.0), (1, 0.0, 1.0), (1, height, -1.0)):
        kept: list[Point] = []
        for here, there in zip(polygon, [*polygon[1:], *polygon[:1]], strict=True):
            a, b = sign * (here[axis] - limit), sign * (there[axis] - limit)
            if a >= 0:
                kept.append(here)
            if (a < 0) != (b < 0):
                share = a / (a - b)
                x, y = (here[k] + share * (there[k] - here[k]) for k in (0, 1))
                kept.append((limit, y) if axis == 0 else (x, limit))
        polygon = kept
    return polygon


def _area(polygon: list[Point]) -> float:
    """Shoelace formula, in whichever direction the corners come."""
    pairs = zip(polygon, [*polygon[1:], *polygon[:1]], strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2.0
