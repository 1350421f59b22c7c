"""From the literal pages of a template file to a Template; what is wrong is told with its place."""

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Any

from fakeforms.errors import TemplateError
from fakeforms.templates.fields import as_box, as_boxes, built_field
from fakeforms.templates.model import FONTS, INKS, OPERATIONS, Page, Shape, Tag, Template

ELECTIONS = ("pemilu-2024", "pilkada-2024")
CORRECTIONS = ("tip-ex", "strike")
CERTAINTIES = ("exact", "reconstructed")
_OPERATION_NEEDS = {
    "text": ("text", "at", "size"),
    "line": ("from", "to", "line"),
    "rect": ("box", "line"),
    "guide": ("box",),
    "bubble": ("box", "text"),
    "fill": ("points",),
}
_PLACES = {"at": 2, "from": 2, "to": 2, "box": 4}
_MEASURES = ("size", "line", "width", "max_width", "justify", "stretch")
_CHOICES = {"ink": INKS, "font": FONTS, "align": ("left", "center", "right")}


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
    fields = tuple(built_field(field, where, sheet) for field in data["fields"])
    ids = [field.id for field in fields]
    if len(set(ids)) < len(ids):
        repeated = min(field_id for field_id in ids if ids.count(field_id) > 1)
        raise TemplateError(f"{where}: field id {repeated!r} is used twice")
    digits = {field.id for field in fields if field.kind == "digits"}
    for field in fields:
        if field.of and field.of not in digits:
            raise TemplateError(f"{where}, field {field.id!r}: 'of' names {field.of!r}, no number")
    for position, operation in enumerate(data["print"]):
        _check_operation(operation, sheet, f"{where}, print[{position}]")
    tag = data["tag"]
    try:
        made = Tag(tag["family"], int(tag["id"]), as_box(tag["box"]), tag["turn"])
    except (KeyError, TypeError, ValueError) as error:
        raise TemplateError(f"{where}: 'tag' is missing or malformed: {error!r}") from error
    return Page(
        number=data["page"],
        tag=made,
        corner_marks=as_boxes(data["corner_marks"]),
        display=tuple(data["print"]),
        fields=fields,
        words=_words(data["print"], where),
    )


def _words(display: Iterable[Mapping[str, Any]], where: str) -> tuple[str, ...]:
    words = set()
    for operation in display:
        try:
            words |= {
                name for _, name, _, _ in Formatter().parse(operation.get("text", "")) if name is not None
            }
        except ValueError as error:
            raise TemplateError(f"{where}: text {operation['text']!r}: {error}") from error
    return tuple(sorted(words))


def _check_operation(operation: Mapping[str, Any], sheet: tuple[float, float], where: str) -> None:
    op = operation.get("op")
    if op not in OPERATIONS:
        raise TemplateError(f"{where}: op {op!r}, expected one of {', '.join(OPERATIONS)}")
    missing = [key for key in _OPERATION_NEEDS[op] if key not in operation]
    if missing:
        raise TemplateError(f"{where}: op {op!r} lacks {', '.join(repr(key) for key in missing)}")
    for key, value in operation.items():
        if key in _MEASURES and not (isinstance(value, int | float) and value > 0):
            raise TemplateError(f"{where}: {key!r} is {value!r}, expected mm above 0")
        if key in _PLACES and not _is_place(value, _PLACES[key], sheet):
            raise TemplateError(
                f"{where}: {key!r} is {value!r}, expected {_PLACES[key]} numbers on the sheet"
            )
        if key in _CHOICES and value not in _CHOICES[key]:
            raise TemplateError(f"{where}: {key} {value!r}, expected one of {', '.join(_CHOICES[key])}")


def _is_place(value: Any, numbers: int, sheet: tuple[float, float]) -> bool:
    if not isinstance(value, list) or len(value) != numbers:
        return False
    if not all(isinstance(one, int | float) for one in value):
        return False
    x1, y1 = (value[0] + value[2], value[1] + value[3]) if numbers == 4 else value
    return bool(0 <= value[0] <= x1 <= sheet[0] and 0 <= value[1] <= y1 <= sheet[1])
