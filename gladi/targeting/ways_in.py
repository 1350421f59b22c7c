"""Who is let in how: which security scheme is an operator's session, which the office's key, which neither.

What a page needs and a login does not is the session. What registration and export need is the office's, and
comes from the environment. What a login needs too is a key for everybody, sent by gladi with --header.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gladi.targeting.filling import Items
from gladi.targeting.openapi import Document, Endpoint
from gladi.targeting.schemas import Schema


@dataclass
class WaysIn:
    """`office` maps a scheme to its environment variable; `everybody` are headers for --header."""

    schemes: Mapping[str, Schema]
    sessions: frozenset[str]
    office: Mapping[str, str]
    everybody: tuple[str, ...]
    todo: list[str] = field(default_factory=list)

    @property
    def variables(self) -> list[str]:
        """Environment variables that the target reads."""
        return list(self.office.values())

    def headers(self, endpoint: Endpoint, who: str) -> Items:
        """The headers of an operator's session, where the endpoint wants one."""
        return [
            _header(self.schemes[name], "self.session(phone, operation)")
            for name in endpoint.security
            if name in self.sessions and who == "operation"
        ]

    def of_office(self, endpoint: Endpoint) -> bool:
        """Whether it wants the key of the office."""
        return any(name in self.office for name in endpoint.security)

    def office_function(self) -> str:
        """The function that gives the office's headers; "" if there is no such key."""
        if not self.office:
            return ""
        lines = ["def _office() -> dict[str, str]:", '    """The keys of administration."""', "    return {"]
        for name, variable in self.office.items():
            value = f'environment("{variable}", "the key of the scheme {name}")'
            header, given = _header(self.schemes[name], value)
            lines.append(f'        "{header}": {given},')
        return "\n".join([*lines, "    }", ""])


def ways_in(name: str, document: Document, there: Mapping[str, Endpoint]) -> WaysIn:
    """Sorts the schemes of a document by who uses them."""
    used = {kind: set(one.security) for kind, one in there.items()}
    pages = used.get("submit_page", set()) | used.get("confirm", set()) | used.get("logout", set())
    anybody = used.get("login", set())
    sessions = {one for one in pages - anybody if one in document.schemes}
    offices = (used.get("prepare", set()) | used.get("readback", set())) - sessions - anybody
    todo = []
    for scheme in sorted(sessions | offices):
        if not _usable(document.schemes.get(scheme, {})):
            todo.append(f"security scheme {scheme}: neither a header nor a bearer token; send it yourself")
            sessions.discard(scheme)
            offices.discard(scheme)
    if not sessions and "submit_page" in there:
        todo.append("no security scheme tells how a session is sent; see `session` in OverHttp")
    prefix = name.upper().replace("-", "_")
    office = {one: f"{prefix}_{_upper(one)}_KEY" for one in sorted(offices)}
    everybody = tuple(
        _header(document.schemes[one], "")[0]
        for one in sorted(anybody)
        if one in document.schemes and _usable(document.schemes[one])
    )
    return WaysIn(document.schemes, frozenset(sessions), office, everybody, todo)


def _usable(scheme: Schema) -> bool:
    if scheme.get("type") == "apiKey":
        return scheme.get("in") in {"header", "cookie"}
    return scheme.get("type") in {"oauth2", "openIdConnect"} or (
        scheme.get("type") == "http" and str(scheme.get("scheme", "")).lower() == "bearer"
    )


def _header(scheme: Schema, value: str) -> tuple[str, str]:
    if scheme.get("type") != "apiKey":
        return "Authorization", f"'Bearer ' + {value}".replace("'", '"')
    if scheme.get("in") == "cookie":
        return "Cookie", f'"{scheme.get("name")}=" + {value}'
    return str(scheme.get("name")), value


def _upper(text: str) -> str:
    return "".join(one if one.isalnum() else "_" for one in text).upper()
