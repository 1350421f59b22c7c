"""How far a TPS has come, page by page, and what a phone has taken and not yet sent."""

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sirekap.api.bodies import moment, read_object, text, whole
from sirekap.api.callers import caller_of
from sirekap.api.endpoints import Endpoint, Work
from sirekap.api.parts import parts_of
from sirekap.api.refusals import RefusalError
from sirekap.api.sheets import FormOfTps, form_of_tps, page_of_form, refuse_unknown_tps
from sirekap.forms.fields import ELECTION
from sirekap.repositories.progress import NOTHING_YET, FormProgress, TakenPage
from sirekap.security.roles import STAFF, Role

MOST_TAKEN = 200  # a TPS of 2024 sent 66 pages


async def taken(request: Request) -> Response:
    """POST .../taken: photographs that the phone has taken and will send later."""
    parts, caller, tps = parts_of(request), caller_of(request), request.path_params["tps"]
    body = await read_object(request)
    entries = body.get("pages")
    if not isinstance(entries, list) or not 1 <= len(entries) <= MOST_TAKEN:
        raise RefusalError(
            422, "wrong_field", f"field 'pages' must list 1 to {MOST_TAKEN} of form, page and captured_at"
        )
    announced: dict[tuple[str, int], TakenPage] = {}
    for number, entry in enumerate(entries):
        page = await _taken_page(request, tps, entry, f"pages[{number}]")
        announced[page.form, page.page] = page
    await parts.progress.announce(tps, caller.account, list(announced.values()))
    return JSONResponse({"taken": len(announced)})


async def _taken_page(request: Request, tps: str, entry: Any, where: str) -> TakenPage:
    if not isinstance(entry, dict):
        raise RefusalError(422, "wrong_field", f"{where} must be an object of form, page and captured_at")
    form = await form_of_tps(request, tps, text(entry, "form", most_chars=40))
    page = page_of_form(form, whole(entry, "page", most=MOST_TAKEN))
    return TakenPage(form.form, page.number, moment(text(entry, "captured_at"), f"{where}.captured_at"))


async def status(request: Request) -> Response:
    """GET /v1/tps/{tps}/status: form by form the state of each page.

    "missing"; "taken", as the phone said; "uploaded"; or, once the form is confirmed as sesuai, "verified".
    """
    parts, tps = parts_of(request), request.path_params["tps"]
    await refuse_unknown_tps(request, tps)
    progress = await parts.progress.of_tps(tps)
    forms = {}
    for name in await parts.contests.forms_of(tps):
        form = await form_of_tps(request, tps, name)
        forms[name] = _form_status(form, progress.get(name, NOTHING_YET))
    return JSONResponse({"tps": tps, "forms": forms})


def _form_status(form: FormOfTps, progress: FormProgress) -> dict[str, Any]:
    pages = {str(page): _page_status(page, progress) for page in sorted(form.pages)}
    return {"contest": form.contest.contest, "pages": pages, "confirmed": progress.confirmed}


def _page_status(page: int, progress: FormProgress) -> dict[str, Any]:
    stored, captured_at = progress.stored.get(page), progress.taken.get(page)
    if stored is None:
        state = "taken" if captured_at else "missing"
        return {"state": state, "revision": 0, "receipt": None, "captured_at": _iso(captured_at)}
    state = "verified" if progress.confirmed else "uploaded"
    return {
        "state": state,
        "revision": stored.revision,
        "receipt": stored.receipt,
        "captured_at": _iso(stored.captured_at),
        "stored_at": _iso(stored.stored_at),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


TAKEN = {
    "type": "object",
    "required": ["pages"],
    "properties": {
        "pages": {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_TAKEN,
            "items": {
                "type": "object",
                "required": ["form", "page", "captured_at"],
                "properties": {
                    "form": {"enum": list(ELECTION)},
                    "page": {"type": "integer", "minimum": 1},
                    "captured_at": {"type": "string", "format": "date-time"},
                },
            },
        }
    },
}
ENDPOINTS = (
    Endpoint(
        "POST", "/v1/tps/{tps}/taken", taken, frozenset({Role.KPPS}), Work.PHONE,
        "Announce photographs taken and not yet sent", "tps", body=TAKEN,
    ),
    Endpoint(
        "GET", "/v1/tps/{tps}/status", status, STAFF | {Role.KPPS}, Work.PHONE,
        "State of every page of a TPS", "tps",
    ),
)  # fmt: skip
