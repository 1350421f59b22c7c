"""Reading JSON bodies, within a size and a time, with errors that name the field."""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.requests import ClientDisconnect, Request

from sirekap.api.parts import parts_of
from sirekap.api.refusals import RefusalError


async def read_object(request: Request, max_bytes: int | None = None) -> dict[str, Any]:
    """The body as a JSON object."""
    settings = parts_of(request).settings
    limit_bytes = max_bytes or settings.json_max_bytes
    body = bytearray()
    try:
        async with asyncio.timeout(settings.upload_deadline_s):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit_bytes:
                    raise RefusalError(413, "too_large", f"the body may have at most {limit_bytes} bytes")
    except TimeoutError:
        raise RefusalError(408, "too_slow", "the body did not arrive in time") from None
    except ClientDisconnect:
        raise RefusalError(400, "broken_off", "the connection ended before the body did") from None
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RefusalError(422, "not_json", f"the body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise RefusalError(422, "not_an_object", "the body must be a JSON object")
    return value


def text(body: Mapping[str, Any], field: str, *, most_chars: int = 200) -> str:
    """A field that must be text and not empty."""
    value = body.get(field)
    if not isinstance(value, str) or not 1 <= len(value) <= most_chars or "\0" in value:
        raise RefusalError(
            422, "wrong_field", f"field {field!r} must be text of 1 to {most_chars} characters"
        )
    return value


def whole(body: Mapping[str, Any], field: str, *, most: int = 1_000_000) -> int:
    """A field that must be a whole number from 0 to `most`."""
    value = body.get(field)
    if type(value) is not int or not 0 <= value <= most:
        raise RefusalError(422, "wrong_field", f"field {field!r} must be a whole number from 0 to {most}")
    return value


def idempotency_key(request: Request) -> str:
    """The Idempotency-Key header: 1 to 200 printable ASCII characters."""
    key = request.headers.get("idempotency-key", "")
    if not 1 <= len(key) <= 200 or not key.isascii() or not key.isprintable():
        raise RefusalError(
            422,
            "wrong_key",
            "send an Idempotency-Key header of 1 to 200 printable ASCII characters, one a write",
        )
    return key


def moment(given: str, where: str) -> datetime:
    """A time with its offset, as a phone's clock says it; `where` names it in a refusal."""
    try:
        found = datetime.fromisoformat(given)
        found.astimezone(UTC)  # what lies before year 1 or after 9999 there cannot be stored
    except (ValueError, OverflowError):
        found = None
    if found is None or found.utcoffset() is None:
        raise RefusalError(
            422, "wrong_time", f"{where} must be ISO 8601 with an offset, such as 2024-02-14T19:05:00+07:00"
        )
    return found
