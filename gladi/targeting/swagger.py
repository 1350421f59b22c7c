"""Swagger 2.0 said as OpenAPI 3: its references are resolved before, so only the shape of things changes."""

from collections.abc import Mapping, Sequence
from typing import Any

Plain = Mapping[str, Any]
_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_FLOWS = {"password": "password", "application": "clientCredentials", "accessCode": "authorizationCode",
          "implicit": "implicit"}  # fmt: skip
_OF_PARAMETER = frozenset({"name", "in", "required", "description", "allowEmptyValue", "collectionFormat"})


def operation(item: Plain, told: Plain, document: Plain) -> dict[str, Any]:
    """An operation with the parameters of its path, a `requestBody` and `content` in its answers."""
    merged = {
        (str(one.get("name")), str(one.get("in"))): one
        for one in [*(item.get("parameters") or ()), *(told.get("parameters") or ())]
    }
    consumes = told.get("consumes") or document.get("consumes") or ["application/json"]
    produces = told.get("produces") or document.get("produces") or ["application/json"]
    found = {key: value for key, value in told.items() if key not in {"consumes", "produces"}}
    found["parameters"] = [_parameter(one) for (_, place), one in merged.items() if place in _PLACES]
    found["responses"] = {
        status: _answer(one, produces) for status, one in (told.get("responses") or {}).items()
    }
    bodies = [one for (_, place), one in merged.items() if place == "body"]
    forms = [one for (_, place), one in merged.items() if place == "formData"]
    if bodies:
        schema = bodies[0].get("schema") or {}
        found["requestBody"] = {"content": {str(media): {"schema": schema} for media in consumes}}
    elif forms:
        found["requestBody"] = {"content": {_media(forms, consumes): {"schema": _form(forms)}}}
    return found


_PLACES = frozenset({"path", "query", "header"})


def schemes(definitions: Plain) -> dict[str, Plain]:
    """`securityDefinitions` as security schemes."""
    return {str(name): _scheme(one) for name, one in definitions.items()}


def _parameter(one: Plain) -> dict[str, Any]:
    schema = {key: value for key, value in one.items() if key not in _OF_PARAMETER}
    return {
        "name": one.get("name"),
        "in": one.get("in"),
        "required": bool(one.get("required")),
        "schema": schema,
    }


def _answer(one: Plain, produces: Sequence[str]) -> Plain:
    schema = one.get("schema")
    if not isinstance(schema, Mapping):
        return one
    kinds = list(produces)
    if schema.get("type") == "file":
        schema = {"type": "string", "format": "binary"}
        kinds = [kind for kind in kinds if "json" not in str(kind)] or ["application/octet-stream"]
    return {**one, "content": {str(kind): {"schema": schema} for kind in kinds}}


def _media(forms: Sequence[Plain], consumes: Sequence[str]) -> str:
    files = any(one.get("type") == "file" for one in forms)
    return _MULTIPART if files or (_MULTIPART in consumes and _FORM not in consumes) else _FORM


def _form(forms: Sequence[Plain]) -> dict[str, Any]:
    def of(one: Plain) -> dict[str, Any]:
        schema = _parameter(one)["schema"]
        return {"type": "string", "format": "binary"} if schema.get("type") == "file" else dict(schema)

    return {
        "type": "object",
        "properties": {str(one.get("name")): of(one) for one in forms},
        "required": [str(one.get("name")) for one in forms if one.get("required")],
    }


def _scheme(one: Plain) -> Plain:
    if one.get("type") == "basic":
        return {"type": "http", "scheme": "basic"}
    if one.get("type") != "oauth2":
        return one
    flow = {key: one[key] for key in ("tokenUrl", "authorizationUrl", "scopes") if key in one}
    return {"type": "oauth2", "flows": {_FLOWS.get(str(one.get("flow")), "implicit"): flow}}
