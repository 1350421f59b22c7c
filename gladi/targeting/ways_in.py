"""Who is let in how: which security scheme is an operator's session, which the office's key, which neither.

What a page needs and a login does not is the session. What registration and export need is the office's, and
comes from the environment. What a login needs too is a key for everybody, sent by gladi with --header.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gladi.targeting.filling import Items
from gladi.targeting.openapi import Document, Endpoint
from gladi.targeting.schemas import Schema
from gladi.targeting.shapes import find
from gladi.targeting.synonyms import meaning


@dataclass
class WaysIn:
    """`office` maps a scheme to its environment variable; `everybody` are headers for --header.

    `jar` is the cookie that holds the session, sent back with all others of the login; `bare` are operations
    that get such cookies although no scheme says so. `clients` are id and secret of an OAuth2 client as
    expressions, `known` their variables.
    """

    schemes: Mapping[str, Schema]
    sessions: frozenset[str]
    office: Mapping[str, str]
    everybody: tuple[str, ...]
    jar: str = ""
    bare: tuple[Endpoint, ...] = ()
    clients: Mapping[str, str] = field(default_factory=dict)
    known: tuple[str, ...] = ()
    todo: list[str] = field(default_factory=list)

    @property
    def variables(self) -> list[str]:
        """Environment variables that the target reads."""
        return [*self.office.values(), *self.known]

    def headers(self, endpoint: Endpoint) -> Items:
        """The headers of an operator's session, where the endpoint wants one."""
        session = "self.session(phone, operation)"
        if endpoint in self.bare or (self.jar and set(endpoint.security) & self.sessions):
            return [("Cookie", session)]
        return [_header(self.schemes[name], session) for name in endpoint.security if name in self.sessions]

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
    login = there.get("login")
    by_cookie = login is not None and not find(login.answer, "session")
    for scheme in sorted(sessions | offices):
        told = document.schemes.get(scheme, {})
        if not _usable(told) and not (_basic(told) and scheme in offices):
            todo.append(f"security scheme {scheme}: neither a header nor a bearer token; send it yourself")
            sessions.discard(scheme)
            offices.discard(scheme)
    bare: tuple[Endpoint, ...] = ()
    if not sessions and by_cookie and login is not None and "set-cookie" in login.sets:
        bare = tuple(there[kind] for kind in _OF_OPERATORS if kind in there)
        todo.append("no security scheme tells how a session is sent; the cookies of the login are")
    elif not sessions and "submit_page" in there:
        todo.append("no security scheme tells how a session is sent; see `session` in OverHttp")
    prefix = name.upper().replace("-", "_")
    office = {one: f"{prefix}_{_upper(one)}_KEY" for one in sorted(offices)}
    everybody = tuple(
        _header(document.schemes[one], "")[0]
        for one in sorted(anybody)
        if one in document.schemes and _usable(document.schemes[one])
    )
    jars = [
        str(document.schemes[one].get("name")) for one in sorted(sessions) if _cookie(document.schemes[one])
    ]
    clients = _clients(login, prefix) if login is not None else {}
    return WaysIn(
        document.schemes, frozenset(sessions), office, everybody, jars[0] if jars and by_cookie else "", bare,
        {what: f'environment("{one}", "the OAuth2 client of the app")' for what, one in clients.items()},
        tuple(clients.values()), todo,
    )  # fmt: skip


_OF_OPERATORS = ("tps", "submit_page", "numbers", "complete", "confirm", "correct", "status", "logout")


def _cookie(scheme: Schema) -> bool:
    return scheme.get("type") == "apiKey" and scheme.get("in") == "cookie"


def _clients(login: Endpoint, prefix: str) -> Mapping[str, str]:
    """Id and secret of an OAuth2 client, where a login must send them, and where they come from."""
    required = {meaning(name) for name in login.body.get("required") or ()}
    return {what: f"{prefix}_{what.upper()}" for what in ("client_id", "client_secret") if what in required}


def _usable(scheme: Schema) -> bool:
    if scheme.get("type") == "apiKey":
        return scheme.get("in") in {"header", "cookie"}
    return scheme.get("type") in {"oauth2", "openIdConnect"} or (
        scheme.get("type") == "http" and str(scheme.get("scheme", "")).lower() == "bearer"
    )


def _basic(scheme: Schema) -> bool:
    """Name and password with every request; the office's only, for operators' phones log in."""
    return scheme.get("type") == "http" and str(scheme.get("scheme", "")).lower() == "basic"


def _header(scheme: Schema, value: str) -> tuple[str, str]:
    if _basic(scheme):
        return "Authorization", f'"Basic " + b64encode({value}.encode()).decode()'
    if scheme.get("type") != "apiKey":
        return "Authorization", f"'Bearer ' + {value}".replace("'", '"')
    if scheme.get("in") == "cookie":
        return "Cookie", f'"{scheme.get("name")}=" + {value}'
    return str(scheme.get("name")), value


def _upper(text: str) -> str:
    return "".join(one if one.isalnum() else "_" for one in text).upper()
