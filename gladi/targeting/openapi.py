"""Reads an OpenAPI 3 document (JSON or YAML, a file or a URL) as a list of operations, references resolved.

Only what a target class is written from: no validation of the document beyond that. A reference into another
file is refused by name: bundle the document first.
"""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from gladi.failures import UsageError

Schema = Mapping[str, Any]
METHODS = ("get", "put", "post", "delete", "patch")
_LARGEST_BYTES = 8_000_000
_TIMEOUT_S = 10.0
_PATH = re.compile(r"([\w.~!$&()*+,;=:@%/-]|\{[\w.-]+\})*")
_NAME = re.compile(r"[^\"'\\{}\x00-\x1f\x7f]{1,200}")
"""What may stand in code written from a document: nothing that could end a string and begin a program."""
_DEEPEST = 6
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
    types of its 2xx answers; `refusal` the schema of a 4xx; `security` the first way in, by scheme name.
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

    def placed(self, place: str) -> list[Parameter]:
        """Its parameters in one place."""
        return [one for one in self.parameters if one.place == place]


@dataclass(frozen=True, slots=True)
class Document:
    """`schemes` are the security schemes by name; `title` and `version` are the API's."""

    title: str
    version: str
    endpoints: tuple[Endpoint, ...]
    schemes: Mapping[str, Schema] = field(default_factory=dict)


def read(source: str) -> Document:
    """The document at a path or URL; raises UsageError that says what is wrong with it."""
    text = _fetched(source) if source.startswith(("http://", "https://")) else _file(Path(source))
    try:
        content = json.loads(text) if text.lstrip().startswith("{") else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError) as error:
        first = " ".join(str(error).split())[:200]
        raise UsageError(f"--openapi {source}: neither JSON nor YAML ({first})") from error
    if not isinstance(content, dict):
        raise UsageError(f"--openapi {source}: must be an OpenAPI document, an object with openapi and paths")
    if "swagger" in content:
        raise UsageError(
            f"--openapi {source}: is Swagger {content['swagger']}; convert it to OpenAPI 3 first "
            "(editor.swagger.io does)"
        )
    if not str(content.get("openapi", "")).startswith("3."):
        raise UsageError(f'--openapi {source}: openapi = "{content.get("openapi", "")}": must be 3.x')
    return _Reader(source, content).document()


def _file(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise UsageError(f"--openapi {path}: larger than {_LARGEST_BYTES // 1_000_000} MB")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--openapi {path}: cannot be read: {error}") from error


def _fetched(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT_S) as reply:
            return bytes(reply.read(_LARGEST_BYTES)).decode()
    except (OSError, ValueError, urllib.error.URLError) as error:
        raise UsageError(f"--openapi {url}: cannot be read: {error}") from error


class _Reader:
    def __init__(self, source: str, content: Mapping[str, Any]) -> None:
        self._source = source
        self._content = content
        self._known: dict[tuple[str, int], Any] = {}

    def document(self) -> Document:
        paths = self._content.get("paths")
        if not isinstance(paths, dict) or not paths:
            raise UsageError(f"--openapi {self._source}: has no paths")
        info = self._content.get("info") or {}
        found = [
            self._endpoint(str(path), method, self._resolved(item), operation)
            for path, item in paths.items()
            for method, operation in self._resolved(item).items()
            if method in METHODS and isinstance(operation, dict)
        ]
        schemes = self._resolved((self._content.get("components") or {}).get("securitySchemes") or {})
        for name, scheme in schemes.items():
            self._named_so("security scheme", name)
            self._named_so("header of a security scheme", str(scheme.get("name", name)))
        return Document(str(info.get("title", "")), str(info.get("version", "")), tuple(found), schemes)

    def _named_so(self, what: str, name: str, pattern: re.Pattern[str] = _NAME) -> str:
        if not pattern.fullmatch(name):
            raise UsageError(
                f"--openapi {self._source}: {what} {name[:80]!r}: not a name that code can be written for"
            )
        return name

    def _endpoint(self, path: str, method: str, item: Schema, operation: Schema) -> Endpoint:
        self._named_so("path", self._base(item, operation) + path, _PATH)
        merged = {
            (str(one["name"]), str(one["in"])): one
            for one in [*item.get("parameters", ()), *operation.get("parameters", ())]
            if "name" in one
        }
        media, body = _body((operation.get("requestBody") or {}).get("content") or {})
        responses = operation.get("responses") or {}
        good = [one for status, one in responses.items() if str(status).startswith("2")]
        bad = [one for status, one in responses.items() if str(status).startswith("4")]
        return Endpoint(
            name=str(operation.get("operationId") or f"{method} {path}"),
            method=method.upper(),
            path=self._base(item, operation) + path,
            summary=" ".join(str(operation.get("summary") or operation.get("description") or "").split())[
                :160
            ],
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
        )

    def _base(self, item: Schema, operation: Schema) -> str:
        """The path of the first server; its variables by their defaults."""
        servers = operation.get("servers") or item.get("servers") or self._content.get("servers") or [{}]
        url = str(servers[0].get("url", ""))
        for name, variable in (servers[0].get("variables") or {}).items():
            url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
        return urlsplit(url).path.rstrip("/")

    def _security(self, operation: Schema) -> tuple[str, ...]:
        ways = operation.get("security", self._content.get("security")) or []
        return tuple(map(str, ways[0])) if ways else ()

    def _resolved(self, value: Any, depth: int = 0) -> Any:
        """The same with every reference replaced by what it names; `allOf` becomes one object."""
        if isinstance(value, list):
            return [self._resolved(one, depth) for one in value]
        if not isinstance(value, dict):
            return value
        if isinstance(value.get("$ref"), str):
            return self._referred(value["$ref"], depth + 1) if depth < _DEEPEST else {}
        if isinstance(value.get("properties"), dict):
            for name in value["properties"]:
                self._named_so("property", str(name))
        found = {str(key): self._resolved(one, depth) for key, one in value.items()}
        for part in found.pop("allOf", None) or ():
            for key, one in part.items():
                both = isinstance(one, type(found.get(key)))
                if both and isinstance(one, dict):
                    found[key] = {**found[key], **one}
                elif both and isinstance(one, list):
                    found[key] = [*found[key], *one]
                else:
                    found.setdefault(key, one)
        return found

    def _referred(self, reference: str, depth: int) -> Any:
        known = (reference, depth)
        if known not in self._known:
            self._known[known] = self._resolved(self._named(reference), depth)
        return self._known[known]

    def _named(self, reference: str) -> Any:
        if not reference.startswith("#/"):
            raise UsageError(
                f"--openapi {self._source}: refers to {reference}: bundle the document into one file first"
            )
        value: Any = self._content
        for part in reference[2:].split("/"):
            name = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(value, dict) or name not in value:
                raise UsageError(f"--openapi {self._source}: {reference} names nothing")
            value = value[name]
        return value


_PREFERRED = ("multipart/form-data", "image/jpeg", "application/json")


def _body(content: Schema) -> tuple[str, Schema]:
    if not content:
        return "", {}
    media = next((one for one in _PREFERRED if one in content), next(iter(content)))
    return str(media), (content[media] or {}).get("schema") or {}


def _json_schema(responses: Sequence[Schema]) -> Schema:
    for one in responses:
        for media, told in (one.get("content") or {}).items():
            if "json" in str(media):
                return (told or {}).get("schema") or {}
    return {}
