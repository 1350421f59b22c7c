"""D.Hasil: finalise, read as JSON or PDF, reopen."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sirekap.api.bodies import idempotency_key, read_object, text
from sirekap.api.callers import caller_of
from sirekap.api.endpoints import Endpoint, Work
from sirekap.api.parts import parts_of
from sirekap.api.pleno import HOLDERS, READERS, known_form, own_place, place_of, refuse_unopened
from sirekap.api.pleno_refusals import by_the_rules
from sirekap.api.refusals import RefusalError
from sirekap.pleno.levels import above
from sirekap.repositories.d_hasil import Result
from sirekap.security.roles import Role


async def finalise(request: Request) -> Response:
    """POST .../finalise: 201 with the D.Hasil's number and digest, 200 when it is final already."""
    parts, place = parts_of(request), await own_place(request)
    form = known_form(request.path_params["form"])
    body = await read_object(request)
    note = text(body, "note", most_chars=2000) if body.get("note") is not None else None
    await refuse_unopened(parts, place)
    result, replay = await by_the_rules(parts.recap.finalise(place, form, caller_of(request).account, note))
    return JSONResponse({**_summary(result), "replay": replay}, 200 if replay else 201)


async def read(request: Request) -> Response:
    """GET .../d-hasil: the D.Hasil, byte for byte what its digest was taken of."""
    result, state = await found(request)
    return Response(result.text, media_type="application/json", headers=_headers(result, state))


async def read_pdf(request: Request) -> Response:
    """GET .../d-hasil.pdf: the D.Hasil as sheets to print and sign."""
    result, state = await found(request)
    async with parts_of(request).drawing.admit():
        document = await asyncio.to_thread(_drawn, result)
    return Response(document, media_type="application/pdf", headers=_headers(result, state))


def _drawn(result: Result) -> bytes:
    from sirekap.pleno.sheets import as_pdf  # only when needed: a restarted worker must be back at once

    return as_pdf(result.content, result.sha256)


async def reopen(request: Request) -> Response:
    """POST .../reopen (ralat): by the level directly above, with a reason."""
    parts, place, caller = parts_of(request), await place_of(request), caller_of(request)
    form = known_form(request.path_params["form"])
    if above(place.code) != caller.region:
        raise RefusalError(403, "not_your_level", "only the level directly above may reopen a D.Hasil")
    key, body = idempotency_key(request), await read_object(request)
    reason = text(body, "reason", most_chars=1000)
    fresh = await by_the_rules(parts.recap.plenos.reopen(place.code, form, reason, key, caller.account))
    return JSONResponse({"region": place.code, "form": form, "state": "open", "replay": not fresh})


async def found(request: Request) -> tuple[Result, str]:
    """The D.Hasil that the path and ?version= name, and how it stands; RefusalError 404."""
    parts, place = parts_of(request), await place_of(request)
    form, given = known_form(request.path_params["form"]), request.query_params.get("version")
    if given is not None and not (given.isascii() and given.isdigit() and 1 <= len(given) <= 9):
        raise RefusalError(422, "wrong_parameter", "version must be a whole number")
    result = await parts.recap.results.get(place.code, form, int(given) if given else None)
    if result is None:
        raise RefusalError(404, "d_hasil_unknown", f"no such D.Hasil of {form} in {place.code}")
    standing = await parts.recap.plenos.form_state(place.code, form)
    return result, standing.state if result.version == standing.version else "superseded"


def _summary(result: Result) -> dict[str, object]:
    return {
        "region": result.region,
        "form": result.form,
        "version": result.version,
        "number": result.number,
        "sha256": result.sha256,
        "account": result.account,
        "finalised_at": result.at.isoformat(),
    }


def _headers(result: Result, state: str) -> dict[str, str]:
    """`X-D-Hasil-State`: final, open (being corrected), stale (one below was reopened) or superseded."""
    return {"ETag": f'"{result.sha256}"', "X-D-Hasil-State": state, "Cache-Control": "no-cache"}


FORM = "/v1/pleno/{code}/forms/{form}"
ABOVE = frozenset({Role.KPU_KAB, Role.KPU_PROV, Role.KPU_RI})
NOTE = {
    "type": "object",
    "properties": {"note": {"type": ["string", "null"], "minLength": 1, "maxLength": 2000}},
}
REASON = {
    "type": "object",
    "required": ["reason"],
    "properties": {"reason": {"type": "string", "minLength": 1, "maxLength": 1000}},
}
ENDPOINTS = (
    Endpoint(
        "POST", FORM + "/finalise", finalise, HOLDERS, Work.STAFF, "Make the D.Hasil of a form", "code",
        body=NOTE,
    ),
    Endpoint(
        "POST", FORM + "/reopen", reopen, ABOVE, Work.STAFF, "Reopen a D.Hasil (ralat)", "code", body=REASON
    ),
    Endpoint("GET", FORM + "/d-hasil", read, READERS, Work.STAFF, "The D.Hasil as JSON", "code"),
    Endpoint("GET", FORM + "/d-hasil.pdf", read_pdf, READERS, Work.STAFF, "The D.Hasil as PDF", "code"),
)  # fmt: skip
