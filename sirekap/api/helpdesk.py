"""The help desk: POST /v1/helpdesk/accounts/{account}/reset, and the record of all resets for auditors.

A phone is lost or broken, a password forgotten: somebody above frees the account. Each tier resets who stands
below it inside its region (a PPK operators and PPS of its kecamatan, and so on up); the accounts of KPU RI
are reset by the administration. Nobody resets peers, so no committee can take over another's account.
"""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sirekap.api.bodies import read_object, text
from sirekap.api.callers import caller_of
from sirekap.api.endpoints import Endpoint, Work
from sirekap.api.listings import Row, cursor, listing
from sirekap.api.parts import parts_of
from sirekap.api.refusals import RefusalError
from sirekap.repositories.accounts import Account
from sirekap.repositories.resets import Reset
from sirekap.security.roles import HELP_DESK, OFFICES, Caller, Role, below, within
from sirekap.security.tokens import activation_hmac, new_activation_code
from sirekap.security.tries import Attempt


async def reset(request: Request) -> Response:
    """Free an account from its device: its sessions end, a new activation code takes the old one's place.

    Wrong passwords of that device are forgotten (without Redis: by this worker).

    Asked for again, it gives yet another code and is recorded again.
    """
    parts, caller, name = parts_of(request), caller_of(request), request.path_params["account"]
    reason = text(await read_object(request), "reason", most_chars=1000).strip()
    if not reason:
        raise RefusalError(422, "wrong_field", "field 'reason' must say why")
    account = await parts.accounts.get(name)
    if account is None:
        raise RefusalError(404, "account_unknown", "no such account is registered")
    _refuse_others(caller, account)
    code = new_activation_code()
    when = await parts.resets.add(
        Reset(name, caller.account or None, caller.role, reason),
        activation_hmac(parts.secrets.activation_pepper, name, code),
    )
    assert when is not None  # accounts are never deleted
    await parts.sessions.forget()
    if account.device is not None:
        await parts.tries.succeeded(Attempt(name, account.device, bound=True))
    return JSONResponse(
        {
            "account": name,
            "activation_code": code,
            "activation_path": f"/activate#akun={quote(name, safe='')}&kode={code}",
            "reset_at": when.isoformat(),
        }
    )


def _refuse_others(caller: Caller, account: Account) -> None:
    if caller.role in OFFICES:
        return
    if not within(caller.region, account.region):
        raise RefusalError(403, "not_your_region", f"this account is not inside {caller.region}")
    if not below(Role(account.role), caller.role):
        raise RefusalError(403, "not_below_you", f"a {caller.role} resets only who stands below it")


async def resets(request: Request) -> Response:
    """Resets after the cursor `after`, at most `limit`."""
    after, limit = cursor(request)
    return listing(await parts_of(request).resets.listing(after, limit), limit, _shown)


def _shown(row: Row) -> Row:
    shown = {**row, "reset_at": row["reset_at"].isoformat()}
    del shown["id"]
    return shown


REASON = {
    "type": "object",
    "required": ["reason"],
    "properties": {"reason": {"type": "string", "minLength": 1, "maxLength": 1000}},
}

ENDPOINTS = (
    Endpoint(
        "POST", "/v1/helpdesk/accounts/{account}/reset", reset, HELP_DESK | {Role.ADMIN}, Work.STAFF,
        "Free an account from its device and give it a new activation code", body=REASON,
    ),
    Endpoint(
        "GET", "/v1/audit/resets", resets, frozenset({Role.AUDIT}), Work.OFFICE,
        "Who reset which account, when and why",
    ),
)  # fmt: skip
