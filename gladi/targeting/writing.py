"""Writes the class of a target: a method for every kind that was matched, readable, to be read by a person.

What gladi could not know is in `todo`, one line each, for the README beside the class; what the system does
not offer has no method, and is answered as not offered without a request.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gladi.targeting.calls import Call, call_of
from gladi.targeting.filling import Filling
from gladi.targeting.matching import Match, find, row_of
from gladi.targeting.openapi import Document, Endpoint
from gladi.targeting.registering import prepare_method
from gladi.targeting.stored import readback_method
from gladi.targeting.ways_in import WaysIn, ways_in

_HEAD = "(self, phone: Phone, operation: Operation, page: Page) -> Answer:"
_WIDEST = 94
"""Of a docstring, so that its line stays within 110."""
_IMPORTS = (
    ("b64encode(", "from base64 import b64encode"),
    ("json.", "import json"),
    ("Any", "from typing import Any"),
)
_FROM_COLLECTIONS = ("Iterator", "Mapping", "Sequence")
_FROM_HTTP = ("OverHttp", "at", "environment", "good", "multipart", "said")


@dataclass
class Written:
    """The text of a module, what a person must look at, and the kinds that are offered.

    `variables` are read from the environment, `headers` must be given with --header.
    """

    code: str
    todo: list[str] = field(default_factory=list)
    offered: dict[str, Endpoint] = field(default_factory=dict)
    variables: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)


def write(name: str, class_name: str, document: Document, found: Mapping[str, Match]) -> Written:
    """The module of target `name`."""
    there = {kind: one.endpoint for kind, one in found.items() if one.endpoint is not None}
    return _Writer(name, class_name, document, there).written()


class _Writer:
    def __init__(self, name: str, class_name: str, document: Document, there: Mapping[str, Endpoint]) -> None:
        self._name, self._class, self._document, self._there = name, class_name, document, there
        self._ways: WaysIn = ways_in(name, document, there)
        self._todo: list[str] = list(self._ways.todo)
        self._offered: dict[str, Endpoint] = {}

    def written(self) -> Written:
        before = [prepare_method(self._there.get("prepare"), self._ways, self._todo)]
        before.append(
            readback_method(self._there.get("readback"), self._there.get("photo"), self._ways, self._todo)
        )
        for kind in ("prepare", "readback"):
            if kind in self._there:
                self._offered[kind] = self._there[kind]
        during = [
            self._simple("activate"), self._login(), self._logout(), self._simple("tps"), self._submit_page(),
            self._simple("confirm"), self._simple("correct"), self._status(), self._simple("national"),
            self._simple("region"), self._simple("tps_page"), self._photo(), self._junk(), self._told(),
        ]  # fmt: skip
        methods = [*before, *(one for one in during if one)]
        body = "\n\n".join("\n".join(f"    {line}".rstrip() for line in one) for one in methods)
        office = self._ways.office_function()
        code = f'class {self._class}(OverHttp):\n    """{_sentence(self._document.title)}"""\n\n{body}\n' + (
            f"\n\n{office}" if office else ""
        )
        text = f'"""{self._introduction()}"""\n\n{_imports(code)}\n\n\n{code}'
        return Written(text, self._todo, self._offered, self._ways.variables, list(self._ways.everybody))

    def _introduction(self) -> str:
        told = _sentence(self._document.version).rstrip(".")
        version = f", version {told}" if told else ""
        title = _sentence(self._document.title).rstrip(".")
        return (
            f"How gladi speaks to {title}{version}.\n\nWritten by `gladi target new {self._name}` from its "
            "OpenAPI document; read it, and the README beside it, before\nthe first rehearsal.\n"
        )

    # methods, as lines

    def _call(self, kind: str, endpoint: Endpoint, own: Mapping[str, str] | None = None) -> Call:
        filling = Filling(kind, endpoint, own or {})
        call = call_of(filling, self._ways.headers(endpoint, "operation"))
        self._todo += filling.todo
        return call

    def _opening(self, kind: str) -> list[str]:
        endpoint = self._there[kind]
        self._offered[kind] = endpoint
        words = f"{endpoint.method} {endpoint.path}."
        words = f"{words} {_sentence(endpoint.summary)}" if endpoint.summary else words
        if len(words) > _WIDEST:
            words = f"{endpoint.method} {endpoint.path}."
        return [f"def {kind}{_HEAD}", f'    """{words}"""']

    def _simple(self, kind: str) -> list[str]:
        if kind not in self._there:
            return []
        own = {"region": '"0"', "tps": '"0"'} if kind == "national" else {}
        call = self._call(kind, self._there[kind], own)
        return [*self._opening(kind), *call.lines(), "    return self._told(phone, reply)"]

    def _login(self) -> list[str]:
        if "login" not in self._there:
            return []
        endpoint = self._there["login"]
        token = find(endpoint.answer, "session")
        lines = [*self._opening("login"), *self._call("login", endpoint).lines()]
        if token:
            lines += [
                "    if good(reply):",
                f"        self.opens(phone, operation, {_said(token)})",
            ]
        else:
            self._todo.append("login: nothing in its answer looks like a session; see `opens` in OverHttp")
        return [*lines, "    return self._told(phone, reply)"]

    def _logout(self) -> list[str]:
        if "logout" not in self._there:
            return []
        lines = [*self._opening("logout"), "    session = self.session(phone, operation)"]
        own = "self.session(phone, operation)"
        lines += [
            line.replace(own, "session") for line in self._call("logout", self._there["logout"]).lines()
        ]
        lines += [
            "    if good(reply) or reply.status == 401:",
            "        self.ends(operation, session)",
        ]
        return [*lines, "    return self._told(phone, reply)"]

    def _submit_page(self) -> list[str]:
        if "submit_page" not in self._there:
            return []
        endpoint, numbers = self._there["submit_page"], self._there.get("numbers")
        lines = [*self._opening("submit_page"), *self._call("submit_page", endpoint).lines()]
        if numbers is None:
            return [*lines, "    return self._told(phone, reply)"]
        named = find(endpoint.answer, "photo") or find(endpoint.answer, "photo_sha256")
        photo = _said(named) if named else "page.photo_sha256"
        own = {"photo": photo, "photo_sha256": photo}
        second = self._call("numbers", numbers, own).lines()
        lines += ["    if good(reply):", "        sent = phone.sent"]
        lines += [f"    {line}" for line in second]
        return [*lines, "        phone.sent += sent", "    return self._told(phone, reply)"]

    def _status(self) -> list[str]:
        if "status" not in self._there:
            return []
        names, row = row_of(self._there["status"].answer)
        page = find(row, "page", depth=1)
        if not page:
            self._todo.append("status: not offered, for nothing in its answer says which pages are stored")
            return []
        lines = [*self._opening("status"), *self._call("status", self._there["status"]).lines()]
        rows = f"at(reply, {', '.join(map(_quoted, names))}) or ()"
        lines.append(f'    stored = sum(1 << int(row["{page[0]}"]) for row in {rows})')
        return [*lines, "    return self.answer(phone, reply, stored_pages=stored)"]

    def _photo(self) -> list[str]:
        """A reader opens the page of the TPS, then the first photo that it names."""
        if "photo" not in self._there or "tps_page" not in self._there:
            return []
        names, row = row_of(self._there["tps_page"].answer)
        found = find(row, "photo", depth=1) or find(row, "photo_sha256", depth=1)
        if not found:
            self._todo.append("photo: not offered, for nothing in the page of a TPS names its photos")
            return []
        lines = [*self._opening("photo"), *self._call("tps_page", self._there["tps_page"]).lines()]
        rows = f"at(reply, {', '.join(map(_quoted, names))}) or ()"
        lines += [
            f'    photos = [str(row["{found[0]}"]) for row in {rows} if row.get("{found[0]}")]',
            "    if photos:",
            "        photo = photos[0]",
        ]
        own = {"photo": "photo", "photo_sha256": "photo"}
        lines += [f"    {line}" for line in self._call("photo", self._there["photo"], own).lines()]
        return [*lines, "    return self._told(phone, reply)"]

    def _junk(self) -> list[str]:
        endpoint = self._there.get("login")
        if endpoint is None:
            return []
        return [
            "def junk(self, phone: Phone, operation: Operation) -> Answer:",
            '    """Garbage where logins are taken."""',
            f'    path, garbage = "{endpoint.path}", operation.key.encode() * 16',
            f'    reply = phone.request("{endpoint.method}", path, {{}}, garbage)',
            "    return self._told(phone, reply)",
        ]

    def _told(self) -> list[str]:
        """The receipt and the word of a refusal, wherever the answers of pages hold them."""
        pages = [self._there[kind] for kind in ("numbers", "submit_page", "correct") if kind in self._there]
        receipt = next((found for one in pages if (found := find(one.answer, "receipt"))), ())
        every = [*pages, *self._there.values()]
        refusal = next((found for one in every if (found := find(one.refusal, "refusal"))), ())
        if not receipt:
            self._todo.append(
                "submit_page: nothing in its answer looks like a receipt: nothing can be proved"
            )
        lines = ["def _told(self, phone: Phone, reply: Reply) -> Answer:"]
        lines.append("    receipt = " + (_said(receipt) if receipt else '""'))
        if refusal:
            lines.append(f"    return self.answer(phone, reply, receipt, reason={_said(refusal)})")
        else:
            lines.append("    return self.answer(phone, reply, receipt)")
        return lines


def _said(names: Sequence[str]) -> str:
    return f"said(reply, {', '.join(map(_quoted, names))})"


def _quoted(text: str) -> str:
    return f'"{text}"'


def _sentence(text: str) -> str:
    """One sentence for a docstring."""
    plain = " ".join(text.split()).replace("\\", "").replace('"', "'")[:70].rstrip()
    return plain if plain.endswith((".", "?", "!")) else f"{plain}."


def _imports(code: str) -> str:
    standard = sorted(
        (line for mark, line in _IMPORTS if mark in code), key=lambda line: (line.startswith("from"), line)
    )
    collections = [name for name in _FROM_COLLECTIONS if f"{name}[" in code]
    if collections:
        standard.append(f"from collections.abc import {', '.join(collections)}")
        standard.sort(key=lambda line: (line.startswith("from"), line))
    over_http = [name for name in _FROM_HTTP if f"{name}(" in code or f"({name})" in code]
    ours = [
        "from gladi.http import Reply",
        "from gladi.materials import Page",
        f"from gladi.targets.over_http import {', '.join(over_http)}",
        f"from gladi.targets.protocol import Phone{', TargetError' if 'TargetError(' in code else ''}",
        "from scenarios import Regency",
        "from simulators.operations import Answer, Operation",
        "from simulators.population import Population",
    ]
    return "\n".join([*standard, "", *ours])
