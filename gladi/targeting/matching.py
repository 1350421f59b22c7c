"""Which operation of an API is which of gladi's kinds: by its words and the shape of what it takes and gives.

Points are added up; what stays below `SURE`, or has a rival as good, is asked about or left out. A shape that
cannot be (a page without a photo, a login without a password) excludes; what came nearest is remembered, for
the person who must write that method.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from gladi.failures import UsageError
from gladi.targeting.openapi import Document, Endpoint
from gladi.targeting.shapes import SHAPES, find, in_pieces, is_photo, row_of, takes, two_steps
from gladi.targeting.synonyms import KINDS, words

__all__ = ["WANTED", "Match", "find", "in_pieces", "is_photo", "match", "row_of", "takes", "two_steps"]

SURE = 5.0
MARGIN = 1.0
WANTED = (
    "prepare", "activate", "login", "logout", "tps", "submit_page", "numbers", "complete", "confirm",
    "correct", "status", "national", "region", "tps_page", "photo", "readback", "ready", "alive",
)  # fmt: skip
"""Kinds of operations, what goes before and after a run, "numbers" and "complete": further calls of a page;
"ready" and "alive": what the system says of itself."""
PLAIN_PATH = re.compile(r"/[\w.~!$&()*+,;=:@%/-]*")
"""What may stand in code; a tokenUrl is no path of the document, and was not looked at there."""
_SHARED = frozenset({"ready", "alive"})
"""Kinds for which one operation may serve both."""


@dataclass(frozen=True, slots=True)
class Match:
    """`endpoint` None: nothing found. `others` are the next best, for a question; `left_out` by a person."""

    kind: str
    endpoint: Endpoint | None
    sure: bool
    others: tuple[Endpoint, ...] = ()
    left_out: bool = False


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
            found[kind] = Match(kind, named.get(given[kind]), True, left_out=not given[kind])
        elif not _needed(kind, found):
            found[kind] = Match(kind, None, True)
        elif kind == "login" and (token := token_endpoint(document)) is not None:
            found[kind] = Match(kind, token, True)
        else:
            taken = {
                one.endpoint.name
                for one in found.values()
                if one.endpoint and one.kind not in given and not {kind, one.kind} <= _SHARED
            }
            found[kind] = _best(kind, [one for one in document.endpoints if one.name not in taken])
        if not found[kind].sure and choose is not None:
            chosen = choose(kind, found[kind].others)
            found[kind] = Match(kind, chosen, True, found[kind].others, left_out=chosen is None)
    return found


def token_endpoint(document: Document) -> Endpoint | None:
    """Where the password flow of OAuth2 (RFC 6749, 4.3) gives its tokens; None without one on this system."""
    for scheme in document.schemes.values():
        flow = (scheme.get("flows") or {}).get("password") if scheme.get("type") == "oauth2" else None
        if not flow or not flow.get("tokenUrl"):
            continue
        there = urlsplit(urljoin(f"http://{document.authority}{document.base}/", str(flow["tokenUrl"])))
        if there.netloc != document.authority or not PLAIN_PATH.fullmatch(there.path):
            continue
        answer = {"properties": {"access_token": {"type": "string"}}}
        for one in document.endpoints:
            if one.method == "POST" and one.path == there.path:
                return one if find(one.answer, "session") else replace(one, answer=answer)
        body = {
            "required": ["grant_type", "username", "password"],
            "properties": {name: {"type": "string"} for name in ("grant_type", "username", "password")},
        }
        return Endpoint(
            name="tokenUrl",
            method="POST",
            path=there.path,
            summary="OAuth2, password flow",
            tags=(),
            parameters=(),
            media="application/x-www-form-urlencoded",
            body=body,
            answer=answer,
            shows=("application/json",),
            refusal={"properties": {"error": {"type": "string"}}},
            security=(),
        )
    return None


def _needed(kind: str, found: Mapping[str, Match]) -> bool:
    page = found["submit_page"].endpoint if "submit_page" in found else None
    if kind == "numbers":
        return page is not None and "numbers" not in takes(page)
    if kind == "complete":
        return page is not None and (two_steps(page) or in_pieces(page))
    return True


def _best(kind: str, endpoints: Sequence[Endpoint]) -> Match:
    points = sorted(((_points(kind, one), one) for one in endpoints), key=lambda pair: -pair[0])
    possible = [(score, one) for score, one in points if score > 0.0]
    if not possible:
        said = sorted(((_words(kind, one), one) for one in endpoints), key=lambda pair: -pair[0])
        return Match(kind, None, True, tuple(one for score, one in said[:1] if score >= 3.0))
    near = tuple(one for _, one in possible[:5])
    best, rival = possible[0][0], possible[1][0] if len(possible) > 1 else 0.0
    if best >= SURE and best - rival >= MARGIN:
        return Match(kind, near[0], True, near[1:])
    if kind in _SHARED:
        return Match(kind, near[0] if best >= SURE else None, True, near)
    return Match(kind, None, False, near)


def _points(kind: str, one: Endpoint) -> float:
    shape = SHAPES[kind](one)
    return shape + _words(kind, one) if shape > 0.0 else 0.0


def _words(kind: str, one: Endpoint) -> float:
    vocabulary = set(KINDS[kind])
    # The last part of a path says what is done there; the parts before it say to what.
    parts = [part for part in one.path.split("/") if part and not part.startswith("{")]
    score = 3.0 * bool(words(parts[-1] if parts else "") & vocabulary)
    score += 1.0 * bool(words(" ".join(parts[:-1])) & vocabulary)
    score += 1.5 * bool(words(one.name) & vocabulary)
    score += 1.5 * bool(words(one.summary) & vocabulary)
    return score + 0.5 * bool(words(" ".join(one.tags)) & vocabulary)
