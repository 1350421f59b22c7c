"""Words of the OpenAPI document: JSON Schemas that several endpoints share."""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
WHOLE: Schema = {"type": "integer"}
COUNT: Schema = {"type": "integer", "minimum": 0}
MOMENT: Schema = {"type": "string", "format": "date-time"}
TPS: Schema = {"type": "string", "pattern": "^[0-9]{13}$", "example": "1708042001003"}
FORM: Schema = {"type": "string", "pattern": "^[a-z]+(-[a-z]+)?$", "example": "ppwp"}
SHA256: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
RECEIPT: Schema = {"type": "string", "pattern": "^R-[0-9a-f]{32}$"}
REGION: Schema = {
    "type": "string",
    "pattern": r"^(0|[0-9]{2}|[0-9]{2}\.[0-9]{2}|[0-9]{6}|[0-9]{10})$",
    "example": "170804",
}
ANYTHING: Schema = {"type": "object"}
NUMBERS: Schema = {
    "type": "object",
    "description": "field -> count, such as suara_1 -> 120",
    "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 9999},
}
PDF: Schema = {"contentMediaType": "application/pdf"}
JPEG: Schema = {"contentMediaType": "image/jpeg"}
HTML: Schema = {"contentMediaType": "text/html"}


def record(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    """An object with these members; further ones may come in a later version."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
    }


def word(least: int = 1, most: int = 200) -> Schema:
    """Text of so many characters, without NUL."""
    return {"type": "string", "minLength": least, "maxLength": most, "pattern": r"^[^\u0000]*$"}


def maybe(schema: Schema) -> Schema:
    """This or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def listed(schema: Schema, least: int = 0, most: int | None = None) -> Schema:
    """A list of these."""
    bounds = {"minItems": least} | ({} if most is None else {"maxItems": most})
    return {"type": "array", "items": schema, **bounds}
