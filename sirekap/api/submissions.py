"""A page comes in: photo and numbers in one request, or the photo of a resumable upload that is complete.

The order is the promise of a receipt: photo durable, then row committed, then the answer.
"""

import re
import time
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from sirekap.api.bodies import idempotency_key
from sirekap.api.callers import caller_of
from sirekap.api.endpoints import Endpoint, Work
from sirekap.api.parts import Parts, parts_of
from sirekap.api.phone_time import PhoneTimes, told
from sirekap.api.receipts import by_the_rules, receipt
from sirekap.api.refusals import RefusalError
from sirekap.api.sheets import PAGE, page_of
from sirekap.api.upload import receive, refuse_announced_size, too_large
from sirekap.forms.layout import SheetPage
from sirekap.forms.numbers import WrongNumbersError, parsed
from sirekap.photos.completeness import UnfitPhotoError, check_dimensions
from sirekap.photos.store import Incoming, Received
from sirekap.repositories.ledger import Stored
from sirekap.repositories.pages import PageWrite
from sirekap.repositories.queue import TOPIC
from sirekap.security.roles import Caller, Role

SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Announced:
    """What a submission says of itself before its photo."""

    tps: str
    form: str
    page: SheetPage
    caller: Caller
    key: str
    sha256: str
    times: PhoneTimes


async def submit(request: Request) -> Response:
    """POST .../pages/{page}: 201 with a receipt, 200 for a retry, 409 when the page is there already."""
    parts = parts_of(request)
    announced = await announced_by(request, parts)
    standing = await standing_of(parts, announced)
    if standing:
        return receipt(standing)
    with parts.receiving_of_tps.place(announced.tps):
        async with parts.receiving.admit():
            return receipt(await _received(request, parts, announced))


async def _received(request: Request, parts: Parts, announced: Announced) -> Stored:
    incoming = parts.photos.begin()
    try:
        numbers = numbers_of(await receive(request, incoming, parts.settings), announced.page)
        return await store(parts, announced, numbers, incoming)
    finally:
        await parts.photos.discard(incoming)


async def standing_of(parts: Parts, announced: Announced) -> Stored | None:
    """What the submission would meet; None for a free page. Raises RefusalError."""
    return await by_the_rules(
        parts.ledger.standing(
            announced.tps, announced.form, announced.page.number, announced.key, announced.sha256
        )
    )


def numbers_of(text: bytes, page: SheetPage, *, complete: bool = True) -> dict[str, int]:
    """The numbers of `page` in JSON. Raises RefusalError 422."""
    try:
        return parsed(text, page, complete=complete)
    except WrongNumbersError as error:
        raise RefusalError(422, "wrong_numbers", str(error)) from error


async def store(parts: Parts, announced: Announced, numbers: dict[str, int], incoming: Incoming) -> Stored:
    """Check the photo that has arrived and make it durable, then commit its row as a first revision."""
    write = await kept(parts, announced, numbers, incoming)
    stored = await by_the_rules(parts.ledger.submit(write))
    await parts.recall.wake(TOPIC)
    return stored


async def kept(
    parts: Parts, announced: Announced, numbers: dict[str, int], incoming: Incoming, reason: str | None = None
) -> PageWrite:
    """Check the photo that has arrived and make it durable; the row that is then to be committed."""

    def check(received: Received) -> None:
        if received.size_bytes > parts.settings.upload_max_bytes:  # what surrounds it has room of its own
            raise too_large(parts.settings.upload_max_bytes)
        parts.photo_check.whole(received, announced.sha256)
        check_dimensions(received, parts.settings.photo_max_megapixels)

    try:
        async with parts.storing.admit():
            began_s = time.monotonic()
            received = await parts.photos.keep(incoming, check)
            parts.measures.photo_kept(received.size_bytes, time.monotonic() - began_s)
    except UnfitPhotoError as error:
        raise RefusalError(422, error.code, str(error)) from error
    return PageWrite(
        tps=announced.tps,
        form=announced.form,
        page=announced.page.number,
        key=announced.key,
        account=announced.caller.account,
        operator=announced.caller.operator,
        sha256=received.sha256,
        photo_bytes=received.size_bytes,
        numbers=numbers,
        captured_at=announced.times.captured_at,
        skew_ms=announced.times.skew_ms,
        clock_suspect=announced.times.suspect,
        delayed=announced.times.delayed,
        reason=reason,
    )


async def announced_by(request: Request, parts: Parts) -> Announced:
    """Everything that can be refused without reading the body."""
    form, page = await page_of(request)
    refuse_announced_size(request, parts.settings)
    parts.storing.refuse_if_full()
    sha256 = checked_digest(request.headers.get("x-photo-sha256", ""), "X-Photo-SHA256")
    key, times = idempotency_key(request), told(request, parts.settings)
    return Announced(form.tps, form.form, page, caller_of(request), key, sha256, times)


def checked_digest(given: str, where: str) -> str:
    """A sha256 in lower case; `where` names it in the RefusalError 422 for what is none."""
    sha256 = given.lower()
    if not SHA256.fullmatch(sha256):
        raise RefusalError(422, "wrong_digest", f"send {where}: the photo's sha256 as 64 hexadecimal digits")
    return sha256


ENDPOINTS = (
    Endpoint(
        "POST", PAGE, submit, frozenset({Role.KPPS}), Work.UPLOAD, "Send one page: photo and numbers", "tps"
    ),
)
