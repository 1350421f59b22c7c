"""Answers as bytes, made once and given to everybody for a moment.

While one is being made, others wait for it. What is kept is bounded, and so is the memory of names that
nobody has: whoever asks for a thousand codes that do not exist pushes out only each other.
"""

import asyncio
import gzip
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response

Kept = TypeVar("Kept")
GZIP_FROM_BYTES = 860  # below, the header of an answer outweighs what is saved
GZIP_LEVEL = 6


@dataclass(frozen=True)
class Freshness:
    """How old an answer may become, and by what.

    `stated_s` is promised to readers; an answer is kept here for `kept_s`; what is left may be used by one
    shared cache before us. A reader's own cache asks again each time, and is told that nothing has changed.
    """

    stated_s: float
    kept_s: float

    def headers(self, as_of: datetime, age_s: float) -> dict[str, str]:
        """Headers of an answer that was `age_s` old when it was made."""
        left_s = int(self.stated_s - self.kept_s - age_s)
        return {
            "Cache-Control": _for_caches(left_s),
            "X-Max-Staleness-S": f"{self.stated_s:g}",
            "X-As-Of": as_of.isoformat(),
        }


def _for_caches(left_s: int) -> str:
    """Within `left_s`: the last second is for readers who come while the cache fetches anew (RFC 5861)."""
    if left_s <= 0:
        return "no-cache"
    renewing = ", stale-while-revalidate=1" if left_s > 1 else ""
    return f"public, max-age=0, s-maxage={max(1, left_s - 1)}{renewing}"


@dataclass(frozen=True)
class Content:
    """A body before it is an answer; `age_s` is how old `as_of` was when it was read."""

    body: bytes
    media_type: str
    as_of: datetime
    age_s: float
    headers: dict[str, str] = field(default_factory=dict)


class Answer:
    """One body in all the forms a reader may ask for: plain, gzip, and "you have it already"."""

    def __init__(self, content: Content, freshness: Freshness) -> None:
        digest = hashlib.blake2b(content.body, digest_size=12).hexdigest()
        headers = {
            **freshness.headers(content.as_of, content.age_s),
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
            **content.headers,
        }
        self._plain = _Variant(f'"{digest}"', content.body, content.media_type, headers)
        self._gzip = self._plain
        if len(content.body) >= GZIP_FROM_BYTES:
            # another representation, so another strong tag
            packed = gzip.compress(content.body, GZIP_LEVEL, mtime=0)
            self._gzip = _Variant(
                f'"{digest}-gz"', packed, content.media_type, {**headers, "Content-Encoding": "gzip"}
            )

    def to(self, request: Request) -> Response:
        """What this reader gets."""
        variant = self._gzip if _takes_gzip(request.headers.get("accept-encoding", "")) else self._plain
        given = request.headers.get("if-none-match")
        if given is not None and _matches(given, variant.tag):
            return variant.unchanged
        return variant.whole


class _Variant:
    """One representation; the responses are made once and sent many times."""

    def __init__(self, tag: str, body: bytes, media_type: str, headers: dict[str, str]) -> None:
        headers = {**headers, "ETag": tag}
        self.tag = tag
        self.whole = Response(body, media_type=media_type, headers=headers)
        # RFC 9110 15.4.5: what would have been sent, without what describes the body
        self.unchanged = Response(
            status_code=304, headers={k: v for k, v in headers.items() if k != "Content-Encoding"}
        )


def _takes_gzip(accepted: str) -> bool:
    return any(
        coding.partition(";")[0].strip().lower() == "gzip" and "q=0" not in coding.replace("q=0.", "")
        for coding in accepted.split(",")
    )


def _matches(given: str, tag: str) -> bool:
    return given.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in given.split(","))


class Moments(Generic[Kept]):
    """Values kept for `keep_s` by name, at most `entries`; the least recently used give way."""

    def __init__(self, entries: int, keep_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._keep_s = keep_s
        self._clock = clock
        self._entries = entries
        self._kept: OrderedDict[str, tuple[float, Kept]] = OrderedDict()
        self._absent: OrderedDict[str, float] = OrderedDict()
        self._making: dict[str, asyncio.Task[Kept | None]] = {}

    def __len__(self) -> int:
        """How many names are remembered, those of nothing included."""
        return len(self._kept) + len(self._absent)

    async def get(self, name: str, make: Callable[[], Awaitable[Kept | None]]) -> Kept | None:
        """The value called `name`, made at most `keep_s` ago; None when `make` says there is none."""
        now_s = self._clock()
        kept = self._kept.get(name)
        if kept and kept[0] > now_s:
            self._kept.move_to_end(name)
            return kept[1]
        if self._absent.get(name, now_s) > now_s:
            return None
        making = self._making.get(name)
        if making is None:
            making = asyncio.ensure_future(self._make(name, make))
            self._making[name] = making
            making.add_done_callback(lambda _: self._making.pop(name))
        # whoever leaves does not take it from the others
        return await asyncio.shield(making)

    async def _make(self, name: str, make: Callable[[], Awaitable[Kept | None]]) -> Kept | None:
        until_s = self._clock() + self._keep_s
        value = await make()
        if value is None:
            self._absent[name] = until_s
            _bound(self._absent, self._entries)
        else:
            self._kept[name] = (until_s, value)
            self._kept.move_to_end(name)
            _bound(self._kept, self._entries)
        return value


def _bound(where: OrderedDict[str, Kept], entries: int) -> None:
    while len(where) > entries:
        where.popitem(last=False)
