"""Receive an upload: multipart fields `numbers` (JSON) and `photo` (image/jpeg), of staff also `reason`.

A body that fits the buffer every upload may have is gathered first and then taken apart in one go; a larger
one, or one that does not say how large it is, streams through a parser and is never whole in memory.

A refusal may be answered while the phone is still sending: uvicorn then reads and forgets the rest of the
body, so the phone hears the answer instead of a reset.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from sirekap.api.multipart import plain_fields
from sirekap.api.refusals import RefusalError
from sirekap.photos.store import Incoming
from sirekap.settings import Settings

NUMBERS_MAX_BYTES = 16_384
HEADER_MAX_BYTES = 4_096
REASON_MAX_CHARS = 1_000
ENVELOPE_MAX_BYTES = NUMBERS_MAX_BYTES + 8_192  # what may surround the photo


class _Fields:
    """The parser's callbacks: collects fields of text, hands on pieces of `photo`."""

    def __init__(self, texts: Sequence[str] = ("numbers",)) -> None:
        self.texts = {name: bytearray() for name in texts}
        self.pieces: list[bytes] = []
        self.seen: set[str] = set()
        self.ended = False
        self._field = ""
        self._header_name = bytearray()
        self._header_value = bytearray()
        self._disposition = b""

    def parser(self, boundary: bytes) -> MultipartParser:
        return MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value_part,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._data,
                "on_end": self._end,
            },
        )

    def _part_begin(self) -> None:
        self._disposition = b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]
        self._refuse_long_header()

    def _header_value_part(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]
        self._refuse_long_header()

    def _refuse_long_header(self) -> None:
        if len(self._header_name) + len(self._header_value) > HEADER_MAX_BYTES:
            raise RefusalError(422, "wrong_multipart", "a header inside the multipart body is too long")

    def _header_end(self) -> None:
        if self._header_name.lower() == b"content-disposition":
            self._disposition = bytes(self._header_value)
        self._header_name.clear()
        self._header_value.clear()

    def _headers_finished(self) -> None:
        options = parse_options_header(self._disposition)[1]
        self._field = options.get(b"name", b"").decode("utf-8", "replace")
        if self._field not in (*self.texts, "photo") or self._field in self.seen:
            wanted = ", ".join(f"`{name}`" for name in self.texts)
            raise RefusalError(
                422,
                "wrong_multipart",
                f"multipart field {self._field[:50]!r}: send {wanted} and `photo`, once each",
            )
        self.seen.add(self._field)

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._field == "photo":
            self.pieces.append(data[start:end])
            return
        self.texts[self._field] += data[start:end]
        _refuse_long_text(self._field, len(self.texts[self._field]))

    def _end(self) -> None:
        self.ended = True


async def receive(request: Request, incoming: Incoming, settings: Settings) -> bytes:
    """Let the photo of the body come in, and give back its numbers as they were sent.

    Raises:
        RefusalError: not multipart, a field missing, too large, too slow, or broken off.
        StoreUnableError: the photo cannot be taken in.
    """
    boundary, chunks = _boundary(request), in_time(request, settings, _most_bytes(settings))
    if not 0 <= _announced_bytes(request) <= settings.upload_buffer_bytes:
        return await _streamed(chunks, boundary, incoming)
    body = b"".join([chunk async for chunk in chunks])
    plain = plain_fields(body, boundary)
    if plain is None:
        return await _streamed(_one(body), boundary, incoming)
    numbers, photo = plain
    _refuse_long_text("numbers", len(numbers))
    await incoming.add(photo)
    return numbers


async def receive_with_reason(
    request: Request, incoming: Incoming, settings: Settings
) -> tuple[bytes | None, str]:
    """The same of staff, who say why: the numbers (None where they send none) and the reason.

    Raises:
        RefusalError: as `receive` does, or without a reason.
        StoreUnableError: the photo cannot be taken in.
    """
    fields = _Fields(("numbers", "reason"))
    chunks = in_time(request, settings, _most_bytes(settings))
    await _fill(fields, chunks, _boundary(request), incoming)
    if not fields.ended or not {"photo", "reason"} <= fields.seen:
        raise RefusalError(
            422, "wrong_multipart", "the multipart body must hold `reason` and `photo` and end properly"
        )
    reason = fields.texts["reason"].decode("utf-8", "replace").strip()
    if not 1 <= len(reason) <= REASON_MAX_CHARS or "\0" in reason:
        raise RefusalError(
            422, "wrong_field", f"field 'reason' must say why, in 1 to {REASON_MAX_CHARS} characters"
        )
    return bytes(fields.texts["numbers"]) if "numbers" in fields.seen else None, reason


async def _streamed(chunks: AsyncIterator[bytes], boundary: bytes, incoming: Incoming) -> bytes:
    fields = _Fields()
    await _fill(fields, chunks, boundary, incoming)
    if not fields.ended or fields.seen != {"numbers", "photo"}:
        raise RefusalError(
            422, "wrong_multipart", "the multipart body must hold `numbers` and `photo` and end properly"
        )
    return bytes(fields.texts["numbers"])


async def _fill(fields: _Fields, chunks: AsyncIterator[bytes], boundary: bytes, incoming: Incoming) -> None:
    """Let a multipart body run through its parser."""
    parser = fields.parser(boundary)
    try:
        async for chunk in chunks:
            parser.write(chunk)
            for piece in fields.pieces:
                await incoming.add(piece)
            fields.pieces.clear()
    except FormParserError as error:
        raise RefusalError(422, "wrong_multipart", f"the multipart body cannot be read: {error}") from error


async def _one(body: bytes) -> AsyncIterator[bytes]:
    yield body


def _refuse_long_text(name: str, size_bytes: int) -> None:
    if size_bytes > NUMBERS_MAX_BYTES:
        code = "wrong_numbers" if name == "numbers" else "wrong_field"
        raise RefusalError(422, code, f"`{name}` has more than {NUMBERS_MAX_BYTES} bytes")


def refuse_announced_size(request: Request, settings: Settings) -> None:
    """Refuse by Content-Length alone, before a byte of a body that is too large is read."""
    if _announced_bytes(request) > _most_bytes(settings):
        raise too_large(_most_bytes(settings))


def _most_bytes(settings: Settings) -> int:
    """A photo as large as may be, and what surrounds it."""
    return settings.upload_max_bytes + ENVELOPE_MAX_BYTES


def too_large(most_bytes: int) -> RefusalError:
    """The refusal of what has more bytes than that."""
    return RefusalError(413, "too_large", f"at most {most_bytes} bytes are taken here")


def _announced_bytes(request: Request) -> int:
    """The Content-Length; -1 when the body does not say."""
    announced = request.headers.get("content-length", "")
    return int(announced) if announced.isascii() and announced.isdigit() else -1


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 1 <= len(boundary) <= 200:
        raise RefusalError(
            422, "wrong_multipart", "send multipart/form-data with the fields `numbers` and `photo`"
        )
    return boundary


async def in_time(request: Request, settings: Settings, most_bytes: int) -> AsyncIterator[bytes]:
    """The body's chunks, as long as they come in time and are not too many.

    Raises:
        RefusalError: 413 too_large, 408 too_slow, 400 broken_off.
    """
    now_s = asyncio.get_running_loop().time
    deadline_s = now_s() + settings.upload_deadline_s
    size_bytes = 0
    stream = request.stream()
    try:
        while True:
            async with asyncio.timeout_at(min(deadline_s, now_s() + settings.upload_stall_s)):
                chunk = await anext(stream, None)
            if chunk is None:
                return
            size_bytes += len(chunk)
            if size_bytes > most_bytes:
                raise too_large(most_bytes)
            yield chunk
    except TimeoutError:
        raise RefusalError(408, "too_slow", "the photo did not arrive in time; send it again") from None
    except ClientDisconnect:
        raise RefusalError(400, "broken_off", "the connection ended before the photo did") from None
