"""Pages of a TPS: submit (photo and numbers), correct, confirm, status.

The order of a submission is the promise of a receipt: photo durable, then row committed, then the answer.
"""

import re
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sirekap.api.bodies import idempotency_key, read_object, text
from sirekap.api.callers import caller_of
from sirekap.api.endpoints import Endpoint, Work
from sirekap.api.parts import Parts, parts_of
from sirekap.api.refusals import RefusalError
from sirekap.api.upload import receive, refuse_announced_size
from sirekap.forms.ppwp import FORM, PAGES, WrongNumbersError, checked_numbers, parse_numbers
from sirekap.photos.completeness import IncompletePhotoError
from sirekap.repositories.ledger import (
    ContendedError,
    KeyReusedError,
    PageExistsError,
    PageMissingError,
    Stored,
)
from sirekap.repositories.pages import PageWrite
from sirekap.security.roles import STAFF, Caller, Role

Outcome = TypeVar("Outcome")
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Announced:
    """What a submission says of itself before its body."""

    tps: str
    page: int
    caller: Caller
    key: str
    sha256: str
    captured_at: datetime | None


async def submit(request: Request) -> Response:
    """POST .../pages/{page}: 201 with a receipt, 200 for a retry, 409 when the page is there already."""
    parts = parts_of(request)
    announced = _announced(request, parts)
    standing = await _by_the_rules(
        parts.ledger.standing(announced.tps, FORM, announced.page, announced.key, announced.sha256)
    )
    if standing:
        return _receipt(standing)
    return _receipt(await _by_the_rules(parts.ledger.submit(await _kept_photo(request, parts, announced))))


def _announced(request: Request, parts: Parts) -> Announced:
    """Everything that can be refused without reading the body."""
    page = _page(request)
    tps = request.path_params["tps"]
    refuse_announced_size(request, parts.settings)
    parts.storing.refuse_if_full()
    sha256 = request.headers.get("x-photo-sha256", "").lower()
    if not SHA256.fullmatch(sha256):
        raise RefusalError(
            422, "wrong_digest", "send X-Photo-SHA256: the photo's sha256 as 64 hexadecimal digits"
        )
    return Announced(tps, page, caller_of(request), idempotency_key(request), sha256, _captured_at(request))


async def _kept_photo(request: Request, parts: Parts, announced: Announced) -> PageWrite:
    """Receive the body, check it and make the photo durable; what remains to be done is the row."""
    async with parts.receiving.admit():
        incoming = parts.photos.begin()
        try:
            upload = await receive(request, incoming, parts.settings)
            numbers = parse_numbers(upload.numbers, announced.page)
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
        form=FORM,
        page=announced.page,
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
    parts, page, tps = parts_of(request), _page(request), request.path_params["tps"]
    caller = caller_of(request)
    key = idempotency_key(request)
    body = await read_object(request)
    try:
        numbers = checked_numbers(body.get("numbers"), page)
    except WrongNumbersError as error:
        raise RefusalError(422, "wrong_numbers", str(error)) from error
    change = PageWrite(
        tps=tps,
        form=FORM,
        page=page,
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
    parts, tps = parts_of(request), request.path_params["tps"]
    _form(request)
    caller = caller_of(request)
    key = idempotency_key(request)
    body = await read_object(request)
    sesuai = body.get("sesuai")
    if not isinstance(sesuai, bool):
        raise RefusalError(422, "wrong_field", "field 'sesuai' must be true or false")
    earlier = await parts.confirmations.by_key(key)
    if earlier is None:
        missing = set(PAGES) - (await parts.confirmations.pages(tps, FORM)).keys()
        if missing:
            pages = ", ".join(str(page) for page in sorted(missing))
            raise RefusalError(409, "pages_missing", f"pages not yet stored: {pages}")
        added = await parts.confirmations.add(tps, FORM, sesuai, key, caller.account)
        if added:
            return JSONResponse({"receipt": added.receipt, "sesuai": added.sesuai, "replay": False})
        earlier = await parts.confirmations.by_key(key)
    if earlier is None or (earlier.tps, earlier.form, earlier.sesuai) != (tps, FORM, sesuai):
        raise RefusalError(422, "key_reused", "this Idempotency-Key was used before for another confirmation")
    return JSONResponse({"receipt": earlier.receipt, "sesuai": earlier.sesuai, "replay": True})


async def status(request: Request) -> Response:
    """GET /v1/tps/{tps}/status: each page "missing", "uploaded" or, once confirmed as sesuai, "verified"."""
    parts, tps = parts_of(request), request.path_params["tps"]
    stored = await parts.confirmations.pages(tps, FORM)
    latest = await parts.confirmations.latest(tps, FORM)
    confirmed = latest is not None and latest.sesuai
    present = "verified" if confirmed else "uploaded"
    pages = {
        str(page): {"state": present, "revision": found.revision, "receipt": found.receipt}
        if (found := stored.get(page))
        else {"state": "missing", "revision": 0, "receipt": None}
        for page in PAGES
    }
    return JSONResponse({"tps": tps, "forms": {FORM: {"pages": pages, "confirmed": confirmed}}})


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


def _form(request: Request) -> None:
    if request.path_params["form"] != FORM:
        raise RefusalError(404, "form_unknown", f"the only form is {FORM!r}")


def _page(request: Request) -> int:
    _form(request)
    page = request.path_params["page"]
    if page not in {str(number) for number in PAGES}:
        raise RefusalError(404, "page_unknown", f"{FORM} has pages {PAGES[0]} to {PAGES[-1]}")
    return int(page)


def _captured_at(request: Request) -> datetime | None:
    """When the photo was taken, by the phone's clock; kept apart from when it arrived."""
    given = request.headers.get("x-captured-at")
    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise RefusalError(
            422,
            "wrong_time",
            "X-Captured-At must be ISO 8601 with an offset, such as 2024-02-14T19:05:00+07:00",
        )
    return moment


PAGE = "/v1/tps/{tps}/forms/{form}/pages/{page}"
KPPS = frozenset({Role.KPPS})
ENDPOINTS = (
    Endpoint("POST", PAGE, submit, KPPS, Work.UPLOAD, "Send one page: photo and numbers", "tps"),
    Endpoint("POST", PAGE + "/correct", correct, KPPS, Work.PHONE, "Correct numbers of a page", "tps"),
    Endpoint(
        "POST", "/v1/tps/{tps}/forms/{form}/confirm", confirm, KPPS, Work.PHONE,
        "Say whether the numbers are those of the sheet (sesuai / tidak sesuai)", "tps",
    ),
    Endpoint(
        "GET", "/v1/tps/{tps}/status", status, STAFF | KPPS, Work.PHONE, "State of every page of a TPS", "tps"
    ),
)  # fmt: skip
