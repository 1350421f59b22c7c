"""A form is data: what is printed on each page, and where its fields are.

A template file (`templates/<form>.json`, all lengths in mm from the top left of the sheet, y down) lists
for every page what the printer puts on the paper and where people write (`model`). One engine
(`paper.printing`) draws any display list and one scribe (`writing.filling`) fills any list of fields, so a
new form is a new file and no code. A file may repeat blocks and pages for those who stand (`expansion`),
and may share parts with others (`files`):

    file (+ base, parts) -> who stands? (stands) -> literal pages (pagination) -> Template (building)
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from fakeforms.errors import TemplateError
from fakeforms.templates import stands
from fakeforms.templates.building import build
from fakeforms.templates.files import form_data, known_forms, search_path
from fakeforms.templates.model import KINDS, OPERATIONS, Box, Field, Line, Page, Shape, Tag, Template
from fakeforms.templates.pagination import literal_pages

__all__ = [
    "KINDS",
    "OPERATIONS",
    "TEMPLATE_VERSION",
    "Box",
    "Field",
    "Line",
    "Page",
    "Shape",
    "Tag",
    "Template",
    "known_forms",
    "load",
    "parse",
]

TEMPLATE_VERSION = 1


def load(form: str, shape: Shape = ()) -> Template:
    """The template of a form, laid out for those who stand; for a typical field of contestants without.

    TemplateError if there is no such form, its file is broken, or they do not fit on it.
    """
    return _load(form, shape, search_path())


@lru_cache(maxsize=24)  # twenty pages of a legislative form are about 4 MB
def _load(form: str, shape: Shape, _: str) -> Template:
    data, name = form_data(form), f"{form}.json"
    if data.get("form", form) != form:
        raise TemplateError(f"{name}: 'form' is {data['form']!r}, expected {form!r} like the file")
    return parse(data, name, shape)


def parse(data: Mapping[str, Any], name: str, shape: Shape = ()) -> Template:
    """Build a Template from the content of a template file called `name`."""
    if data.get("template") != TEMPLATE_VERSION:
        raise TemplateError(f"{name}: template version {data.get('template')!r}, expected {TEMPLATE_VERSION}")
    asked = stands.checked(data, shape, name)
    try:
        pages = literal_pages(data, asked, name)
    except (KeyError, TypeError, AttributeError) as error:
        raise TemplateError(f"{name}: missing or malformed entry: {error!r}") from error
    return build(data, pages, asked, name)
