"""The API as an OpenAPI 3.1 document, from the endpoints that are served and nothing else."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from sirekap.operations.descriptions import DESCRIPTIONS, Description
from sirekap.operations.shapes import FORM, REGION, SHA256, TEXT, TPS, Schema, word
from sirekap.overload.work import Work
from sirekap.security.roles import OFFICES, Role

PROBLEM_TYPE = "application/problem+json"
PARAMETER = re.compile(r"\{(\w+)(?::path)?\}")
PATH_PARAMETERS: Mapping[str, Schema] = {
    "tps": TPS,
    "form": FORM,
    "page": {"type": "string", "pattern": "^[1-9][0-9]{0,2}$"},
    "code": REGION,
    "account": word(),
    "sha256": SHA256,
    "upload": {"type": "string", "pattern": "^[A-Za-z0-9_-]{22}$"},
    "name": {"type": "string", "minLength": 1, "maxLength": 200},
}
PHOTO_NAME: Schema = {"type": "string", "pattern": r"^[0-9a-f]{64}\.jpg$"}
PROBLEM_CODE: Schema = {"type": "string", "pattern": "^[a-z_]{1,40}$"}
PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457; `title` is for people, in Indonesian, and always the same for a `code`",
    "properties": {
        "type": {"type": "string", "pattern": "^/problems/[a-z_]+$"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string", "pattern": "^[a-z_]+$"},
        "detail": {"type": "string"},
    },
    "required": ["type", "title", "status", "code", "detail"],
}


class Described(Protocol):
    """What the document needs to know of an endpoint."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def roles(self) -> frozenset[Role]: ...
    @property
    def work(self) -> Work: ...
    @property
    def summary(self) -> str: ...
    @property
    def body(self) -> Schema | None: ...
    @property
    def answers(self) -> Mapping[int, Schema]: ...


def document(endpoints: Iterable[Described], version: str) -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        if endpoint.method == "OPTIONS":  # says what tus says of itself, whatever the path
            continue
        path = PARAMETER.sub(r"{\1}", endpoint.path)
        paths.setdefault(path, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Reference Sirekap stack",
            "version": version,
            "description": "A small, honest test object; synthetic data only.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": {"Problem": PROBLEM},
            "securitySchemes": {
                "session": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "the token that POST /v1/login gave",
                },
                "office": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "the token of administration or of audit",
                },
            },
        },
    }


def _operation(endpoint: Described) -> dict[str, Any]:
    described = DESCRIPTIONS.get(f"{endpoint.method} {endpoint.path}", Description({}))
    roles = sorted(endpoint.roles)
    operation: dict[str, Any] = {
        "summary": endpoint.summary,
        "operationId": _identifier(endpoint),
        "tags": [endpoint.work],
        "x-roles": roles,
        "parameters": _parameters(endpoint.path, described),
        "responses": _responses(endpoint.answers or described.answers),
    }
    body = endpoint.body or described.body
    if body is not None:
        operation["requestBody"] = {"required": True, "content": _content(body)}
    if Role.NOBODY not in endpoint.roles:
        schemes = [("office", endpoint.roles & OFFICES), ("session", endpoint.roles - OFFICES)]
        operation["security"] = [{scheme: []} for scheme, theirs in schemes if theirs]
    return operation


def _identifier(endpoint: Described) -> str:
    words = re.findall(r"\w+", PARAMETER.sub(r"\1", endpoint.path)) or ["first"]
    return "_".join([endpoint.method.lower(), *words])


def _parameters(path: str, described: Description) -> list[dict[str, Any]]:
    found = [
        {"name": name, "in": "path", "required": True, "schema": _path_schema(path, name)}
        for name in PARAMETER.findall(path)
    ]
    for place, required, schemas in (
        ("query", False, described.query),
        ("header", True, described.headers),
        ("header", False, described.optional_headers),
    ):
        found += [
            {"name": name, "in": place, "required": required, "schema": schema}
            for name, schema in schemas.items()
        ]
    return found


def _path_schema(path: str, name: str) -> Schema:
    special = {"/public/v1/photos/{name}": PHOTO_NAME, "/problems/{code}": PROBLEM_CODE}
    return special.get(path, PATH_PARAMETERS.get(name, TEXT))


def _responses(answers: Mapping[int, Schema]) -> dict[str, Any]:
    problem = {
        "description": "refused",
        "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    responses: dict[str, Any] = {
        str(status): {"description": "as asked"} | ({"content": _content(schema)} if schema else {})
        for status, schema in answers.items()
    }
    later = {
        **problem,
        "description": "not now; send the same request again after Retry-After seconds",
        "headers": {"Retry-After": {"schema": {"type": "integer", "minimum": 0}}},
    }
    return {**responses, "4XX": problem, "503": later}


def _content(schema: Schema) -> dict[str, Any]:
    """A schema by its media type: JSON, unless it says otherwise itself."""
    media = schema.get("contentMediaType", "application/json")
    inner = {key: value for key, value in schema.items() if key != "contentMediaType"}
    return {media: {"schema": inner} if inner else {}}
