"""How many pages a form has for those who stand, who is on which, and what each says literally.

A page lists its content as `content` (fields, printing operations and directives mixed, see `expansion`) or
apart as `print` and `fields`. With `"repeat": "contestants", "per_page": 6` there are as many pages as it
takes, those who stand shared out evenly. Corner marks and tags that all pages have alike may be given once,
at the top of the file; "ids" of the tags then are a list, or a number to count on from.
"""

from collections.abc import Mapping
from typing import Any

from fakeforms.errors import TemplateError
from fakeforms.templates.expansion import Scope, contestant, expanded
from fakeforms.templates.model import Shape

Item = dict[str, Any]


def literal_pages(data: Mapping[str, Any], shape: Shape, name: str) -> list[Item]:
    """The pages of a form for those who stand, each with literal `print` and `fields` lists."""
    plan = [
        (page, here)
        for position, page in enumerate(data["pages"], 1)
        for here in _groups(page, shape, f"{name}, page {position} of the file")
    ]
    pages = []
    for position, (page, here) in enumerate(plan, 1):
        number = page.get("page", position)
        tag = _tag(data, page, number)
        names = {**data.get("with", {}), "page": number, "pages": len(plan), "tag": tag.get("id")}
        scope = Scope(f"{name}, page {number}", names, shape, here)
        if "repeat" in page and page.get("per_page", 1) == 1:
            scope = scope.naming(contestant(here[0], shape))
        content = [*page.get("print", ()), *page.get("fields", ()), *page.get("content", ())]
        items = list(expanded(content, scope))
        pages.append(
            {
                "page": number,
                "tag": tag,
                "corner_marks": page.get("corner_marks", data.get("corner_marks", [])),
                "print": [item for item in items if "kind" not in item],
                "fields": [item for item in items if "kind" in item],
            }
        )
    return pages


def _groups(page: Mapping[str, Any], shape: Shape, where: str) -> list[Shape]:
    if "repeat" not in page:
        return [shape]
    per_page = page.get("per_page", 1)
    if page["repeat"] != "contestants" or not isinstance(per_page, int) or per_page < 1:
        raise TemplateError(
            f'{where}: a page repeats as "repeat": "contestants", "per_page": 1 or more; '
            f"found {page['repeat']!r} and {per_page!r}"
        )
    needed = -(-len(shape) // per_page)
    return [shape[k * len(shape) // needed : (k + 1) * len(shape) // needed] for k in range(needed)]


def _tag(data: Mapping[str, Any], page: Mapping[str, Any], number: int) -> Item:
    """The page's own tag, or the form's; its "ids" are a list, or a number to count on from."""
    if "tag" in page or "tags" not in data:
        return page["tag"] if isinstance(page.get("tag"), dict) else {}
    tags = dict(data["tags"])
    ids = tags.pop("ids", None)
    if isinstance(ids, int):
        tags["id"] = ids + number
    elif isinstance(ids, list) and len(ids) >= number:
        tags["id"] = ids[number - 1]
    return tags
