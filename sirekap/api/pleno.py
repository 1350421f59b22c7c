"""The pleno: open it, look at every TPS, decide. Finalising and D.Hasil are in `d_hasil.py`.

A region's pleno belongs to the account whose own region it is: a kecamatan's to its PPK, and so on. Levels
above may look, and only they may reopen.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sirekap.api.bodies import idempotency_key, read_object, text
from sirekap.api.callers import caller_of
from sirekap.api.endpoints import Endpoint, Work
from sirekap.api.parts import Parts, parts_of
from sirekap.api.pleno_refusals import by_the_rules
from sirekap.api.refusals import RefusalError
from sirekap.forms.fields import ELECTION
from sirekap.pleno.decisions import Asked
from sirekap.pleno.levels import goes_up_to, level_below, pleno_level
from sirekap.pleno.standing import Decided, Decision, TpsStanding
from sirekap.repositories.pleno import FormCount, FormState, PhotoReading, Place
from sirekap.security.roles import Role

HOLDERS = frozenset({Role.PPK, Role.KPU_KAB, Role.KPU_PROV, Role.KPU_RI})
READERS = HOLDERS | {Role.AUDIT}
PAGES_OF_A_FORM = 100

Readings = Mapping[tuple[str, int], PhotoReading]
"""By TPS and page."""


async def open_pleno(request: Request) -> Response:
    """POST /v1/pleno/{code}/open: open it; opening it again changes nothing."""
    parts, place = parts_of(request), await own_place(request)
    opened = await parts.recap.plenos.open(place.code, place.level, caller_of(request).account)
    return JSONResponse(
        {
            "region": place.code,
            "level": place.level,
            "name": place.name,
            "account": opened.account,
            "opened_at": opened.opened_at.isoformat(),
        }
    )


async def look(request: Request) -> Response:
    """GET /v1/pleno/{code}: how every form stands; with ?form= also every TPS of a kecamatan."""
    parts, place = parts_of(request), await place_of(request)
    form = request.query_params.get("form")
    if form is not None:
        known_form(form)
    opened = await parts.recap.plenos.opened(place.code)
    states = await parts.recap.plenos.form_states(place.code)
    content: dict[str, Any] = {
        "region": place.code,
        "level": place.level,
        "name": place.name,
        "opened_at": opened.opened_at.isoformat() if opened else None,
    }
    if place.level != "kecamatan":
        content["forms"] = await _forms_above(parts, place, states)
        content["final_below"] = await parts.recap.plenos.final_counts(place.code)
        return JSONResponse(content)
    content["forms"] = await _forms_of_kecamatan(parts, place, states)
    if form is not None:
        standings = await parts.recap.standings(place.code, form)
        readings = await parts.recap.plenos.readings(place.code, form)
        listed = await asyncio.to_thread(  # a large kecamatan is megabytes: not on the event loop
            lambda: orjson.dumps({**content, "tps": [_row(one, readings) for one in standings]})
        )
        return Response(listed, media_type="application/json")
    return JSONResponse(content)


async def look_at_tps(request: Request) -> Response:
    """GET /v1/pleno/{code}/tps/{tps}: all that is stored and decided of one TPS, form by form."""
    parts, place = parts_of(request), await place_of(request, level="kecamatan")
    tps = request.path_params["tps"]
    forms = {}
    for form in await parts.contests.forms_of(tps):
        for one in await parts.recap.standings(place.code, form, tps):
            readings = await parts.recap.plenos.readings(place.code, form, tps)
            history = await parts.recap.plenos.history(place.code, form, tps)
            forms[form] = {
                **_row(one, readings),
                **_numbers(one, readings),
                "history": [_decision(past) for past in history],
            }
    if not forms:
        raise RefusalError(404, "tps_unknown", f"no TPS {tps[:13]!r} is registered in {place.code}")
    return JSONResponse({"region": place.code, "tps": tps, "forms": forms})


async def decide(request: Request) -> Response:
    """POST /v1/pleno/{code}/tps/{tps}/forms/{form}: sesuai, dikoreksi or entri; 200 for a retry."""
    parts, place = parts_of(request), await own_place(request, level="kecamatan")
    tps, form = request.path_params["tps"], known_form(request.path_params["form"])
    key = idempotency_key(request)
    asked = _asked(await read_object(request), key, caller_of(request).account)
    await refuse_unopened(parts, place)
    if not await parts.recap.plenos.stations(place.code, tps):
        raise RefusalError(404, "tps_unknown", f"no TPS {tps[:13]!r} is registered in {place.code}")
    decision, replay = await by_the_rules(parts.recap.decide(place.code, tps, form, asked))
    return JSONResponse({**_decision(decision), "tps": tps, "replay": replay}, 200 if replay else 201)


async def place_of(request: Request, level: str | None = None) -> Place:
    """The region that the path names; RefusalError 404 when it holds no pleno."""
    code = request.path_params["code"]
    place = await parts_of(request).recap.plenos.place(code) if pleno_level(code) else None
    if place is None or (level is not None and place.level != level):
        raise RefusalError(404, "region_unknown", f"no {level or 'region that holds a pleno'} {code[:13]!r}")
    return place


async def own_place(request: Request, level: str | None = None) -> Place:
    """The region that the path names, when it is the caller's own; RefusalError 403 otherwise."""
    caller = caller_of(request)
    if request.path_params["code"] != caller.region:
        raise RefusalError(
            403, "not_your_level", f"this pleno is held by those below; yours is that of {caller.region}"
        )
    return await place_of(request, level)


async def refuse_unopened(parts: Parts, place: Place) -> None:
    """Raise RefusalError 409 unless the pleno is open."""
    if await parts.recap.plenos.opened(place.code) is None:
        raise RefusalError(409, "pleno_not_open", f"open the pleno of {place.code} first")


def known_form(form: str) -> str:
    """The form, or RefusalError 404."""
    if form not in ELECTION:
        raise RefusalError(404, "form_unknown", f"no form {form[:40]!r}; there are {', '.join(ELECTION)}")
    return form


async def _forms_of_kecamatan(parts: Parts, place: Place, states: dict[str, FormState]) -> dict[str, Any]:
    stations = await parts.recap.plenos.stations(place.code)
    villages = Counter(one.code[:10] for one in stations)
    voting: Counter[str] = Counter()
    for village, tps in villages.items():
        voting.update(dict.fromkeys(await parts.contests.forms_of(village), tps))
    counts = await parts.recap.plenos.counts(place.code)
    return {
        form: {
            **_state(place, form, states),
            **_counted(voting[form], counts.get(form, FormCount(form, 0, dict.fromkeys(Decided, 0), 0))),
        }
        for form in ELECTION
        if voting[form]
    }


async def _forms_above(parts: Parts, place: Place, states: dict[str, FormState]) -> dict[str, Any]:
    forms = {}
    for form in ELECTION:
        if not goes_up_to(form, place.level):
            continue
        lowers = await parts.recap.plenos.lowers(place.code, level_below(place.level), form)
        if lowers:
            below = [
                {"region": one.code, "name": one.name, "state": one.state, "version": one.version}
                for one in lowers
            ]
            forms[form] = {**_state(place, form, states), "below": below}
    return forms


def _state(place: Place, form: str, states: dict[str, FormState]) -> dict[str, Any]:
    state = states.get(form, FormState())
    link = f"/v1/pleno/{place.code}/forms/{form}/d-hasil" if state.version else None
    return {"state": state.state, "version": state.version, "d_hasil": link}


def _counted(voting: int, count: FormCount) -> dict[str, Any]:
    decided = {str(word): number for word, number in count.decided.items()}
    return {
        "tps": voting,
        "stored": count.stored,
        **decided,
        "undecided": voting - sum(decided.values()),
        "late_pages": count.late,
    }


def _row(one: TpsStanding, readings: Readings) -> dict[str, Any]:
    """One TPS in the list: enough to see which to look at."""
    return {
        "tps": one.station.code,
        "number": one.station.number,
        "kel_desa": one.station.kel_desa_name,
        "contest": one.ballot.contest.contest,
        "state": one.state,
        "pages": {
            str(page): {
                "revision": stored.revision,
                "photo": f"/public/v1/photos/{stored.sha256}.jpg" if stored.sha256 else None,
                "stored_at": stored.stored_at.isoformat(),
                "after_final": stored.after_final,
                "reading": _reading(readings.get((one.station.code, page))),
            }
            for page, stored in sorted(one.pages.items())
        },
        "missing_pages": [page for page in one.ballot.pages if page not in one.pages],
        "violations": list(one.ballot.violations(one.numbers)),
        "decision": _decision(one.decision) if one.decision else None,
    }


def _numbers(one: TpsStanding, readings: Readings) -> dict[str, Any]:
    """What stands, what the phone had sent, and what the machine read, page by page."""
    pages = sorted(one.pages.items())
    read = {str(page): readings.get((one.station.code, page)) for page, _ in pages}
    return {
        "numbers": {str(page): stored.numbers for page, stored in pages},
        "sent_by_phone": {str(page): stored.first for page, stored in pages},
        "read_by_machine": {page: dict(found.numbers) if found else None for page, found in read.items()},
    }


def _reading(found: PhotoReading | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "needs_look": found.needs_look,
        "flags": list(found.flags),
        "disagreements": list(found.disagreements),
        "trouble": found.trouble,
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.id,
        "form": decision.form,
        "decision": str(decision.decision),
        "basis": {str(page): revision for page, revision in sorted(decision.basis.items())},
        "entries": {str(page): numbers for page, numbers in sorted(decision.entries.items())},
        "changes": {name: list(pair) for name, pair in decision.changes.items()},
        "violations": list(decision.violations),
        "reason": decision.reason,
        "account": decision.account,
        "at": decision.at.isoformat() if decision.at else None,
    }


def _asked(body: dict[str, Any], key: str, account: str) -> Asked:
    word = text(body, "decision")
    if word not in set(Decided):
        raise RefusalError(422, "wrong_field", f"field 'decision' must be one of {', '.join(Decided)}")
    basis = _by_page(body, "basis")
    if not all(type(revision) is int and 1 <= revision < 2**31 for revision in basis.values()):
        raise RefusalError(
            422, "wrong_field", "field 'basis' must be an object of page -> revision looked at"
        )
    numbers = _by_page(body, "numbers")
    if not all(isinstance(values, dict) and values for values in numbers.values()):
        raise RefusalError(422, "wrong_field", "field 'numbers' must be an object of page -> {field: number}")
    reason = text(body, "reason", most_chars=1000) if body.get("reason") is not None else None
    return Asked(Decided(word), basis, numbers, reason, key, account)


def _by_page(body: dict[str, Any], name: str) -> dict[int, Any]:
    given = body.get(name, {})
    if not isinstance(given, dict) or len(given) > PAGES_OF_A_FORM:
        raise RefusalError(422, "wrong_field", f"field {name!r} must be an object by page")
    if not all(page.isascii() and page.isdigit() and page == str(int(page[:4])) for page in given):
        raise RefusalError(422, "wrong_field", f"field {name!r} must be an object by page number")
    return {int(page): value for page, value in given.items()}


TPS = "/v1/pleno/{code}/tps/{tps}"
BY_PAGE = "^[1-9][0-9]{0,2}$"
DECISION = {
    "type": "object",
    "required": ["decision"],
    "properties": {
        "decision": {"enum": [str(word) for word in Decided]},
        "basis": {
            "type": "object",
            "description": "page -> revision that was looked at, of every stored page",
            "patternProperties": {BY_PAGE: {"type": "integer", "minimum": 1}},
            "additionalProperties": False,
        },
        "numbers": {
            "type": "object",
            "description": "page -> numbers to correct, or all numbers of a page that was never stored",
            "patternProperties": {
                BY_PAGE: {
                    "type": "object",
                    "minProperties": 1,
                    "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 9999},
                }
            },
            "additionalProperties": False,
        },
        "reason": {"type": ["string", "null"], "minLength": 1, "maxLength": 1000},
    },
}
ENDPOINTS = (
    Endpoint("POST", "/v1/pleno/{code}/open", open_pleno, HOLDERS, Work.STAFF, "Open the pleno", "code"),
    Endpoint("GET", "/v1/pleno/{code}", look, READERS, Work.STAFF, "How the pleno stands", "code"),
    Endpoint("GET", TPS, look_at_tps, READERS, Work.STAFF, "All that is stored of one TPS", "code"),
    Endpoint(
        "POST", TPS + "/forms/{form}", decide, frozenset({Role.PPK}), Work.STAFF,
        "Decide on one TPS: sesuai, dikoreksi or entri", "code", body=DECISION,
    ),
)  # fmt: skip
