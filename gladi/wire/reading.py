"""Reading one answer from a connection.

The usual answer is a head that fits `_HEAD` with one Content-Length; it is taken apart here. Every other one
(in chunks, until the connection closes, 1xx before it, without a body, or broken) is left to the parser of
geventhttpclient, which gets every byte from the first on.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from geventhttpclient.response import HTTPParseError, HTTPResponse

from gladi.wire.outcome import InDoubtError, Reply
from gladi.wire.patience import Patience

_HEAD = re.compile(
    rb"HTTP/1\.1 ([2-5]\d\d)(?: [^\r\n\0]*)?\r\n((?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n\0]*\r\n)*)\r\n"
)
_heads: dict[bytes, "_Head | None"] = {}
_REMEMBERED, _REMEMBERED_BYTES = 256, 2048
_LONG_HEAD = 64 * 1024
_AT_ONCE = 4 * 1024 * 1024
"""Bytes of an announced body for which room is made before they are there."""
_LARGEST = 64 * 1024 * 1024
"""Bytes of an answer that is read; no answer to a phone is as large, and memory has an end."""
_NO_BODY = frozenset({204, 304})


class Source(Protocol):
    """A connection as a reader sees it."""

    def receive(self, patience: Patience) -> bytes:
        """The next bytes; b"" at the end of the connection. OSError where it broke."""
        ...

    def fill(self, room: memoryview, patience: Patience) -> bool:
        """Fill all of `room`; False where the connection ended before."""
        ...


class _Head(NamedTuple):
    """What a head says; `length` of the body, `keep` whether the connection stays."""

    status: int
    headers: Mapping[str, str]
    length: int
    keep: bool


def read(source: Source, method: str, patience: Patience) -> tuple[Reply, bool]:
    """The answer, and whether the connection may be used again; raises InDoubtError."""
    try:
        data = source.receive(patience)
    except ConnectionResetError as error:
        raise InDoubtError("closed") from error
    if not data:
        raise InDoubtError("closed")
    end = data.find(b"\r\n\r\n") + 4
    if end >= 4 and method != "HEAD":
        raw = data[:end]
        head = _heads[raw] if raw in _heads else _head(raw)
        if head is not None:
            body, spare = _body(source, data, end, head.length, patience)
            return Reply(head.status, body, head.headers), head.keep and not spare
    return _parsed(source, method, data, patience)


def _head(raw: bytes) -> _Head | None:
    """Take a usual head apart; None for any other.

    Within a second most answers of a kind have the same head, so the last ones are remembered.
    """
    found = _HEAD.fullmatch(raw)
    head = None
    if found is not None:
        status = int(found[1])
        lines = found[2].decode("latin-1").split("\r\n")
        pairs = [line.partition(":") for line in lines[:-1]]
        headers = {name.lower(): value.strip(" \t") for name, _, value in pairs}
        length = headers.get("content-length", "")
        plain = length.isdecimal() and length.isascii() and len(length) < 12 and status not in _NO_BODY
        # Two headers of one name may contradict each other: not for us to judge.
        if plain and len(headers) == len(pairs) and "transfer-encoding" not in headers:
            keep = headers.get("connection", "").lower() in ("", "keep-alive")
            head = _Head(status, MappingProxyType(headers), int(length), keep)
    if len(raw) <= _REMEMBERED_BYTES:
        if len(_heads) >= _REMEMBERED:
            _heads.clear()
        _heads[raw] = head
    return head


def _body(source: Source, data: bytes, at: int, length: int, patience: Patience) -> tuple[bytes, bool]:
    """A body of known length that begins in `data`; whether there is more than that."""
    if length > _LARGEST:
        raise InDoubtError("answer_too_large")
    missing = length - (len(data) - at)
    if missing <= 0:
        return data[at : at + length], missing < 0
    if length <= _AT_ONCE:
        body = bytearray(length)
        view = memoryview(body)
        view[: len(data) - at] = memoryview(data)[at:]
        if not source.fill(view[len(data) - at :], patience):
            raise InDoubtError("broken_answer")
        return bytes(body), False
    pieces, spare = [data[at:]], False
    while missing > 0:
        piece = source.receive(patience)
        if not piece:
            raise InDoubtError("broken_answer")
        spare = len(piece) > missing
        pieces.append(piece[:missing])
        missing -= len(piece)
    return b"".join(pieces), spare


def _parsed(source: Source, method: str, data: bytes, patience: Patience) -> tuple[Reply, bool]:
    parser: Any = HTTPResponse(method)
    try:
        heard = 0
        while True:
            parser.feed(data)
            if parser.message_complete and parser.headers_complete and parser.get_code() >= 200:
                break
            heard += len(data)
            if not data or (not parser.headers_complete and heard > _LONG_HEAD):
                raise InDoubtError("broken_answer")
            if heard > _LARGEST:
                raise InDoubtError("answer_too_large")
            data = source.receive(patience)
    except HTTPParseError as error:
        raise InDoubtError("broken_answer") from error
    headers: dict[str, str] = {}
    for name, value in parser.items():
        known = str(name).lower()
        # Cookies have commas of their own and cannot be joined by one (RFC 9110, 5.3).
        between = "\n" if known == "set-cookie" else ", "
        headers[known] = f"{headers[known]}{between}{value}" if known in headers else str(value)
    # A connection that was switched to another protocol is of no use to us.
    keep = not parser.should_close() and parser.get_code() != 101
    return Reply(parser.get_code(), bytes(parser._body_buffer), headers), keep
