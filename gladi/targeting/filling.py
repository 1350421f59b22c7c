"""What goes into a request, as Python: each property and parameter by its meaning, or noted as unknown.

What the system requires and gladi has no word for gets the document's own example, or an empty value, and a
line in `todo`: a person must look at it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from gladi.targeting.openapi import Endpoint, Parameter
from gladi.targeting.schemas import Schema, properties
from gladi.targeting.synonyms import meaning, plain

Items = Sequence[tuple[str, str]]
"""Names and the Python expressions of their values."""

_OF_OPERATION: Mapping[str, str] = {
    "account": "self.account(operation)",
    "password": "self.password(operation)",
    "activation_code": "self.activation_code(self.account(operation))",
    "device": "self.device(operation)",
    "session": "self.session(phone, operation)",
    "key": "operation.key",
    "numbers": "json.loads(page.numbers)",
    "photo": "b64encode(page.photo).decode()",
    "photo_sha256": "page.photo_sha256",
    "agree": "operation.agree",
    "reason": '"angka tidak sesuai dengan C.Hasil"',
    "tps": "operation.tps",
    "form": "operation.form",
    "page": "operation.page",
    "region": "operation.region",
    "operator": "operation.operator",
}
_OF_ACCOUNT: Mapping[str, str] = {
    "account": "name",
    "activation_code": "self.activation_code(name)",
    "tps": "code",
    "operator": "operator",
}
_OF_TPS: Mapping[str, str] = {
    "tps": "code",
    "number": "number",
    "region": "code[:6]",
    "village": "code[:10]",
}
_PARAMETER = re.compile(r"(\{[^{}]*\})")
_NUMBERS = frozenset({"page", "operator", "number"})
_VAGUE = frozenset({"id", "code", "kode", "uuid", "name", "nama", "nomor", "no"})


@dataclass
class Filling:
    """Fills the requests of one kind; `todo` grows. `own` are expressions that this kind has of its own."""

    kind: str
    endpoint: Endpoint
    own: Mapping[str, str] = field(default_factory=dict)
    todo: list[str] = field(default_factory=list)

    def path(self) -> str:
        """The path as a Python string, its parameters filled in, required query parameters at its end."""
        parts = self.endpoint.path.split("/")
        filled = [
            "".join(
                self._in_path(piece, parts[at - 1]) if piece.startswith("{") else piece
                for piece in _PARAMETER.split(part)
            )
            for at, part in enumerate(parts)
        ]
        query = [
            f"{one.name}={_in_text(found)}"
            for one in self.endpoint.placed("query")
            if one.required and (found := self._value(one.name, one.schema, True, _OF_OPERATION))
        ]
        text = "/".join(filled) + (f"?{'&'.join(query)}" if query else "")
        return f'f"{text}"' if "{" in text else f'"{text}"'

    def headers(self) -> Items:
        """Header parameters, the sessions and keys of `security` left out."""
        found = []
        for one in self.endpoint.placed("header"):
            if plain(one.name) in {"authorization", "contenttype", "accept", "contentlength"}:
                continue
            value = self._value(one.name, one.schema, one.required, _OF_OPERATION)
            if value:
                found.append((one.name, _as_text(one, value)))
        return found

    def body(self) -> Items:
        """The properties of a JSON or form body."""
        return self._object(self.endpoint.body, _OF_OPERATION)

    def account_row(self, schema: Schema) -> Items:
        """The properties of an account to register, from `name`, `code` and `operator`."""
        return self._object(schema, _OF_ACCOUNT)

    def tps_row(self, schema: Schema) -> Items:
        """The properties of a TPS to register, from `code` and `number`; a bare "code" is its own."""
        own = Filling("", self.endpoint, todo=[])
        found = own._object(schema, _OF_TPS)
        self.todo += [f"{self.kind}{line}" for line in own.todo]
        return found

    def _object(self, schema: Schema, known: Mapping[str, str]) -> Items:
        required = set(schema.get("required") or ())
        found = []
        for name, inner in properties(schema).items():
            value = self._value(name, inner, name in required, known)
            if value:
                found.append((name, value))
        return found

    def _value(self, name: str, schema: Schema, required: bool, known: Mapping[str, str]) -> str:
        """A Python expression; "" for what is neither known nor required."""
        if properties(schema) and (inner := self._object(schema, known)):
            return f"{{{', '.join(f'{_quoted(one)}: {value}' for one, value in inner)}}}"
        what = meaning(name, self.kind)
        expression = self.own.get(what) or known.get(what, "")
        if expression:
            return _of_type(what, expression, schema)
        if not required:
            return ""
        value = _example(schema)
        self.todo.append(f'{self.kind}: gladi does not know what "{name}" is; it sends {value}')
        return value

    def _in_path(self, part: str, before: str) -> str:
        name = part[1:-1]
        what = meaning(name, self.kind)
        if plain(name) in _VAGUE:
            what = meaning(before.rstrip("s"), self.kind) or meaning(before, self.kind) or what
        expression = self.own.get(what) or _OF_OPERATION.get(what, "")
        if not expression:
            self.todo.append(f'{self.kind}: gladi does not know what {part} in the path is; it sends "0"')
            return "0"
        return _in_text(expression)


def _in_text(expression: str) -> str:
    """An expression within an f-string; what is a text itself becomes part of it, as a URL has it."""
    if expression.startswith('"'):
        return quote(json.loads(expression), safe="")
    return f"{{{expression}}}"


def _of_type(what: str, expression: str, schema: Schema) -> str:
    kind = schema.get("type")
    if what == "numbers" and kind == "string":
        return "page.numbers"
    if what == "tps" and kind == "integer":
        return f"int({expression})"
    if what in _NUMBERS and kind == "string":
        return f"str({expression})"
    return expression


def _as_text(one: Parameter, value: str) -> str:
    """Headers are text, whatever their schema says."""
    return f"str({value})" if value in {"operation.page", "operation.operator", "operation.agree"} else value


def _example(schema: Schema) -> str:
    for key in ("const", "example", "default"):
        if key in schema:
            return repr_(schema[key])
    for key in ("examples", "enum"):
        if isinstance(schema.get(key), list) and schema[key]:
            return repr_(schema[key][0])
    return {"integer": "0", "number": "0", "boolean": "False", "array": "[]", "object": "{}"}.get(
        str(schema.get("type")), '""'
    )


def repr_(value: object) -> str:
    """A Python literal, with double quotes where it is text."""
    return _quoted(value) if isinstance(value, str) else repr(value)


def _quoted(text: str) -> str:
    """JSON's literal of a text is Python's, too."""
    return json.dumps(text)
