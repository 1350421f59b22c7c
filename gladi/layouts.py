"""Layouts for the system under test, taken from the templates that the synthetic sheets are printed from.

Whoever drives a server tells it where the boxes of its sheets are, as KPU would. The JSON is the one that the
reference stack documents (`sirekap/forms/layout.py`); only what a reader needs is in it: no words, no lines.

    python -m gladi.layouts ppwp > sirekap/forms/layouts/ppwp.json
"""

import json
import sys
from typing import Any

from fakeforms.templates import template
from fakeforms.templates.model import Field, Page, Shape

LAYOUT_VERSION = 1


def layout(form: str, shape: Shape = ()) -> dict[str, Any]:
    """The layout of a form for those who stand, as a JSON object; for its typical contestants without.

    Raises fakeforms.TemplateError if there is no such form or they do not fit on it.
    """
    sheet = template.load(form, shape)
    return {
        "layout": LAYOUT_VERSION,
        "form": sheet.form,
        "election": sheet.election,
        "model": sheet.model,
        "certainty": sheet.certainty,
        "width_mm": sheet.width_mm,
        "height_mm": sheet.height_mm,
        "pages": [_page(page) for page in sheet.pages],
    }


def as_text(layout: dict[str, Any]) -> str:
    """A layout as a file that people can read: one field a line."""
    head = [f' "{key}": {json.dumps(value)}' for key, value in layout.items() if key != "pages"]
    pages = ",\n".join(_page_text(page) for page in layout["pages"])
    return "{\n" + ",\n".join(head) + ',\n "pages": [\n' + pages + "\n ]\n}\n"


def _page_text(page: dict[str, Any]) -> str:
    lines = [f'   "{key}": {json.dumps(value)}' for key, value in page.items() if key != "fields"]
    fields = ",\n".join(f"    {json.dumps(field)}" for field in page["fields"])
    lines.append('   "fields": [' + (f"\n{fields}\n   ]" if fields else "]"))
    return "  {\n" + ",\n".join(lines) + "\n  }"


def _page(page: Page) -> dict[str, Any]:
    tag = page.tag
    return {
        "page": page.number,
        "tag": {"family": tag.family, "id": tag.id, "box": list(tag.box), "turn": tag.turn},
        "corner_marks": [list(mark) for mark in page.corner_marks],
        "fields": [_field(field) for field in page.fields if field.kind == "digits"],
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "id": field.id,
        "style": field.style,
        "boxes": [list(box) for box in field.boxes],
        "bubbles": [[list(bubble) for bubble in column] for column in field.bubbles] or None,
    }


if __name__ == "__main__":
    sys.stdout.write(as_text(layout(sys.argv[1])))
