"""A JSON Schema as the rest of this room reads it: one type, one alternative, 3.1 as 3.0 would have it.

Simplifications: of several alternatives the first is taken and marked; `not`, `if` and patterns of names are
not looked at.
"""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]
ALTERNATIVES = "x-gladi-alternatives"
"""Marks a schema of which there were so many alternatives, the first of which was taken."""
VERBATIM = frozenset({"example", "examples", "default", "const", "enum"})
"""Keys under which there are values, not schemas."""
_OF_VALUE = {bool: "boolean", int: "integer", float: "number", str: "string"}


def plain(found: dict[str, Any]) -> dict[str, Any]:
    """`found`, references resolved, with `allOf`, `anyOf`, `oneOf` and lists of types taken away."""
    for part in found.pop("allOf", None) or ():
        if isinstance(part, dict):
            _join(found, part)
    for word in ("oneOf", "anyOf"):
        if isinstance(found.get(word), list):
            possible = [one for one in found.pop(word) if isinstance(one, dict) and not _null(one)]
            if len(possible) > 1:
                found[ALTERNATIVES] = len(possible)
            if possible:
                _join(found, possible[0])
    if isinstance(found.get("type"), list):
        found["type"] = next((one for one in found["type"] if one != "null"), "null")
    if "const" in found and "type" not in found and type(found["const"]) in _OF_VALUE:
        found["type"] = _OF_VALUE[type(found["const"])]
    if found.get("contentEncoding") == "base64":
        found.setdefault("format", "byte")
    elif str(found.get("contentMediaType", "")).startswith(("image/", "application/octet-stream")):
        found.setdefault("format", "binary")
    if isinstance(found.get("properties"), dict):
        found.setdefault("type", "object")
    return found


def _null(one: Schema) -> bool:
    return one.get("type") == "null" or ("enum" in one and one["enum"] == [None])


def _join(found: dict[str, Any], part: Schema) -> None:
    for key, one in part.items():
        both = isinstance(one, type(found.get(key)))
        if both and isinstance(one, dict):
            found[key] = {**found[key], **one}
        elif both and isinstance(one, list):
            found[key] = [*found[key], *one]
        else:
            found.setdefault(key, one)


def properties(schema: Schema) -> Mapping[str, Schema]:
    """The properties of an object's schema; {} of anything else."""
    found = schema.get("properties")
    return found if isinstance(found, dict) else {}


def binary(schema: Schema) -> bool:
    """Whether bytes are meant, as they are."""
    return schema.get("format") == "binary"
