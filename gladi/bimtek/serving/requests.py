"""Requests of phones, taken apart with care: sizes, times, kinds; a refusal is a sentence for a trainee."""

import asyncio
import json
import re
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from gladi.bimtek.serving.limits import JSON_MOST_BYTES, PHOTO_MOST_BYTES, STALL_S

KEY = re.compile(r"[0-9A-Za-z-]{8,80}")
_ENVELOPE_BYTES = 24_576


class Refusal(Exception):  # noqa: N818 (it is an answer)
    """What a phone is told instead of what it asked for; `code` is for the page, `says` for the trainee."""

    def __init__(self, status: int, code: str, says: str, retry_after_s: int = 0) -> None:
        super().__init__(says)
        self.status, self.code, self.says, self.retry_after_s = status, code, says, retry_after_s

    def response(self) -> Response:
        """As JSON."""
        headers = {"Retry-After": str(self.retry_after_s)} if self.retry_after_s else {}
        return JSONResponse({"code": self.code, "says": self.says}, self.status, headers)


async def body_of(request: Request, most_bytes: int) -> bytes:
    """The whole body; Refusal when it is too large, stalls or breaks off."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > most_bytes:
        raise Refusal(413, "too_large", "Kiriman terlalu besar.")
    body = bytearray()
    stream = request.stream()
    try:
        while True:
            async with asyncio.timeout(STALL_S):
                piece = await anext(stream, None)
            if piece is None:
                return bytes(body)
            body += piece
            if len(body) > most_bytes:
                raise Refusal(413, "too_large", "Kiriman terlalu besar.")
    except TimeoutError:
        raise Refusal(408, "too_slow", "Kiriman terlalu lama. Akan dikirim lagi.") from None
    except ClientDisconnect:
        raise Refusal(400, "broken_off", "Sambungan terputus. Akan dikirim lagi.") from None


async def object_of(request: Request) -> dict[str, Any]:
    """The body as a JSON object."""
    body = await body_of(request, JSON_MOST_BYTES)
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise Refusal(422, "not_json", "Kiriman rusak. Muat ulang halaman ini.")
    return told


def text(told: dict[str, Any], name: str, most: int = 200) -> str:
    """A field that must be text and not empty."""
    value = told.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= most or "\0" in value or not _sound(value):
        raise Refusal(422, "wrong_field", f"Isian {name!r} belum benar.")
    return value


def numbers(told: Any) -> dict[str, int]:
    """Field -> 0 to 9999."""
    sound = isinstance(told, dict) and all(
        isinstance(k, str) and type(v) is int and 0 <= v <= 9999 for k, v in told.items()
    )
    if not sound:
        raise Refusal(422, "wrong_numbers", "Ada angka yang belum benar. Isi 0 sampai 9999.")
    return dict(told)


def key_of(request: Request) -> str:
    """The idempotency key of a write."""
    key = request.headers.get("idempotency-key", "")
    if not KEY.fullmatch(key):
        raise Refusal(422, "wrong_key", "Kiriman tidak bernomor. Muat ulang halaman ini.")
    return key


async def photo_of(request: Request) -> tuple[dict[str, int], bytes]:
    """The parts `numbers` and `photo` of a multipart body."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 1 <= len(boundary) <= 200:
        raise Refusal(422, "wrong_multipart", "Kiriman rusak. Akan dikirim lagi.")
    body = await body_of(request, PHOTO_MOST_BYTES + _ENVELOPE_BYTES)
    parts = _parts(body, boundary)
    if set(parts) != {"numbers", "photo"}:
        raise Refusal(422, "wrong_multipart", "Kiriman rusak. Akan dikirim lagi.")
    if len(parts["photo"]) > PHOTO_MOST_BYTES:
        raise Refusal(413, "too_large", "Foto terlalu besar.")
    try:
        told = json.loads(parts["numbers"])
    except (ValueError, RecursionError):
        told = None
    return numbers(told), parts["photo"]


def _parts(body: bytes, boundary: bytes) -> dict[str, bytes]:
    found: dict[str, bytearray] = {}
    state: dict[str, Any] = {"name": "", "header": b"", "field": b"", "ended": False}

    def header_field(data: bytes, start: int, end: int) -> None:
        state["field"] += data[start:end]

    def header_value(data: bytes, start: int, end: int) -> None:
        state["header"] += data[start:end]

    def header_end() -> None:
        if state["field"].lower() == b"content-disposition":
            named = parse_options_header(state["header"])[1].get(b"name", b"")
            state["name"] = named.decode("utf-8", "replace")
        state["field"], state["header"] = b"", b""

    def part_data(data: bytes, start: int, end: int) -> None:
        found.setdefault(state["name"], bytearray()).extend(data[start:end])

    def ended() -> None:
        state["ended"] = True

    try:
        parser = MultipartParser(
            boundary,
            {
                "on_header_field": header_field, "on_header_value": header_value,
                "on_header_end": header_end, "on_part_data": part_data, "on_end": ended,
            },
        )  # fmt: skip
        parser.write(body)
    except FormParserError:
        return {}
    return {name: bytes(part) for name, part in found.items()} if state["ended"] else {}


def _sound(value: str) -> bool:
    return not any("\ud800" <= one <= "\udfff" for one in value)
