"""Sessions and what a phone needs first: login, logout, initialisation, the identity of a TPS.

What a login tells: an unknown account and a wrong password get the same answer after the same time. That an
account waits for its activation is told to everybody, since it helps the operator and nobody else (the code
is not to be guessed). That a device is not the account's is told only to who knows the password.
"""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sirekap.api.bodies import moment, read_object, text
from sirekap.api.callers import caller_of
from sirekap.api.endpoints import EVERYBODY, Endpoint, Work
from sirekap.api.identity import bearer
from sirekap.api.parts import Parts, parts_of
from sirekap.api.refusals import RefusalError
from sirekap.forms.contests import contestants_json
from sirekap.repositories.accounts import Account
from sirekap.security.roles import STAFF, Role
from sirekap.security.tries import Attempt


async def login(request: Request) -> Response:
    """Open a session on the device the account is bound to."""
    parts = parts_of(request)
    body = await read_object(request)
    name, device = text(body, "account"), text(body, "device")
    password = text(body, "password", most_chars=parts.settings.password_max_chars)
    account = await parts.accounts.get(name)
    if account and account.password_hash is None:
        raise RefusalError(403, "not_activated", "this account is not activated yet")
    attempt = Attempt(name, device, bound=account is not None and account.device == device)
    account = await _with_password(parts, account, password, attempt)
    opened = await parts.sessions.open(name, device, account.password_hash or "")
    if opened is None:
        raise _wrong_password()  # the account was reset a moment ago
    await parts.tries.succeeded(attempt)
    token, expires_at = opened
    operator = account.role == Role.KPPS
    return JSONResponse(
        {
            "token": token,
            "role": account.role,
            "region": account.region,
            "tps": account.region if operator else None,
            "initialised": account.initialised_at is not None if operator else True,
            "expires_at": expires_at.isoformat(),
        }
    )


async def _with_password(parts: Parts, account: Account | None, password: str, attempt: Attempt) -> Account:
    """The account, if password and device are its own; costs the same whether it exists or not."""
    await parts.tries.refuse_if_spent(attempt)
    right = await parts.passwords.verify(
        account.password_hash if account else None, password, lambda: parts.tries.refuse_if_spent(attempt)
    )
    if account is None or not right or not attempt.bound:
        await parts.tries.failed(attempt)
    if account is None or not right:
        raise _wrong_password()
    if not attempt.bound:
        raise RefusalError(403, "device_differs", "this account is bound to another device")
    return account


def _wrong_password() -> RefusalError:
    return RefusalError(401, "wrong_password", "account or password is wrong")


async def logout(request: Request) -> Response:
    """End the session of this request."""
    await parts_of(request).sessions.end(bearer(request))
    return JSONResponse({"ended": True})


async def initialise(request: Request) -> Response:
    """Everything a phone must know before its first write; needed once after activation, harmless again."""
    parts, caller = parts_of(request), caller_of(request)
    body = await read_object(request)
    now = datetime.now(UTC)
    skew_s = _skew_s(body, now)
    station = await _station(parts, caller.tps)
    initialised_at = await parts.accounts.initialise(caller.account, caller.device)
    if initialised_at is None:
        raise RefusalError(401, "session_unknown", "this account is not bound to this device any more")
    return JSONResponse(
        {
            **station,
            "operator": caller.operator,
            "forms": await _forms(parts, caller.tps),
            "initialised_at": initialised_at.isoformat(),
            "server_time": now.isoformat(),
            "clock_skew_s": skew_s,
        }
    )


async def _forms(parts: Parts, tps: str) -> list[dict[str, Any]]:
    """What the TPS votes with, in the order of counting: who stands, and the layout of the sheets."""
    forms = await parts.contests.forms_of(tps)
    contests = [await parts.contests.for_tps(tps, form) for form in forms]
    return [
        {
            "form": contest.form,
            "contest": contest.contest,
            "title": contest.title,
            "layout": contest.layout_digest,
            "contestants": contestants_json(contest),
        }
        for contest in contests
        if contest is not None
    ]


def _skew_s(body: dict[str, Any], now: datetime) -> float | None:
    """By how much the phone's clock is ahead (behind: negative), the way of the request included."""
    if "phone_time" not in body:
        return None
    return round((moment(text(body, "phone_time"), "phone_time") - now).total_seconds(), 3)


async def station(request: Request) -> Response:
    """Identity and DPT of a TPS."""
    return JSONResponse(await _station(parts_of(request), request.path_params["tps"]))


async def _station(parts: Parts, code: str) -> dict[str, Any]:
    found = await parts.stations.get(code)
    if found is None:
        raise RefusalError(404, "tps_unknown", "no such TPS is registered")
    return {"tps": code, **asdict(found), "dpt_j": found.dpt_l + found.dpt_p}


KPPS = frozenset({Role.KPPS})
LOGIN = {
    "type": "object",
    "required": ["account", "password", "device"],
    "properties": {
        "account": {"type": "string", "minLength": 1, "maxLength": 200},
        "password": {"type": "string", "minLength": 1, "maxLength": 128},
        "device": {"type": "string", "minLength": 1, "maxLength": 200},
    },
}
CLOCK = {
    "type": "object",
    "properties": {"phone_time": {"type": "string", "format": "date-time"}},
}

ENDPOINTS = (
    Endpoint("POST", "/v1/login", login, EVERYBODY, Work.LOGIN, "Open a session", body=LOGIN),
    Endpoint(
        "POST", "/v1/logout", logout, STAFF | KPPS, Work.PHONE, "End this session", before_initialising=True
    ),
    Endpoint(
        "POST", "/v1/initialise", initialise, KPPS, Work.PHONE,
        "What a phone must know before its first write", before_initialising=True, body=CLOCK,
    ),
    Endpoint("GET", "/v1/tps/{tps}", station, STAFF | KPPS, Work.PHONE, "Identity and DPT of a TPS", "tps"),
)  # fmt: skip
