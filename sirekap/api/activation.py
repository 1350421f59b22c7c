"""Activation: POST /v1/activate sets a password with a one-time code, GET /activate is the page of the link.

A code works once: with it an account gets its password and is bound to the device. The same request again
(its answer was lost) is harmless; another password or another device is refused, until the help desk gives
a new code, which makes the old one void.

An unknown account and a wrong code get the same answer. Codes are not counted as passwords are: they are
long (registration wants 8 characters and more, the help desk gives 60 random bits) and a wrong
one costs no hash.
"""

import base64
import hashlib
import hmac
from importlib import resources

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from sirekap.api.bodies import read_object, text
from sirekap.api.endpoints import EVERYBODY, Endpoint, Work
from sirekap.api.parts import Parts, parts_of
from sirekap.api.refusals import RefusalError
from sirekap.repositories.accounts import Account
from sirekap.security.tokens import activation_hmac
from sirekap.security.tries import Attempt

PAGE = resources.files("sirekap.api").joinpath("activation.html").read_text()


async def activate(request: Request) -> Response:
    """Set the password of an account and bind it to a device."""
    parts = parts_of(request)
    body = await read_object(request)
    name, code, device = text(body, "account"), text(body, "activation_code"), text(body, "device")
    password = text(body, "password", most_chars=parts.settings.password_max_chars)
    if len(password) < parts.settings.password_min_chars:
        raise RefusalError(
            422, "weak_password", f"a password needs at least {parts.settings.password_min_chars} characters"
        )
    account = _with_code(parts, await parts.accounts.get(name), name, code)
    if account.password_hash is None:
        encoded = await parts.passwords.hash(password)
        activated_at = await parts.accounts.activate(account, encoded, device)
        if activated_at is not None:
            return JSONResponse({"account": name, "activated_at": activated_at.isoformat()})
        # somebody was first, or the code has become void
        account = _with_code(parts, await parts.accounts.get(name), name, code)
    await _refuse_unless_repeated(parts, account, password, device)
    assert account.activated_at is not None
    return JSONResponse({"account": name, "activated_at": account.activated_at.isoformat()})


def _with_code(parts: Parts, account: Account | None, name: str, code: str) -> Account:
    """The account, if the code is its own."""
    given = activation_hmac(parts.secrets.activation_pepper, name, code)
    if account is None or not hmac.compare_digest(given, account.activation_code_hmac):
        raise RefusalError(403, "wrong_activation_code", "no account is waiting for this activation code")
    return account


async def _refuse_unless_repeated(parts: Parts, account: Account, password: str, device: str) -> None:
    """Refuse, unless password and device are those that the code was used with."""
    refusal = RefusalError(
        409, "already_activated", "this code has been used; log in, or ask the help desk for a reset"
    )
    if account.password_hash is None or account.device != device:
        raise refusal
    attempt = Attempt(account.account, device, bound=True)
    await parts.tries.refuse_if_spent(attempt)
    if not await parts.passwords.verify(
        account.password_hash, password, lambda: parts.tries.refuse_if_spent(attempt)
    ):
        await parts.tries.failed(attempt)
        raise refusal


async def page(request: Request) -> Response:
    """The page an activation link opens; account and code follow `#`, so no server and no log sees them."""
    return HTMLResponse(PAGE, headers=PAGE_HEADERS)


def _digest_of(tag: str) -> str:
    content = PAGE.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0]
    return base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


PAGE_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; script-src 'sha256-{_digest_of('script')}'; "
        f"style-src 'sha256-{_digest_of('style')}'; connect-src 'self'; form-action 'none'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

ACTIVATION = {
    "type": "object",
    "required": ["account", "activation_code", "password", "device"],
    "properties": {
        "account": {"type": "string", "minLength": 1, "maxLength": 200},
        "activation_code": {"type": "string", "minLength": 1, "maxLength": 200},
        "password": {"type": "string", "minLength": 8, "maxLength": 128},
        "device": {"type": "string", "minLength": 1, "maxLength": 200},
    },
}

ENDPOINTS = (
    Endpoint(
        "POST", "/v1/activate", activate, EVERYBODY, Work.LOGIN,
        "Set the password of an account and bind it to a device", body=ACTIVATION,
    ),
    Endpoint("GET", "/activate", page, EVERYBODY, Work.PORTAL, "The page of an activation link"),
)  # fmt: skip
