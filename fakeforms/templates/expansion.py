"""Repetition in a template: from what a page lists, and who stands, to literal fields and operations.

A pure function; the language is four directives and one kind of name, usable wherever a page or a part
lists its content, and nothing else:

    {"part": "kpps", "at": [0, 744], "title": ...}          the content of parts/kpps.json, moved by `at`,
                                                            with the other keys as names
    {"repeat": "candidates", "pitch": [0, 48], "of": [...]} once for each, moved on by `pitch`; with
                                                            "columns": 9, in rows of nine
    {"choose": "candidates", "variants": [{"up_to": 8, "height": 60}, ...], "of": [...]}
                                                            the first variant that is large enough gives names
    {"with": {"height": 60}, "of": [...]}                   names for a group

`<name>` stands for what the name means: alone ("<height>") for the value, inside text for its spelling.
Names: those of "with", "part" and "choose"; page, pages, tag; in a repeat over contestants number (on the
ballot), place (1, 2, ...), list (its candidates); over candidates candidate (1, 2, ...); over a count row.
What can be counted: contestants (all), here (those on this page), candidates (of the contestant at hand),
longest (the longest list of all), or a plain number.
`{name}` is not touched: it stands for words that are known when the sheet is printed (see `wording`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fakeforms.errors import ShapeError, TemplateError
from fakeforms.templates.files import part_data
from fakeforms.templates.model import Shape
from fakeforms.templates.positions import moved

_NAME = re.compile(r"<([a-z_0-9]+)>")
_DEEPEST = 12
Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where we are: what names mean, how far everything is moved, whom this page is for."""

    where: str
    names: Mapping[str, Any]
    contestants: Shape
    here: Shape
    by: tuple[float, float] = (0.0, 0.0)
    depth: int = 0

    def naming(self, more: Mapping[str, Any], where: str = "") -> "Scope":
        """The same place, knowing more names."""
        return replace(self, names={**self.names, **more}, where=where or self.where, depth=self.depth + 1)

    def moved(self, dx: float, dy: float) -> "Scope":
        """The same place, for things that lie further to the right and down."""
        return replace(self, by=(self.by[0] + dx, self.by[1] + dy))

    def wrong(self, rule: str) -> TemplateError:
        """The error for a rule that is broken here."""
        return TemplateError(f"{self.where}: {rule}")


def contestant(one: tuple[int, int], shape: Shape) -> Item:
    """The names that hold where one contestant is at hand."""
    return {"number": one[0], "place": shape.index(one) + 1, "list": one[1]}


def expanded(content: Any, scope: Scope) -> Iterator[Item]:
    """The literal fields and operations that a list of them and of directives stands for."""
    if not isinstance(content, Sequence) or isinstance(content, str):
        raise scope.wrong(f"content is {content!r}, expected a list")
    if scope.depth > _DEEPEST:
        raise scope.wrong("parts go round in a circle")
    for raw in content:
        if not isinstance(raw, Mapping):
            raise scope.wrong(f"found {raw!r} where a field, an operation or a directive was expected")
        directive = next((name for name in _DIRECTIVES if name in raw), None)
        if directive is None or "kind" in raw or "op" in raw:
            item = _meant(raw, scope)
            named = f"field {item.get('id')!r}" if "kind" in item else f"op {item.get('op')!r}"
            yield from moved(item, scope.by, f"{scope.where}, {named}")
            continue
        try:
            yield from _DIRECTIVES[directive](raw, scope)
        except TemplateError:
            raise
        except (TypeError, AttributeError, KeyError, ValueError) as error:
            raise scope.wrong(f"{directive!r} is missing something or malformed: {error!r}") from error


def _part(raw: Mapping[str, Any], scope: Scope) -> Iterator[Item]:
    given = _meant(raw, scope)
    part = given.pop("part")
    dx, dy = _pair(given.pop("at", [0, 0]), scope, "at")
    data = part_data(part, scope.where)
    if "content" not in data:
        raise scope.wrong(f"part {part!r} has no 'content'")
    inside = scope.naming({**data.get("with", {}), **given}, f"{scope.where}, part {part!r}").moved(dx, dy)
    yield from expanded(data["content"], inside)


def _repeat(raw: Mapping[str, Any], scope: Scope) -> Iterator[Item]:
    what = _meant(raw["repeat"], scope)
    pitch = _pair(_meant(raw.get("pitch", [0, 0]), scope), scope, "pitch")
    columns = _meant(raw.get("columns", 0), scope)
    if what in ("contestants", "here"):
        among = scope.contestants if what == "contestants" else scope.here
        each = [contestant(one, scope.contestants) for one in among]
    elif what == "candidates":
        each = [{"candidate": number} for number in range(1, _count(what, scope) + 1)]
    else:
        each = [{"row": number} for number in range(1, _count(what, scope) + 1)]
    for position, names in enumerate(each):
        across, down = (position % columns, position // columns) if columns else (position, position)
        inside = scope.naming(names).moved(across * pitch[0], down * pitch[1])
        yield from expanded(raw.get("of"), inside)


def _choose(raw: Mapping[str, Any], scope: Scope) -> Iterator[Item]:
    count = _count(raw["choose"], scope)
    variants = raw.get("variants", [])
    for variant in variants:
        if count <= variant.get("up_to", -1):
            names = {key: value for key, value in variant.items() if key != "up_to"}
            yield from expanded(raw.get("of"), scope.naming(_meant(names, scope)))
            return
    most = max((variant.get("up_to", 0) for variant in variants), default=0)
    raise ShapeError(f"{scope.where}: {count} {raw['choose']}, but there is room for at most {most}")


def _group(raw: Mapping[str, Any], scope: Scope) -> Iterator[Item]:
    yield from expanded(raw.get("of"), scope.naming(_meant(raw["with"], scope)))


_DIRECTIVES = {"part": _part, "repeat": _repeat, "choose": _choose, "with": _group}


def _count(what: Any, scope: Scope) -> int:
    if isinstance(what, int) and not isinstance(what, bool) and what >= 0:
        return what
    if what == "contestants":
        return len(scope.contestants)
    if what == "here":
        return len(scope.here)
    if what == "longest":
        return max((candidates for _, candidates in scope.contestants), default=0)
    if what == "candidates" and "list" in scope.names:
        return int(scope.names["list"])
    raise scope.wrong(
        f"cannot count {what!r}; expected contestants, here, longest, a number, "
        "or candidates where one contestant is at hand"
    )


def _pair(value: Any, scope: Scope, key: str) -> tuple[float, float]:
    if not (isinstance(value, list) and len(value) == 2 and all(isinstance(v, int | float) for v in value)):
        raise scope.wrong(f"{key!r} is {value!r}, expected [mm to the right, mm down]")
    return float(value[0]), float(value[1])


def _meant(value: Any, scope: Scope) -> Any:
    """`value` with every <name> replaced."""
    if isinstance(value, str):
        if "<" not in value:
            return value
        whole = _NAME.fullmatch(value)
        if whole:
            return _name(whole[1], scope)
        return _NAME.sub(lambda found: str(_name(found[1], scope)), value)
    if isinstance(value, list):
        return [_meant(one, scope) for one in value]
    if isinstance(value, dict):
        return {_meant(key, scope): _meant(one, scope) for key, one in value.items()}
    return value


def _name(name: str, scope: Scope) -> Any:
    if name not in scope.names:
        raise scope.wrong(f"<{name}> means nothing here; known names: {', '.join(sorted(scope.names))}")
    return scope.names[name]
