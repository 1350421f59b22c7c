"""Which operation of an API is which of gladi's kinds: by its words and the shape of what it takes and gives.

Points are added up; what stays below `SURE`, or has a rival as good, is asked about or left out. A shape that
cannot be (a page without a photo, a login without a password) excludes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gladi.failures import UsageError
from gladi.targeting.openapi import Document, Endpoint
from gladi.targeting.schemas import Schema, properties
from gladi.targeting.synonyms import KINDS, meaning, plain, words

SURE = 5.0
MARGIN = 1.0
WANTED = (
    "prepare", "activate", "login", "logout", "tps", "submit_page", "numbers", "confirm", "correct", "status",
    "national", "region", "tps_page", "photo", "readback",
)  # fmt: skip
"""Kinds of operations, what goes before and after a run, and "numbers": the second call of a page."""


@dataclass(frozen=True, slots=True)
class Match:
    """`endpoint` None: nothing found. `others` are the next best, for a question."""

    kind: str
    endpoint: Endpoint | None
    sure: bool
    others: tuple[Endpoint, ...] = ()


Choose = Callable[[str, Sequence[Endpoint]], Endpoint | None]
"""Asks a person which of several (None: none of them) a kind is."""


def match(document: Document, given: Mapping[str, str], choose: Choose | None = None) -> dict[str, Match]:
    """The operation of every kind; `given` names them outright, kind to operationId ("" for none).

    What is unsure goes to `choose`; without it, it is left out. Raises UsageError for a name that is not
    there.
    """
    named = {one.name: one for one in document.endpoints}
    for kind, name in given.items():
        if kind not in WANTED:
            raise UsageError(f"--map {kind}={name}: there is no such kind; there are: {', '.join(WANTED)}")
        if name and name not in named:
            raise UsageError(f"--map {kind}={name}: no operation has that operationId")
    found: dict[str, Match] = {}
    for kind in WANTED:
        if kind in given:
            found[kind] = Match(kind, named.get(given[kind]), True)
        elif kind == "numbers" and not _needs_numbers(found["submit_page"].endpoint):
            found[kind] = Match(kind, None, True)
        else:
            taken = {one.endpoint.name for one in found.values() if one.endpoint and one.kind not in given}
            found[kind] = _best(kind, [one for one in document.endpoints if one.name not in taken])
        if not found[kind].sure and choose is not None:
            found[kind] = Match(kind, choose(kind, found[kind].others), True)
    return found


def _best(kind: str, endpoints: Sequence[Endpoint]) -> Match:
    points = sorted(((_points(kind, one), one) for one in endpoints), key=lambda pair: -pair[0])
    possible = [(score, one) for score, one in points if score > 0.0]
    if not possible:
        return Match(kind, None, True)
    near = tuple(one for _, one in possible[:5])
    best, rival = possible[0][0], possible[1][0] if len(possible) > 1 else 0.0
    if best >= SURE and best - rival >= MARGIN:
        return Match(kind, near[0], True)
    return Match(kind, None, False, near)


def _points(kind: str, one: Endpoint) -> float:
    shape = _SHAPES[kind](one)
    if shape <= 0.0:
        return 0.0
    vocabulary = set(KINDS[kind])
    # The last part of a path says what is done there; the parts before it say to what.
    parts = [part for part in one.path.split("/") if part and not part.startswith("{")]
    score = shape
    score += 3.0 * bool(words(parts[-1] if parts else "") & vocabulary)
    score += 1.0 * bool(words(" ".join(parts[:-1])) & vocabulary)
    score += 1.5 * bool(words(one.name) & vocabulary)
    score += 1.5 * bool(words(one.summary) & vocabulary)
    score += 0.5 * bool(words(" ".join(one.tags)) & vocabulary)
    return score


# shapes: 0 cannot be, 1 may be, more speaks for it


def _prepare(one: Endpoint) -> float:
    lists = [name for name, schema in properties(one.body).items() if schema.get("type") == "array"]
    return 2.0 if one.method in {"POST", "PUT"} and lists and not one.placed("path") else 0.0


def _activate(one: Endpoint) -> float:
    return 2.0 if _writes(one) and "password" in _takes(one, "activate") else 0.0


def _login(one: Endpoint) -> float:
    if one.method != "POST" or "password" not in _takes(one, "login") or one.placed("path"):
        return 0.0
    if "activation_code" in _takes(one, "activate"):
        return 0.0
    return 3.0 if find(one.answer, "session") else 1.0


def _logout(one: Endpoint) -> float:
    if one.method not in {"POST", "DELETE"} or "password" in _takes(one, "logout") or one.placed("path"):
        return 0.0
    leaves = words(one.path + " " + one.name) & {"logout", "signout", "keluar"}
    return 3.0 if leaves or one.method == "DELETE" else 0.0


def _tps(one: Endpoint) -> float:
    if not one.security or _is_photo(one) or one.placed("query"):
        return 0.0
    starts = bool(words(one.path) & {"initialise", "initialize"})
    return 4.0 if starts else 1.5 if one.method == "GET" and _ends_in(one, "tps") else 0.0


def _submit_page(one: Endpoint) -> float:
    if not _writes(one) or "page" not in _knows(one):
        return 0.0
    # Who must say why is no phone that sends a page for the first time.
    explains = {plain(name) for name in properties(one.body)} & {"reason", "alasan"}
    return (1.0 if explains else 4.0) if _has_photo(one) else 0.0


def _numbers(one: Endpoint) -> float:
    return (
        3.0 if one.method in {"PUT", "POST"} and "numbers" in _takes(one) and "page" in _knows(one) else 0.0
    )


def _confirm(one: Endpoint) -> float:
    return 3.0 if _writes(one) and "agree" in _takes(one) and "numbers" not in _takes(one) else 0.0


def _correct(one: Endpoint) -> float:
    if not _writes(one) or "numbers" not in _takes(one) or _has_photo(one):
        return 0.0
    return 2.0 + 2.0 * ("reason" in _takes(one)) + 1.0 * (one.method == "PATCH")


def _status(one: Endpoint) -> float:
    return 2.0 if _reads(one) and one.security and "tps" in _knows(one) and not _is_photo(one) else 0.0


def _national(one: Endpoint) -> float:
    return 3.0 if _reads(one) and not one.security and not one.placed("path") and not _is_page(one) else 0.0


def _region(one: Endpoint) -> float:
    places = one.placed("path")
    fits = _reads(one) and not one.security and len(places) == 1 and not _is_photo(one)
    return 2.0 + 2.0 * (meaning(places[0].name, "region") == "region") if fits else 0.0


def _tps_page(one: Endpoint) -> float:
    fits = _reads(one) and not one.security and _ends_in(one, "tps") and not _is_photo(one)
    return 4.0 if fits and len(one.placed("path")) == 1 else 0.0


def _photo(one: Endpoint) -> float:
    return 3.0 if _reads(one) and _is_photo(one) and len(one.placed("path")) == 1 else 0.0


def _readback(one: Endpoint) -> float:
    if not _reads(one) or one.placed("path"):
        return 0.0
    row = row_of(one.answer)[1]
    known = {meaning(name) for name in properties(row)}
    return 1.0 + 3.0 * ("receipt" in known) if {"tps", "page"} <= known else 0.0


_SHAPES: Mapping[str, Callable[[Endpoint], float]] = {
    "prepare": _prepare, "activate": _activate, "login": _login, "logout": _logout, "tps": _tps,
    "submit_page": _submit_page, "numbers": _numbers, "confirm": _confirm, "correct": _correct,
    "status": _status, "national": _national, "region": _region, "tps_page": _tps_page, "photo": _photo,
    "readback": _readback,
}  # fmt: skip


def find(schema: Schema, wanted: str, kind: str = "", depth: int = 3) -> tuple[str, ...]:
    """The names under which an object holds what is `wanted`, from outside in; () if it does not."""
    for name in properties(schema):
        if meaning(name, kind) == wanted:
            return (name,)
    if depth > 1:
        for name, inner in properties(schema).items():
            if deeper := find(inner, wanted, kind, depth - 1):
                return (name, *deeper)
    return ()


def row_of(schema: Schema, depth: int = 3) -> tuple[tuple[str, ...], Schema]:
    """The names that lead to the first list of objects, and the schema of one of them."""
    for name, inner in properties(schema).items():
        if inner.get("type") == "array" and properties(inner.get("items") or {}):
            return (name,), inner["items"]
    if depth > 1:
        for name, inner in properties(schema).items():
            names, row = row_of(inner, depth - 1)
            if row:
                return (name, *names), row
    return (), {}


def _takes(one: Endpoint, kind: str = "") -> set[str]:
    return {meaning(name, kind) for name in properties(one.body)}


def _knows(one: Endpoint) -> set[str]:
    return _takes(one) | {meaning(parameter.name) for parameter in one.parameters}


def _writes(one: Endpoint) -> bool:
    return one.method in {"POST", "PUT", "PATCH"}


def _reads(one: Endpoint) -> bool:
    return one.method == "GET"


def _has_photo(one: Endpoint) -> bool:
    return one.media.startswith(("image/", "application/octet-stream")) or "photo" in _takes(one)


def _is_photo(one: Endpoint) -> bool:
    return any(media.startswith("image/") for media in one.shows)


def _is_page(one: Endpoint) -> bool:
    return any(media.startswith("text/html") for media in one.shows)


def _ends_in(one: Endpoint, wanted: str) -> bool:
    """Whether the path ends in a parameter that means `wanted`."""
    last = one.path.rstrip("/").rsplit("/", 1)[-1]
    return last.startswith("{") and meaning(last.strip("{}")) == wanted


def _needs_numbers(page: Endpoint | None) -> bool:
    return page is not None and "numbers" not in _takes(page)
