"""The cache of public answers in front of the stack, as nginx keeps it: one file an answer.

`stack.json` says where: {"portal_cache": {"folder": ..., "addresses": [...]}}, `addresses` being some that it
answers. A file begins with nginx's own header (`ngx_http_file_cache_header_t` in src/http/ngx_http_cache.h,
version 5, the same since nginx 1.11): at byte 8 until when the answer may be served, at byte 40 when it was
fetched, both in seconds since 1970, at byte 54 where its body begins; then the key it was asked for by.
"""

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chaos.fault import FaultError
from chaos.site import Site
from chaos.stack import StackError, read_stack

VERSION = 5
_HEADER = struct.Struct("=QqqqqqIHHH")
_VALID_UNTIL = struct.Struct("=q")
_VALID_UNTIL_AT = 8
_KEY = b"\nKEY: "


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """One answer: until when it is served, when it was fetched (epoch seconds), its key and its body."""

    file: Path
    version: int
    valid_until_s: int
    fetched_s: int
    key: str
    body: bytes


@dataclass(frozen=True, slots=True)
class PortalCache:
    """Where it lies, some addresses that it answers, and the component that serves from it."""

    folder: Path
    addresses: tuple[str, ...]
    url: str

    def answers(self) -> Iterator[CachedAnswer]:
        """Every answer that is in it now; files that are just being replaced are left out."""
        for file in sorted(self.folder.rglob("*")):
            try:
                found = _read(file) if file.is_file() else None
            except (OSError, struct.error, ValueError):
                continue
            if found is not None:
                yield found


def read_portal_cache(site: Site) -> PortalCache:
    """What stack.json says of the cache; raises FaultError when the stack has none."""
    try:
        url = read_stack(site).url
        table = json.loads(Path(str(site.stack_json)).read_text(encoding="utf-8"))
        entry = table.get("portal_cache")
        if entry:
            return PortalCache(Path(entry["folder"]), tuple(map(str, entry["addresses"])), url)
    except (StackError, OSError, ValueError, KeyError, TypeError) as error:
        raise FaultError(f"stack.json says nothing usable of a cache: {error}") from error
    raise FaultError(
        "the stack has no cache in front of it that others can reach: the full profile has (nginx), the "
        "embedded one keeps answers for half a second in the memory of each worker"
    )


def set_valid_until(answer: CachedAnswer, until_s: int) -> None:
    """Changes in its place until when an answer is served; raises OSError."""
    with answer.file.open("r+b") as file:
        file.seek(_VALID_UNTIL_AT)
        file.write(_VALID_UNTIL.pack(until_s))


def _read(file: Path) -> CachedAnswer:
    content = file.read_bytes()
    version, until_s, _, _, _, fetched_s, _, _, header_ends, body_begins = _HEADER.unpack_from(content)
    begin = content.index(_KEY, 0, header_ends) + len(_KEY)
    key = content[begin : content.index(b"\n", begin)].decode()
    return CachedAnswer(file, version, until_s, fetched_s, key, content[body_begins:])
