"""What the worker read of a form, what happened to it, and which forms somebody should look at."""

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sirekap.api.endpoints import Endpoint, Work
from sirekap.api.parts import parts_of
from sirekap.api.refusals import RefusalError
from sirekap.api.sheets import form_of
from sirekap.forms.contests import prefix
from sirekap.repositories.history import Revision, Said
from sirekap.repositories.readings import Flag
from sirekap.security.roles import STAFF, Role, level_of
from sirekap.work.judging import form_check

FLAGS_MOST = 200
FIRST = ("", "")


async def reading(request: Request) -> Response:
    """GET .../reading: page by page what was read against what was sent, and the rules of the whole form."""
    parts, form = parts_of(request), await form_of(request)
    pages = await parts.readings.pages_of(form.tps, form.form)
    current = await parts.readings.current_pages(form.tps, form.form)
    check = form_check(form.form, form.contest.fields, form.pages, current)
    return JSONResponse(
        {
            "tps": form.tps,
            "form": form.form,
            "pages": {str(page): _page(pages.get(page)) for page in sorted(form.pages)},
            "complete": check.complete,
            "violations": check.violations,
            "flagged_pages": check.flagged_pages,
        }
    )


def _page(row: dict[str, Any] | None) -> dict[str, Any]:
    """One page; "missing", "waiting", "taken", "done" or "failed"."""
    if row is None:
        return {"state": "missing"}
    begun = {"state": row["state"] or "waiting", "revision": row["revision"], "sha256": row["sha256"]}
    if row["read_at"] is None:
        return begun
    content = row["content"] or {"numbers": {}, "fields": {}}
    web = {"sha256": row["web_sha256"], "bytes": row["web_bytes"]} if row["web_sha256"] else None
    return {
        **begun,
        "mode": row["mode"],
        "trouble": row["trouble"],
        "flags": row["flags"],
        "numbers": content["numbers"],
        "unread": {field: said["why"] for field, said in content["fields"].items() if said["why"]},
        "confidence": {field: said["confidence"] for field, said in content["fields"].items()},
        "disagreements": row["disagreements"],
        "needs_look": row["needs_look"],
        "web": web,
        "read_at": row["read_at"].isoformat(),
    }


async def history(request: Request) -> Response:
    """GET .../history: every revision with its changes, who and why, and every confirmation."""
    parts, form = parts_of(request), await form_of(request)
    revisions = await parts.history.revisions(form.tps, form.form)
    confirmations = await parts.history.confirmations(form.tps, form.form)
    return JSONResponse(
        {
            "tps": form.tps,
            "form": form.form,
            "revisions": [_revision(one) for one in revisions],
            "confirmations": [_said(one) for one in confirmations],
        }
    )


def _revision(one: Revision) -> dict[str, Any]:
    captured_at = one.captured_at.isoformat() if one.captured_at else None
    return {**asdict(one), "captured_at": captured_at, "stored_at": one.stored_at.isoformat()}


def _said(one: Said) -> dict[str, Any]:
    return {**asdict(one), "stored_at": one.stored_at.isoformat()}


async def flags(request: Request) -> Response:
    """GET /v1/regions/{code}/flags?after=: forms of a region that somebody should look at, TPS by TPS."""
    code = request.path_params["code"]
    if level_of(code) is None:
        raise RefusalError(404, "region_unknown", f"{code[:40]!r} is not the code of a region")
    found = await parts_of(request).readings.flagged(prefix(code), _after(request), FLAGS_MOST)
    more = f"{found[-1].tps}:{found[-1].form}" if len(found) == FLAGS_MOST else None
    return JSONResponse({"region": code, "flags": [_flag(one) for one in found], "next": more})


def _after(request: Request) -> tuple[str, str]:
    given = request.query_params.get("after")
    if not given:
        return FIRST
    tps, colon, form = given.partition(":")
    if not colon or level_of(tps) != "tps":
        raise RefusalError(
            422, "wrong_parameter", "after must be what `next` said, such as 1708042001003:ppwp"
        )
    return tps, form


def _flag(one: Flag) -> dict[str, Any]:
    return {**asdict(one), "checked_at": one.checked_at.isoformat()}


FORM = "/v1/tps/{tps}/forms/{form}"
ENDPOINTS = (
    Endpoint(
        "GET", FORM + "/reading", reading, STAFF | {Role.KPPS}, Work.STAFF,
        "What the worker read of a form, against what was sent", "tps",
    ),
    Endpoint(
        "GET", FORM + "/history", history, STAFF | {Role.KPPS}, Work.STAFF,
        "Every revision of a form: what changed, who and why", "tps",
    ),
    Endpoint(
        "GET", "/v1/regions/{code}/flags", flags, STAFF, Work.STAFF,
        "Forms of a region that somebody should look at", "code",
    ),
)  # fmt: skip
