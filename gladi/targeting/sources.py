"""The files that a description is made of: the one that was named, and those beside it that it refers to.

A reference leads into the same file or to a file in the folder of the first or below. Nothing is fetched that
a description names: it might lead anywhere. What is wrong is said with file and line.
"""

import contextlib
import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml

from gladi.failures import UsageError

_LARGEST_BYTES = 8_000_000
_TIMEOUT_S = 10.0
GRAPHQL = (
    "is GraphQL: one path for everything, so no description says which operation is which; write the class "
    'by hand (docs/how-to/own-system.md, "GraphQL")'
)
_SDL = re.compile(r"^\s*(extend\s+)?(type|schema|interface|input)\b[^:{}]*\{", re.MULTILINE)
"""GraphQL's own language of schemas."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Sources:
    """`source` is a path or a URL; files are named by their whole path, the first one as `first`."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._remote = source.startswith(("http://", "https://"))
        self.first = source if self._remote else str(Path(source).resolve())
        self._texts: dict[str, str] = {}
        self._contents: dict[str, Any] = {}
        self._way: set[tuple[str, str]] = set()
        self._lines: dict[str, dict[str, int]] = {}

    def content(self, file: str) -> Any:
        """What a file holds, read once; raises UsageError."""
        if file not in self._contents:
            remote = self._remote and file == self.first
            text = self._texts[file] = self._fetched() if remote else self._read(Path(file))
            self._contents[file] = self._parsed(file, text)
        return self._contents[file]

    def wrong(self, words: str, file: str = "", scalar: str = "") -> UsageError:
        """The error that says so, with the line on which `scalar` first stands."""
        line = self.line(scalar, file) if scalar else 0
        return UsageError(f"--openapi {self.name(file)}{f':{line}' if line else ''}: {words}")

    def name(self, file: str = "") -> str:
        """A file as the person who named the first one would call it."""
        if not file or file == self.first:
            return self._source
        return str(Path(self._source).parent / Path(file).relative_to(Path(self.first).parent))

    def line(self, scalar: str, file: str = "") -> int:
        """The line on which a key or value first stands in a file, from 1; 0 if it is not found."""
        file = file or self.first
        if file not in self._lines:
            found: dict[str, int] = {}
            with contextlib.suppress(yaml.YAMLError):  # tabs in JSON: then no lines are told
                for token in yaml.scan(self._texts.get(file, ""), Loader=_LOADER):
                    if isinstance(token, yaml.ScalarToken):
                        found.setdefault(token.value, token.start_mark.line + 1)
            self._lines[file] = found
        return self._lines[file].get(scalar, 0)

    def place(self, scalar: str) -> str:
        """File and line of a key or value, wherever it first stands: "api.yaml:12"; "" if nowhere."""
        for file in self._texts:
            if line := self.line(scalar, file):
                return f"{Path(urlsplit(file).path if self._remote else file).name}:{line}"
        return ""

    def named(self, reference: str, file: str) -> tuple[Any, str]:
        """What a reference in `file` names, and the file that it stands in; raises UsageError."""
        seen = []
        value: Any = {"$ref": reference}
        while isinstance(value, Mapping) and isinstance(value.get("$ref"), str) and len(value) == 1:
            reference = value["$ref"]
            if (file, reference) in seen:
                raise self.wrong(f"{reference} refers to itself and names nothing", file, reference)
            seen.append((file, reference))
            value, file = self._step(reference, file)
        return value, file

    def _step(self, reference: str, file: str) -> tuple[Any, str]:
        path, _, pointer = reference.partition("#")
        there = self._beside(path, reference, file) if path else file
        value = self.content(there)
        if pointer and not pointer.startswith("/"):
            raise self.wrong(f"{reference}: anchors are not followed; write #/...", file, reference)
        for part in pointer.split("/")[1:]:
            name = unquote(part).replace("~1", "/").replace("~0", "~")
            if isinstance(value, Mapping) and isinstance(value.get("$ref"), str) and name not in value:
                value, there = self._through(value["$ref"], there, reference, file)
            if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
                value = value[int(name)]
            elif isinstance(value, Mapping) and name in value:
                value = value[name]
            elif isinstance(value, Mapping) and name.isdecimal() and int(name) in value:
                value = value[int(name)]  # a status in YAML, without quotes
            else:
                raise self.wrong(f"{reference} names nothing", file, reference)
        return value, there

    def _through(self, inner: str, there: str, reference: str, file: str) -> tuple[Any, str]:
        """A reference that stands in the way of another."""
        if (there, inner) in self._way:
            raise self.wrong(f"{reference} refers to itself and names nothing", file, reference)
        self._way.add((there, inner))
        try:
            return self.named(inner, there)
        finally:
            self._way.discard((there, inner))

    def _beside(self, path: str, reference: str, file: str) -> str:
        if urlsplit(path).scheme or path.startswith("//"):
            raise self.wrong(
                f"refers to {reference}: gladi fetches nothing that a description names; save it beside the "
                "description and refer to the file, or bundle both into one",
                file,
                reference,
            )
        if self._remote:
            raise self.wrong(
                f"refers to {reference}, and was itself read from a URL: save the description with its "
                "files, or bundle it into one",
                file,
                reference,
            )
        folder = Path(self.first).parent
        there = (Path(file).parent / unquote(path)).resolve()
        if not there.is_relative_to(folder):
            raise self.wrong(f"refers to {reference}, which is not in the folder {folder}", file, reference)
        if not there.is_file():
            raise self.wrong(f"refers to {reference}: there is no such file", file, reference)
        return str(there)

    def _parsed(self, file: str, text: str) -> Any:
        name = self.name(file)
        if text.lstrip().startswith("{"):
            try:
                return json.loads(text)
            except json.JSONDecodeError as error:
                broken = f"--openapi {name}:{error.lineno}: neither JSON nor YAML ({error.msg})"
        else:
            broken = ""
        if _SDL.search(text) and not broken:
            raise self.wrong(GRAPHQL, file)
        try:
            return yaml.load(text, _LOADER)
        except yaml.MarkedYAMLError as error:
            line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
            told = f"--openapi {name}{line}: neither JSON nor YAML ({error.problem or error.context})"
            raise UsageError(broken or told) from error
        except (ValueError, yaml.YAMLError) as error:
            first = " ".join(str(error).split())[:200]
            raise UsageError(broken or f"--openapi {name}: neither JSON nor YAML ({first})") from error
        except RecursionError as error:
            raise UsageError(f"--openapi {name}: nested too deeply to be read") from error

    def _read(self, path: Path) -> str:
        try:
            if path.stat().st_size > _LARGEST_BYTES:
                raise self.wrong(f"larger than {_LARGEST_BYTES // 1_000_000} MB", str(path))
            return path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise self.wrong(f"cannot be read: {error}", str(path)) from error

    def _fetched(self) -> str:
        try:
            with urllib.request.urlopen(self._source, timeout=_TIMEOUT_S) as reply:
                raw = bytes(reply.read(_LARGEST_BYTES + 1))
        except (OSError, ValueError, urllib.error.URLError) as error:
            raise self.wrong(f"cannot be read: {error}") from error
        if len(raw) > _LARGEST_BYTES:
            raise self.wrong(f"larger than {_LARGEST_BYTES // 1_000_000} MB")
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise self.wrong(f"cannot be read: {error}") from error
