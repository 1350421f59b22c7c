"""What goes into a request, as Python: each property and parameter by its meaning, or noted as unknown.

What the system requires and gladi has no word for gets what the document itself says that it is: a constant,
a default, or its example with a line in `todo`. Where there is none the request is not written at all
(`UnwrittenError`): a guess would be sent a million times.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from gladi.targeting.openapi import Endpoint, Parameter
from gladi.targeting.schemas import ALTERNATIVES, Schema, binary, properties
from gladi.targeting.synonyms import meaning, plain
from simulators.numbers import FIELDS

Items = Sequence[tuple[str, str]]
"""Names and the Python expressions of their values."""

_OF_OPERATION: Mapping[str, str] = {
    "account": "self.account(operation)",
    "password": "self.password(operation)",
    "activation_code": "self.activation_code(self.account(operation))",
    "device": "self.device(operation)",
    "session": "self.session(phone, operation)",
    "csrf": 'self.kept(operation, "csrf")',
    "key": "operation.key",
    "numbers": "json.loads(page.numbers)",
    "photo": "b64encode(page.photo).decode()",
    "photo_sha256": "page.photo_sha256",
    "size": "len(page.photo)",
    "content_type": '"image/jpeg"',
    "file_name": 'f"{operation.tps}-{operation.form}-{operation.page}.jpg"',
    "agree": "operation.agree",
    "reason": '"angka tidak sesuai dengan C.Hasil"',
    "tps": "operation.tps",
    "form": "operation.form",
    "page": "operation.page",
    "region": "operation.region",
    "operator": "operation.operator",
    "grant_type": '"password"',
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
    "voters_male": 'int(population.numbers["dpt_l"][at_])',
    "voters_female": 'int(population.numbers["dpt_p"][at_])',
}
_PARAMETER = re.compile(r"(\{[^{}]*\})")
_NUMBERS = frozenset({"page", "operator", "number", "size"})
_VAGUE = frozenset({"id", "code", "kode", "uuid", "name", "nama", "nomor", "no"})
_ASKED = frozenset({"form"})
"""Query parameters that are sent although they need not be: without them a system would choose."""
_BYTES = re.compile(r"base64|^data:|^/9j/", re.IGNORECASE)
"""What descriptions and examples of a photo in JSON say; a JPEG in base64 begins with /9j/."""
DATA_URI = '"data:image/jpeg;base64,"'


class UnwrittenError(Exception):
    """A request that cannot be written from the document; the words say what is missing."""


@dataclass
class Filling:
    """Fills the requests of one kind; `todo` grows. `own` are expressions that this kind has of its own, by
    meaning; `told` those of what an earlier answer gave, by plain name.
    """

    kind: str
    endpoint: Endpoint
    own: Mapping[str, str] = field(default_factory=dict)
    todo: list[str] = field(default_factory=list)
    told: Mapping[str, str] = field(default_factory=dict)

    def path(self) -> str:
        """The path as a Python string, its parameters filled in, query parameters at its end."""
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
            if (one.required or meaning(one.name) in {*_ASKED, *self.own})
            and (found := self._value(one.name, one.schema, one.required, _OF_OPERATION))
        ]
        text = "/".join(filled) + (f"?{'&'.join(query)}" if query else "")
        return f'f"{text}"' if "{" in text else f'"{text}"'

    def headers(self) -> Items:
        """Header parameters, the sessions and keys of `security` left out."""
        found = []
        for one in self.endpoint.placed("header"):
            if plain(one.name) in {"authorization", "contenttype", "accept", "contentlength", "cookie"}:
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
        """The properties of a TPS to register, from `code`, `number` and its place `at_`."""
        own = Filling("", self.endpoint, todo=[])
        found = own._object(schema, _OF_TPS)
        self.todo += [f"{self.kind}{line}" for line in own.todo]
        return found

    def _object(self, schema: Schema, known: Mapping[str, str]) -> Items:
        if schema.get("type") == "array":
            raise UnwrittenError("takes a list, and gladi sends one thing at a time")
        if schema.get(ALTERNATIVES):
            self.todo.append(
                f"{self.kind}: its body is one of {schema[ALTERNATIVES]} alternatives; the first is sent"
            )
        required = set(schema.get("required") or ())
        found = []
        for name, inner in properties(schema).items():
            value = self._value(name, inner, name in required, known)
            if value:
                found.append((name, value))
        return found

    def _value(self, name: str, schema: Schema, required: bool, known: Mapping[str, str]) -> str:
        """A Python expression; "" for what is neither known nor required."""
        what = meaning(name, self.kind)
        expression = self.own.get(what) or known.get(what, "")
        if plain(name) in self.told and (what in {"", "photo", "photo_sha256"} or plain(name) in _VAGUE):
            return self.told[plain(name)]
        if what == "numbers" and expression:
            self._same_numbers(name, schema)
        elif properties(schema) and (inner := self._object(schema, known)):
            return f"{{{', '.join(f'{_quoted(one)}: {value}' for one, value in inner)}}}"
        if expression:
            if what == "photo" and expression == _OF_OPERATION["photo"]:
                return self._photo(name, schema, expression)
            return _of_type(what, expression, schema)
        if not required:
            return ""
        return self._said_by_document(name, schema)

    def _said_by_document(self, name: str, schema: Schema) -> str:
        choices = schema.get("enum")
        if "const" in schema or "default" in schema:
            return repr_(schema["const"] if "const" in schema else schema["default"])
        if isinstance(choices, list) and len(choices) == 1:
            return repr_(choices[0])
        examples = [*_listed(schema.get("examples")), *_listed(choices)]
        if "example" not in schema and not examples:
            raise UnwrittenError(
                f'requires "{name}", which gladi has no word for and the description no example of'
            )
        value = repr_(schema.get("example", examples[0] if examples else None))
        self.todo.append(f'{self.kind}: gladi does not know what "{name}" is; it sends {value}')
        return value

    def _photo(self, name: str, schema: Schema, expression: str) -> str:
        if "json" not in self.endpoint.media or binary(schema):
            return expression
        words = [str(schema.get(key, "")) for key in ("example", "pattern", "description", "format")]
        if any("data:" in one for one in words):
            return f"{DATA_URI} + {expression}"
        if schema.get("format") != "byte" and not any(map(_BYTES.search, words)):
            self.todo.append(f'{self.kind}: "{name}" is taken for the photo in base64; nothing says so')
        return expression

    def _same_numbers(self, name: str, schema: Schema) -> None:
        """Numbers are sent under the names of the form's boxes; other names are for a person to match."""
        names = set(properties(schema))
        if schema.get("type") == "array" or (names and not names & set(FIELDS)):
            such = f" such as {sorted(names - set(FIELDS))[0]}" if names else ", in a list"
            raise UnwrittenError(f'has names of its own for the numbers in "{name}"{such}')

    def _in_path(self, part: str, before: str) -> str:
        name = part[1:-1]
        what = meaning(name, self.kind)
        if plain(name) in self.told and what not in {"tps", "page", "form"}:
            return _in_text(self.told[plain(name)])
        if plain(name) in _VAGUE:
            what = meaning(before.rstrip("s"), self.kind) or meaning(before, self.kind) or what
        expression = self.own.get(what) or _OF_OPERATION.get(what, "")
        if not expression:
            raise UnwrittenError(f"has {part} in its path, which gladi has no word for")
        return _in_text(expression)


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def _in_text(expression: str) -> str:
    """An expression within an f-string; what is a text itself becomes part of it, as a URL has it."""
    if expression.startswith('"') and expression.count('"') == 2:
        return quote(json.loads(expression), safe="")
    return f"{{{expression.replace(chr(34), chr(39))}}}"


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
    numbers = {"operation.page", "operation.operator", "operation.agree", "len(page.photo)"}
    if value in numbers or not value.startswith(('"', "'", "self.", "page.", "operation.", "f", "csrf")):
        return f"str({value})"
    return value


def repr_(value: object) -> str:
    """A Python literal, with double quotes where it is text."""
    plain_value = json.loads(json.dumps(value, default=str))  # YAML has dates of its own
    return _quoted(plain_value) if isinstance(plain_value, str) else repr(plain_value)


def _quoted(text: str) -> str:
    """JSON's literal of a text is Python's, too."""
    return json.dumps(text)
