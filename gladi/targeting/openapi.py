"""Reads a description (OpenAPI 3.x, Swagger 2.0) as a list of operations, references resolved.

Only what a target class is written from: no validation of the document beyond that.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from gladi.targeting import swagger
from gladi.targeting.schemas import VERBATIM, Schema, binary, plain, properties
from gladi.targeting.sources import GRAPHQL, Sources

METHODS = ("get", "put", "post", "delete", "patch", "head")
_PATH = re.compile(r"([\w.~!$&()*+,;=:@%/-]|\{[\w.-]+\})*")
_NAME = re.compile(r"[^\"'\\{}\x00-\x1f\x7f]{1,200}")
"""What may stand in code written from a document: nothing that could end a string and begin a program."""
_DEEPEST = 9
"""A schema that refers to itself is followed so far; no request is nested deeper."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """`place` is path, query or header."""

    name: str
    place: str
    required: bool
    schema: Schema


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation of the document. `path` has the base path of `servers` before it.

    `media` is the type of its body, "" without one; `answer` the schema of its 2xx JSON; `shows` the media
    types of its 2xx answers, `sets` their headers in lower case; `refusal` the schema of a 4xx; `security`
    the first way in, by scheme name; `where` file and line of it.
    """

    name: str
    method: str
    path: str
    summary: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    media: str
    body: Schema
    answer: Schema
    shows: tuple[str, ...]
    refusal: Schema
    security: tuple[str, ...]
    sets: tuple[str, ...] = ()
    where: str = ""

    def placed(self, place: str) -> list[Parameter]:
        """Its parameters in one place."""
        return [one for one in self.parameters if one.place == place]


@dataclass(frozen=True, slots=True)
class Document:
    """`schemes` are the security schemes by name; `title` and `version` are the API's; `base` and `authority`
    (HOST:PORT, "" where it says none) are those of its first server.
    """

    title: str
    version: str
    endpoints: tuple[Endpoint, ...]
    schemes: Mapping[str, Schema] = field(default_factory=dict)
    base: str = ""
    authority: str = ""


def read(source: str) -> Document:
    """The document at a path or URL; raises UsageError that says what is wrong with it, and on which line."""
    sources = Sources(source)
    content = sources.content(sources.first)
    if not isinstance(content, dict):
        raise sources.wrong("must be an OpenAPI document, an object with openapi and paths")
    if "__schema" in content or "__schema" in (content.get("data") or {}):
        raise sources.wrong(GRAPHQL)
    told = str(content.get("swagger", content.get("openapi", "")))
    if "swagger" in content and told != "2.0":
        raise sources.wrong(f'swagger = "{told}": must be 2.0, or openapi 3.x', "", "swagger")
    if "swagger" not in content and not told.startswith("3."):
        raise sources.wrong(f'openapi = "{told}": must be 3.x, or swagger 2.0', "", "openapi")
    return _Reader(sources, content).document()


class _Reader:
    def __init__(self, sources: Sources, content: Mapping[str, Any]) -> None:
        self._sources = sources
        self._content = content
        self._old = "swagger" in content
        self._known: dict[tuple[str, str, int], Any] = {}

    def document(self) -> Document:
        paths = self._content.get("paths")
        if not isinstance(paths, dict) or not paths:
            sends = "; webhooks are what the system sends, not what it takes"
            also = sends if "webhooks" in self._content else ""
            raise self._sources.wrong(f"has no paths{also}", "", "paths")
        info = self._content.get("info") or {}
        found = []
        for path, told in paths.items():
            if not isinstance(told, dict):
                raise self._sources.wrong(f"path {path}: must be an object", "", str(path))
            item = self._resolved(told, self._sources.first)
            found += [
                self._endpoint(str(path), method, item, operation)
                for method, operation in item.items()
                if method in METHODS and isinstance(operation, dict)
            ]
        schemes = self._schemes()
        for name, scheme in schemes.items():
            self._named_so("security scheme", str(name))
            self._named_so("header of a security scheme", str(scheme.get("name", name)))
        server = urlsplit(self._server({}, {}))
        authority = str(self._content.get("host", "")) if self._old else server.netloc
        return Document(
            str(info.get("title", "")), str(info.get("version", "")), tuple(found), schemes,
            self._base({}, {}), authority,
        )  # fmt: skip

    def _schemes(self) -> Mapping[str, Schema]:
        told = (
            self._content.get("securityDefinitions")
            if self._old
            else (self._content.get("components") or {}).get("securitySchemes")
        )
        resolved = self._resolved(told or {}, self._sources.first)
        return swagger.schemes(resolved) if self._old else resolved

    def _named_so(self, what: str, name: str, pattern: re.Pattern[str] = _NAME, scalar: str = "") -> str:
        if not pattern.fullmatch(name):
            words = f"{what} {name[:80]!r}: not a name that code can be written for"
            raise self._sources.wrong(words, "", scalar or name)
        return name

    def _endpoint(self, path: str, method: str, item: Schema, operation: Schema) -> Endpoint:
        self._named_so("path", self._base(item, operation) + path, _PATH, path)
        if self._old:
            item, operation = {}, swagger.operation(item, operation, self._content)
        merged = {
            (str(one["name"]), str(one["in"])): one
            for one in [*(item.get("parameters") or ()), *(operation.get("parameters") or ())]
            if "name" in one and "in" in one
        }
        media, body = _body((operation.get("requestBody") or {}).get("content") or {})
        responses = operation.get("responses") or {}
        good = [one for status, one in responses.items() if str(status).startswith("2")]
        bad = [one for status, one in responses.items() if str(status).startswith(("4", "default"))]
        named = str(operation.get("operationId") or "")
        words = str(operation.get("summary") or operation.get("description") or "")
        return Endpoint(
            name=named or f"{method} {path}",
            method=method.upper(),
            path=self._base(item, operation) + path,
            summary=" ".join(words.split())[:160],
            tags=tuple(map(str, operation.get("tags") or ())),
            parameters=tuple(
                Parameter(
                    self._named_so("parameter", name),
                    place,
                    bool(one.get("required")),
                    one.get("schema") or {},
                )
                for (name, place), one in merged.items()
            ),
            media=self._named_so("media type", media) if media else "",
            body=body,
            answer=_json_schema(good),
            shows=tuple(media for one in good for media in one.get("content") or ()),
            refusal=_json_schema(bad),
            security=self._security(operation),
            sets=tuple(str(name).lower() for one in good for name in one.get("headers") or ()),
            where=self._sources.place(named) if named else self._sources.place(path),
        )

    def _server(self, item: Schema, operation: Schema) -> str:
        """The URL of the first server; its variables by their defaults."""
        servers = operation.get("servers") or item.get("servers") or self._content.get("servers") or [{}]
        url = str(servers[0].get("url", ""))
        for name, variable in (servers[0].get("variables") or {}).items():
            url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
        return url

    def _base(self, item: Schema, operation: Schema) -> str:
        if self._old:
            return str(self._content.get("basePath") or "").rstrip("/")
        return urlsplit(self._server(item, operation)).path.rstrip("/")

    def _security(self, operation: Schema) -> tuple[str, ...]:
        ways = operation.get("security", self._content.get("security")) or []
        return tuple(map(str, ways[0])) if ways else ()

    def _resolved(self, value: Any, file: str, depth: int = 0) -> Any:
        """The same with every reference replaced by what it names, and schemas made plain."""
        if isinstance(value, list):
            return [self._resolved(one, file, depth) for one in value]
        if not isinstance(value, dict):
            return value
        found: dict[str, Any] = {}
        for key, one in value.items():
            if key == "properties" and isinstance(one, dict):
                found[key] = {
                    self._named_so("property", str(name)): self._resolved(inner, file, depth)
                    for name, inner in one.items()
                }
            elif key != "$ref" or not isinstance(one, str):
                found[str(key)] = one if key in VERBATIM else self._resolved(one, file, depth)
        if isinstance(value.get("$ref"), str):
            named = self._referred(value["$ref"], file, depth + 1) if depth < _DEEPEST else {}
            found = {**named, **found} if isinstance(named, dict) else found
        return plain(found)

    def _referred(self, reference: str, file: str, depth: int) -> Any:
        known = (file, reference, depth)
        if known not in self._known:
            named, there = self._sources.named(reference, file)
            self._known[known] = self._resolved(named, there, depth)
        return self._known[known]


def _body(content: Schema) -> tuple[str, Schema]:
    """The kind of body that is sent where several are taken: one with a photo's bytes, or else JSON."""
    kinds = {str(media): (told or {}).get("schema") or {} for media, told in content.items()}
    if not kinds:
        return "", {}
    best = min(kinds, key=lambda media: (_rank(media, kinds[media]), list(kinds).index(media)))
    return best, kinds[best]


def _rank(media: str, schema: Schema) -> int:
    if media == "image/jpeg":
        return 0
    if media == "multipart/form-data" and any(map(binary, properties(schema).values())):
        return 1
    order = ("application/json", "multipart/form-data", "application/x-www-form-urlencoded")
    if media in order:
        return 2 + order.index(media)
    return 5 if "json" in media or media.startswith("image/") else 6


def _json_schema(responses: Sequence[Schema]) -> Schema:
    for one in responses:
        for media, told in (one.get("content") or {}).items():
            if "json" in str(media) or str(media) == "*/*":
                return (told or {}).get("schema") or {}
    return {}
