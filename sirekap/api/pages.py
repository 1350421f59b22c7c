"""Pages of a TPS: submit (photo and numbers), correct, confirm.

The order of a submission is the promise of a receipt: photo durable, then row committed, then the answer.
"""

import re
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sirekap.api.bodies import idempotency_key, moment, read_object, text
from sirekap.api.callers import caller_of
from sirekap.api.endpoints import Endpoint, Work
from sirekap.api.parts import Parts, parts_of
from sirekap.api.refusals import RefusalError
from sirekap.api.sheets import FormOfTps, form_of, page_of
from sirekap.api.upload import receive, refuse_announced_size
from sirekap.forms.layout import SheetPage
from sirekap.forms.numbers import WrongNumbersError, checked, parsed
from sirekap.photos.completeness import IncompletePhotoError
from sirekap.repositories.ledger import (
    ContendedError,
    KeyReusedError,
    PageExistsError,
    PageMissingError,
    Stored,
)
from sirekap.repositories.pages import PageWrite
from sirekap.security.roles import Caller, Role

Outcome = TypeVar("Outcome")
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Announced:
    """What a submission says of itself before its body."""

    tps: str
    form: str
    page: SheetPage
    caller: Caller
    key: str
    sha256: str
    captured_at: datetime | None


async def submit(request: Request) -> Response:
    """POST .../pages/{page}: 201 with a receipt, 200 for a retry, 409 when the page is there already."""
    parts = parts_of(request)
    announced = await _announced(request, parts)
    standing = await _by_the_rules(
        parts.ledger.standing(
            announced.tps, announced.form, announced.page.number, announced.key, announced.sha256
        )
    )
    if standing:
        return _receipt(standing)
    return _receipt(await _by_the_rules(parts.ledger.submit(await _kept_photo(request, parts, announced))))


async def _announced(request: Request, parts: Parts) -> Announced:
    """Everything that can be refused without reading the body."""
    form, page = await page_of(request)
    refuse_announced_size(request, parts.settings)
    parts.storing.refuse_if_full()
    sha256 = request.headers.get("x-photo-sha256", "").lower()
    if not SHA256.fullmatch(sha256):
        raise RefusalError(
            422, "wrong_digest", "send X-Photo-SHA256: the photo's sha256 as 64 hexadecimal digits"
        )
    key, captured_at = idempotency_key(request), _captured_at(request)
    return Announced(form.tps, form.form, page, caller_of(request), key, sha256, captured_at)


async def _kept_photo(request: Request, parts: Parts, announced: Announced) -> PageWrite:
    """Receive the body, check it and make the photo durable; what remains to be done is the row."""
    async with parts.receiving.admit():
        incoming = parts.photos.begin()
        try:
            upload = await receive(request, incoming, parts.settings)
            numbers = parsed(upload.numbers, announced.page)
            parts.check_photo(upload.received, announced.sha256)
            async with parts.storing.admit():
                await parts.photos.keep(incoming)
        except WrongNumbersError as error:
            raise RefusalError(422, "wrong_numbers", str(error)) from error
        except IncompletePhotoError as error:
            raise RefusalError(422, error.code, str(error)) from error
        finally:
            await parts.photos.discard(incoming)
    return PageWrite(
        tps=announced.tps,
        form=announced.form,
        page=announced.page.number,
        key=announced.key,
        account=announced.caller.account,
        operator=announced.caller.operator,
        sha256=upload.received.sha256,
        photo_bytes=upload.received.size_bytes,
        numbers=numbers,
        captured_at=announced.captured_at,
    )


async def correct(request: Request) -> Response:
    """POST .../pages/{page}/correct: a further revision with what changed and why."""
    parts, caller = parts_of(request), caller_of(request)
    form, page = await page_of(request)
    key = idempotency_key(request)
    body = await read_object(request)
    try:
        numbers = checked(body.get("numbers"), page, complete=False)
    except WrongNumbersError as error:
        raise RefusalError(422, "wrong_numbers", str(error)) from error
    change = PageWrite(
        tps=form.tps,
        form=form.form,
        page=page.number,
        key=key,
        account=caller.account,
        operator=caller.operator,
        sha256="",  # the photo stays that of the revision it corrects
        photo_bytes=0,
        numbers=numbers,
        captured_at=None,
        reason=text(body, "reason", most_chars=1000),
    )
    return _receipt(await _by_the_rules(parts.ledger.correct(change)))


async def confirm(request: Request) -> Response:
    """POST .../confirm: "sesuai" or "tidak sesuai", once all pages are there."""
    parts, caller = parts_of(request), caller_of(request)
    form = await form_of(request)
    key = idempotency_key(request)
    body = await read_object(request)
    sesuai = body.get("sesuai")
    if not isinstance(sesuai, bool):
        raise RefusalError(422, "wrong_field", "field 'sesuai' must be true or false")
    earlier = await parts.confirmations.by_key(key)
    if earlier is None:
        await _refuse_missing_pages(parts, form)
        added = await parts.confirmations.add(form.tps, form.form, sesuai, key, caller.account)
        if added:
            return JSONResponse({"receipt": added.receipt, "sesuai": added.sesuai, "replay": False})
        earlier = await parts.confirmations.by_key(key)
    if earlier is None or (earlier.tps, earlier.form, earlier.sesuai) != (form.tps, form.form, sesuai):
        raise RefusalError(422, "key_reused", "this Idempotency-Key was used before for another confirmation")
    return JSONResponse({"receipt": earlier.receipt, "sesuai": earlier.sesuai, "replay": True})


async def _refuse_missing_pages(parts: Parts, form: FormOfTps) -> None:
    """Raise RefusalError 409 unless every sheet of the form is stored."""
    missing = form.pages - (await parts.confirmations.pages(form.tps, form.form)).keys()
    if missing:
        pages = ", ".join(str(page) for page in sorted(missing))
        raise RefusalError(409, "pages_missing", f"pages not yet stored: {pages}")


async def _by_the_rules(work: Awaitable[Outcome]) -> Outcome:
    """Await ledger work; what its rules forbid becomes a refusal."""
    try:
        return await work
    except PageExistsError as error:
        raise RefusalError(409, "page_exists", str(error), receipt=error.receipt) from error
    except PageMissingError as error:
        raise RefusalError(409, "page_missing", "this page is not stored yet; submit it first") from error
    except KeyReusedError as error:
        raise RefusalError(422, "key_reused", str(error)) from error
    except ContendedError as error:
        raise RefusalError(
            409, "contended", "others changed this page at the same time; look and try again"
        ) from error


def _receipt(stored: Stored) -> Response:
    row = stored.row
    content = {
        "receipt": row.receipt,
        "tps": row.tps,
        "form": row.form,
        "page": row.page,
        "revision": row.revision,
        "sha256": row.sha256,
        "stored_at": row.stored_at.isoformat(),
        "replay": stored.replay,
    }
    return JSONResponse(content, 200 if stored.replay else 201)


def _captured_at(request: Request) -> datetime | None:
    """When the photo was taken, by the phone's clock; kept apart from when it arrived."""
    given = request.headers.get("x-captured-at")
    if given is None:
        return None
    return moment(given, "X-Captured-At")


PAGE = "/v1/tps/{tps}/forms/{form}/pages/{page}"
KPPS = frozenset({Role.KPPS})
ENDPOINTS = (
    Endpoint("POST", PAGE, submit, KPPS, Work.UPLOAD, "Send one page: photo and numbers", "tps"),
    Endpoint("POST", PAGE + "/correct", correct, KPPS, Work.PHONE, "Correct numbers of a page", "tps"),
    Endpoint(
        "POST", "/v1/tps/{tps}/forms/{form}/confirm", confirm, KPPS, Work.PHONE,
        "Say whether the numbers are those of the sheet (sesuai / tidak sesuai)", "tps",
    ),
)  # fmt: skip
