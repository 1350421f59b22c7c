"""The tables and keys of a file, in words, read off its schema: for the manual and for comments in files."""

import json
from dataclasses import dataclass
from typing import Any

from gladi.writing.schema import Schema

_NAMES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
_ANY = 2**53
"""A bound beyond this is one of the machine and says nothing to a person."""
_LONG = 40
"""A list of more choices than this is not told in a line."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what it holds in words, its default as TOML (None: it must be written, or may be left out)."""

    name: str
    holds: str
    default: str | None
    required: bool
    says: str
    example: Any
    """A value that could stand there."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table, `many` when it is written [[name]]; `path` is dotted, "" the file itself."""

    path: str
    many: bool
    required: bool
    says: str
    keys: tuple[Key, ...]

    @property
    def head(self) -> str:
        """As it stands in a file."""
        return f"[[{self.path}]]" if self.many else f"[{self.path}]"


def tables(schema: Schema) -> tuple[Table, ...]:
    """Every table of a file, those inside others after them; the file's own loose keys first."""
    found: list[Table] = []
    _walk(schema, schema, "", False, True, found)
    return tuple(found)


def toml(value: Any) -> str:
    """A plain value as TOML."""
    if isinstance(value, dict):
        return (
            "{ " + ", ".join(f"{key} = {toml(one)}" for key, one in value.items()) + " }" if value else "{}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(toml(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _walk(whole: Schema, table: Schema, path: str, many: bool, required: bool, found: list[Table]) -> None:
    keys: list[Key] = []
    inner: list[tuple[Schema | Table, str, bool, bool]] = []
    for name, value in table.get("properties", {}).items():
        needed = name in table.get("required", ())
        below = _table_in(whole, value)
        if below is not None:
            at = f"{path}.{name}" if path else name
            inner.append((below, at, value.get("type") == "array", needed))
        elif not path and value.get("type") == "object":
            inner.append((_named(whole, name, value), name, False, False))
        else:
            keys.append(_key(whole, name, value, needed))
    if keys:
        found.append(Table(path, many, required, str(table.get("description", "")), tuple(keys)))
    for one, at, several, needed in inner:
        if isinstance(one, Table):
            found.append(one)
        else:
            _walk(whole, one, at, several, needed, found)


def _named(whole: Schema, name: str, value: Schema) -> Table:
    """A table whose keys the writer names, such as [thresholds]: one of them stands for all."""
    names = value.get("propertyNames", {}).get("enum", ["key"])
    inner = value.get("additionalProperties", {})
    chosen = f"names: {', '.join(names)}" if len(names) > 1 else ""
    one = Key(
        "submit_page" if "submit_page" in names else names[0],
        _holds(whole, inner),
        None,
        False,
        chosen,
        _example(whole, inner),
    )
    return Table(name, False, False, str(value.get("description", "")), (one,))


def _table_in(whole: Schema, value: Schema) -> Schema | None:
    one = value.get("items", value) if value.get("type") == "array" else value
    return _resolved(whole, one) if "$ref" in one else None


def _resolved(whole: Schema, value: Schema) -> Schema:
    if "$ref" not in value:
        return value
    found: Schema = whole["$defs"][value["$ref"].rpartition("/")[2]]
    return found


def _key(whole: Schema, name: str, value: Schema, required: bool) -> Key:
    default = toml(value["default"]) if "default" in value else None
    return Key(
        name,
        _holds(whole, value),
        default,
        required,
        str(value.get("description", "")),
        _example(whole, value),
    )


def _holds(whole: Schema, value: Schema) -> str:
    if "$ref" in value:
        return f"table: {', '.join(_resolved(whole, value).get('properties', {}))}"
    if "anyOf" in value:
        return " or ".join(dict.fromkeys(_holds(whole, one) for one in value["anyOf"]))
    if "const" in value:
        return toml(value["const"])
    if "enum" in value:
        choices = value["enum"]
        return " | ".join(map(toml, choices)) if len(choices) <= _LONG else f"one of {len(choices)} names"
    if value.get("type") == "array":
        return f"list of {_holds(whole, value.get('items', {}))}{_bounds(value, 'Items')}"
    if value.get("type") == "object":
        inner = value.get("additionalProperties")
        return f"names, each with {_holds(whole, inner)}" if isinstance(inner, dict) else "names with values"
    title = value.get("title")
    kind = str(title) if title else _NAMES.get(str(value.get("type")), "any value")
    return kind + _bounds(value, "imum")


def _bounds(value: Schema, of: str) -> str:
    if of == "Items":
        low, high = value.get("minItems"), value.get("maxItems")
        if low is None and high is None:
            return ""
        return (
            f", {low} of them" if low == high else f", at least {low}" if high is None else f", up to {high}"
        )
    words = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to", "exclusiveMaximum": "below"}
    said = {key: value[key] for key in words if abs(value.get(key, _ANY)) < _ANY}
    parts = [f"{words[key]} {bound:g}" for key, bound in said.items()]
    return f", {' '.join(parts)}" if parts else ""


def _example(whole: Schema, value: Schema) -> Any:
    """A value of the right shape; a table's is left to people."""
    if value.get("default") is not None and "default" in value:
        return value["default"]
    if "examples" in value:
        return value["examples"][0]
    if "anyOf" in value:
        return _example(whole, value["anyOf"][0])
    if "const" in value or "enum" in value:
        return value.get("const", value.get("enum", [None])[0])
    match value.get("type"):
        case "array":
            return [_example(whole, value["items"])] * value.get("minItems", 1)
        case "object":
            return {}
        case "boolean":
            return False
        case "integer" | "number":
            least = value.get("minimum", value.get("exclusiveMinimum", 0) + 1)
            return int(least) if value["type"] == "integer" else float(least)
    return "..."
