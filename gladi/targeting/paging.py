"""How a list that is given in parts goes on, from the parameters and answer of its operation."""

from dataclasses import replace

from gladi.targeting.filling import Filling
from gladi.targeting.openapi import Endpoint
from gladi.targeting.schemas import properties
from gladi.targeting.shapes import find
from gladi.targeting.synonyms import meaning, plain

_PART = frozenset({"page", "halaman", "hal", "p", "pagenumber", "nomorhalaman"})
_LINKS = frozenset({"nexturl", "nextlink", "next", "berikut", "selanjutnya"})


def parts_of(endpoint: Endpoint) -> tuple[str, str]:
    """A `Parts` as an expression, "" for a list in one piece, and the query parameter that it counts."""
    asked = endpoint.placed("query")
    after = next((one.name for one in asked if meaning(one.name) == "cursor"), "")
    told = find(endpoint.answer, "cursor", depth=2)
    if after and told:
        return f'Parts("cursor", "{after}", {tuple_of(told)})', after
    link = _link(endpoint)
    if link:
        return f'Parts("link", tells={tuple_of(link)})', ""
    for one in asked:
        if plain(one.name) in _PART and one.schema.get("type") in {"integer", "number", None}:
            first = int(one.schema.get("default", one.schema.get("minimum", 1)))
            last = find(endpoint.answer, "last_part", depth=2)
            more = f", {tuple_of(last)}" if last else ", ()"
            return f'Parts("number", "{one.name}"{more}, {first})', one.name
        if meaning(one.name) == "offset":
            return f'Parts("offset", "{one.name}")', one.name
    return "", ""


def path_of(kind: str, endpoint: Endpoint, counted: str, own: dict[str, str] | None = None) -> str:
    """The path of a list as an expression, without the parameter that counts its parts."""
    kept = tuple(one for one in endpoint.parameters if one.place != "query" or one.name != counted)
    return Filling(kind, replace(endpoint, parameters=kept), own or {}).path()


def _link(endpoint: Endpoint) -> tuple[str, ...]:
    for name, inner in properties(endpoint.answer).items():
        url = inner.get("format") in {"uri", "uri-reference"}
        if plain(name) in _LINKS and (url or plain(name) in {"nexturl", "nextlink"}):
            return (name,)
        if plain(name) in {"links", "tautan", "link"}:
            deeper = next((one for one in properties(inner) if plain(one) in _LINKS), "")
            if deeper:
                return (name, deeper)
    return ()


def tuple_of(names: tuple[str, ...]) -> str:
    """As a Python literal."""
    inner = ", ".join(f'"{name}"' for name in names)
    return f"({inner},)" if len(names) == 1 else f"({inner})"
