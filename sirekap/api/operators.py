"""Operators begin: POST /v1/activate, POST /v1/login, GET /v1/tps/{tps}."""

import hmac
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sirekap.api.bodies import read_object, text
from sirekap.api.endpoints import EVERYBODY, Endpoint, Work
from sirekap.api.parts import Parts, parts_of
from sirekap.api.refusals import RefusalError
from sirekap.repositories.accounts import Account
from sirekap.security.roles import STAFF, Role
from sirekap.security.tokens import activation_hmac


async def activate(request: Request) -> Response:
    """Set the password of an account with its activation code; the same request again is harmless."""
    parts = parts_of(request)
    body = await read_object(request)
    name, code, device = text(body, "account"), text(body, "activation_code"), text(body, "device")
    password = text(body, "password", most_chars=parts.settings.password_max_chars)
    if len(password) < parts.settings.password_min_chars:
        raise RefusalError(
            422, "weak_password", f"a password needs at least {parts.settings.password_min_chars} characters"
        )
    account = await parts.accounts.get(name)
    if account is None:
        raise RefusalError(404, "account_unknown", "no such account is registered; ask your PPS or PPK")
    given = activation_hmac(parts.secrets.activation_pepper, name, code)
    if not hmac.compare_digest(given, account.activation_code_hmac):
        raise RefusalError(403, "wrong_activation_code", "the activation code is not the one of this account")
    activated = await _with_password(parts, account, password, device)
    assert activated.activated_at is not None
    return JSONResponse({"account": name, "activated_at": activated.activated_at.isoformat()})


async def _with_password(parts: Parts, account: Account, password: str, device: str) -> Account:
    if account.password_hash is None:
        encoded = await parts.passwords.hash(password)
        await parts.accounts.activate(account.account, encoded, device)
    present = await parts.accounts.get(account.account)
    assert present is not None
    fresh = account.password_hash is None and present.password_hash == encoded
    if not fresh and not await parts.passwords.verify(present.password_hash, password):
        raise RefusalError(
            409, "already_activated", "this account is active with another password; log in with that one"
        )
    return present


async def login(request: Request) -> Response:
    """Open a session."""
    parts = parts_of(request)
    body = await read_object(request)
    name, device = text(body, "account"), text(body, "device")
    password = text(body, "password", most_chars=parts.settings.password_max_chars)
    account = await parts.accounts.get(name)
    if account and account.password_hash is None:
        raise RefusalError(403, "not_activated", "this account is not activated yet")
    right = await parts.passwords.verify(account.password_hash if account else None, password)
    if account is None or not right:
        raise RefusalError(401, "wrong_password", "account or password is wrong")
    token, expires_at = await parts.sessions.open(name, device)
    opened = {"token": token, "role": account.role, "region": account.region}
    tps = account.region if account.role == Role.KPPS else None
    return JSONResponse({**opened, "tps": tps, "expires_at": expires_at.isoformat()})


async def station(request: Request) -> Response:
    """Identity and DPT of the operator's own TPS."""
    parts, code = parts_of(request), request.path_params["tps"]
    found = await parts.stations.get(code)
    if found is None:
        raise RefusalError(404, "tps_unknown", "no such TPS is registered")
    return JSONResponse({"tps": code, **asdict(found), "dpt_j": found.dpt_l + found.dpt_p})


ENDPOINTS = (
    Endpoint("POST", "/v1/activate", activate, EVERYBODY, Work.LOGIN, "Set the password of an account"),
    Endpoint("POST", "/v1/login", login, EVERYBODY, Work.LOGIN, "Open a session"),
    Endpoint(
        "GET", "/v1/tps/{tps}", station, STAFF | {Role.KPPS}, Work.PHONE, "Identity and DPT of a TPS", "tps"
    ),
)
