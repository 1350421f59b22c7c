"""Pages of a TPS that are stored: correct their numbers, confirm the form."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sirekap.api.bodies import idempotency_key, read_object, text
from sirekap.api.callers import caller_of
from sirekap.api.endpoints import Endpoint, Work
from sirekap.api.parts import Parts, parts_of
from sirekap.api.receipts import by_the_rules, receipt
from sirekap.api.refusals import RefusalError
from sirekap.api.sheets import PAGE, FormOfTps, form_of, page_of
from sirekap.forms.numbers import LARGEST, WrongNumbersError, checked
from sirekap.repositories.pages import PageWrite
from sirekap.security.roles import Role


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
    reason = text(body, "reason", most_chars=1000).strip()
    if not (numbers and reason):
        raise RefusalError(422, "wrong_field", "a correction changes a number, and its `reason` says why")
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
        reason=reason,
    )
    return receipt(await by_the_rules(parts.ledger.correct(change)))


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
    missing = form.pages - await parts.confirmations.pages(form.tps, form.form)
    if missing:
        pages = ", ".join(str(page) for page in sorted(missing))
        raise RefusalError(409, "pages_missing", f"pages not yet stored: {pages}")


KPPS = frozenset({Role.KPPS})
CORRECTION = {
    "type": "object",
    "required": ["numbers", "reason"],
    "properties": {
        "numbers": {
            "type": "object",
            "minProperties": 1,
            "description": "field -> what is right, of this page; those that change are enough",
            "additionalProperties": {"type": "integer", "minimum": 0, "maximum": LARGEST},
        },
        "reason": {"type": "string", "minLength": 1, "maxLength": 1000},
    },
}
CONFIRMATION = {
    "type": "object",
    "required": ["sesuai"],
    "properties": {"sesuai": {"type": "boolean"}},
}
ENDPOINTS = (
    Endpoint(
        "POST", PAGE + "/correct", correct, KPPS, Work.PHONE, "Correct numbers of a page", "tps",
        body=CORRECTION,
    ),
    Endpoint(
        "POST", "/v1/tps/{tps}/forms/{form}/confirm", confirm, KPPS, Work.PHONE,
        "Say whether the numbers are those of the sheet (sesuai / tidak sesuai)", "tps", body=CONFIRMATION,
    ),
)  # fmt: skip
