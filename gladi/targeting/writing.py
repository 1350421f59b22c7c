"""Writes the class of a target: a method for every kind that was matched, readable, to be read by a person.

What gladi could not know is in `todo`, one line each, for the README beside the class. What cannot be written
from the description is a method marked `@todo` that says why, and which operation came nearest; it is
answered as not offered, without a request.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gladi.targeting.context import HEAD, Context, sentence, wrapped
from gladi.targeting.entering import login_method, logout_method
from gladi.targeting.filling import UnwrittenError
from gladi.targeting.folding import folded
from gladi.targeting.matching import Match
from gladi.targeting.openapi import Document, Endpoint
from gladi.targeting.pages import junk_method, page_method, simple_method, told_method
from gladi.targeting.registering import prepare_method
from gladi.targeting.showing import photo_method, says_method, shown_method, status_method
from gladi.targeting.stored import readback_method
from gladi.targeting.ways_in import ways_in

_METHODS: Mapping[str, Callable[[Context], list[str]]] = {
    "login": login_method, "logout": logout_method, "submit_page": page_method, "status": status_method,
    "photo": photo_method,
}  # fmt: skip
_DURING = (
    "activate", "login", "logout", "tps", "submit_page", "confirm", "correct", "status", "national", "region",
    "tps_page", "photo",
)  # fmt: skip
_IMPORTS = (
    ("b64encode(", "from base64 import b64encode"),
    ("json.", "import json"),
    ("math.", "import math"),
    ("partial(", "from functools import partial"),
    ("unquote(", "from urllib.parse import unquote"),
    ("Any]", "from typing import Any"),
)
_FROM: Mapping[str, tuple[str, ...]] = {
    "gladi.http": ("Reply",),
    "gladi.materials": ("Page",),
    "gladi.registration": ("contests", "regions"),
    "gladi.targets.bodies": ("at", "cookie", "cookies", "multipart", "said", "urlencoded"),
    "gladi.targets.lists": ("Parts", "listed"),
    "gladi.targets.over_http": ("NOT_OFFERED", "OverHttp", "environment", "good", "todo"),
    "gladi.targets.protocol": ("Phone", "Said", "Shown", "TargetError"),
    "gladi.targets.telling": ("cast", "measured", "moment", "probed", "rows_of", "tally"),
    "gladi.targets.uploads": ("put",),
    "scenarios": ("Regency",),
    "simulators.operations": ("Answer", "Operation"),
    "simulators.population": ("Population",),
}


@dataclass
class Written:
    """The text of a module, what a person must look at, and the kinds that are offered.

    `variables` are read from the environment, `headers` must be given with --header. `watched` is whether
    what the public sees is looked at.
    """

    code: str
    todo: list[str] = field(default_factory=list)
    offered: dict[str, Endpoint] = field(default_factory=dict)
    variables: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    watched: bool = False


def write(name: str, class_name: str, document: Document, found: Mapping[str, Match]) -> Written:
    """The module of target `name`."""
    there = {kind: one.endpoint for kind, one in found.items() if one.endpoint is not None}
    ways = ways_in(name, document, there)
    context = Context(name, document, found, ways, there, list(ways.todo))
    _graphql(context)
    before = [_prepare(context), _readback(context)]
    during = [_method(context, kind) for kind in _DURING]
    looked = shown_method(context)
    beside = [looked, says_method(context)] if looked or {"ready", "alive"} & set(there) else []
    if beside and not looked:
        beside[0] = [
            "def shown(self, phone: Phone, place: str, form: str) -> Shown:",
            '    """Nothing: no operation tells sums or pages; what the public sees stays unknown."""',
            "    return Shown(0)",
        ]
    methods = [*before, *during, *beside, junk_method(context), told_method(context)]
    body = "\n\n".join("\n".join(f"    {line}".rstrip() for line in one) for one in methods if one)
    office = ways.office_function()
    code = f'class {class_name}(OverHttp):\n    """{sentence(document.title)}"""\n\n{body}\n'
    code += f"\n\n{office}" if office else ""
    text = f'"""{_introduction(context)}"""\n\n{_imports(code)}\n\n\n{code}'
    text = "\n".join(piece for line in text.split("\n") for piece in folded(line))
    return Written(
        text, context.todo, context.offered, ways.variables, list(ways.everybody), watched=bool(looked)
    )  # fmt: skip


def _introduction(context: Context) -> str:
    told = sentence(context.document.version).rstrip(".")
    version = f", version {told}" if told else ""
    title = sentence(context.document.title).rstrip(".")
    return (
        f"How gladi speaks to {title}{version}.\n\nWritten by `gladi target new {context.name}` from its "
        "description; read it, and the README beside it, before\nthe first rehearsal.\n"
    )


def _prepare(context: Context) -> list[str]:
    lines, endpoint = prepare_method(context.document, context.there, context.ways, context.todo)
    if endpoint is not None:
        context.offered["prepare"] = endpoint
    return lines


def _readback(context: Context) -> list[str]:
    endpoint, photo = context.there.get("readback"), context.there.get("photo")
    try:
        lines = readback_method(endpoint, photo, context.ways, context.todo)
    except UnwrittenError as error:
        context.todo.append(f"readback: {error}")
        lines = readback_method(None, photo, context.ways, context.todo)
    if endpoint is not None and not any("raise TargetError" in line for line in lines):
        context.offered["readback"] = endpoint
    return lines


def _method(context: Context, kind: str) -> list[str]:
    match = context.found[kind]
    if match.left_out:
        return []
    if kind not in context.there and kind != "photo":
        return _unwritten(context, kind, "unsure which operation this is" if not match.sure else "")
    try:
        written = _METHODS.get(kind)
        return written(context) if written else simple_method(context, kind)
    except UnwrittenError as error:
        context.offered.pop(kind, None)
        return _unwritten(context, kind, str(error))


def _unwritten(context: Context, kind: str, why: str) -> list[str]:
    """A method for a person to write."""
    match = context.found[kind]
    nearest = match.endpoint or (match.others[0] if match.others else None)
    if nearest is None:
        words = "nothing in the description comes near it"
    else:
        where = f", {nearest.where}" if nearest.where else ""
        words = f"nearest: {nearest.method} {nearest.path} ({nearest.name}{where}): "
        words += why or "does not take or give what this kind needs"
    context.todo.append(f"{kind}: not offered; {words}")
    first, *others = wrapped(f"{words[0].upper()}{words[1:]}.")
    lines = ["@todo", f"def {kind}{HEAD}"]
    if not others:
        return [*lines, f'    """{first}"""', "    return NOT_OFFERED"]
    return [
        *lines,
        f'    """{first}',
        *(f"    {line}" for line in others),
        '    """',
        "    return NOT_OFFERED",
    ]


def _graphql(context: Context) -> None:
    for one in context.document.endpoints:
        if one.method == "POST" and one.path.rstrip("/").endswith("/graphql"):
            context.todo.append(
                f"{one.method} {one.path} is GraphQL: which operation is which, no description says; "
                'write those methods by hand (docs/how-to/own-system.md, "GraphQL")'
            )


def _imports(code: str) -> str:
    def said(name: str) -> bool:
        return any(
            f"{before}{name}{after}" in code for before in " ([@" for after in ("(", ")", "]", ":", ",", "\n")
        )

    def named(name: str) -> bool:
        return f" {name}[" in code or f"[{name}[" in code

    standard = [line for mark, line in _IMPORTS if mark in code]
    collections = [name for name in ("Iterator", "Mapping", "Sequence") if named(name)]
    if collections:
        standard.append(f"from collections.abc import {', '.join(collections)}")
    standard.sort(key=lambda line: (line.startswith("from"), line))
    ours = [
        f"from {module} import {', '.join(used)}"
        for module, names in _FROM.items()
        if (used := [name for name in names if said(name)])
    ]
    return "\n".join([*standard, "", *ours])
