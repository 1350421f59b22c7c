"""Who is calling: operator sessions, and the tokens of administration and audit."""

from starlette.requests import Request

from sirekap.api.parts import parts_of
from sirekap.api.refusals import RefusalError
from sirekap.repositories.sessions import Session
from sirekap.security.tokens import same


def bearer(request: Request) -> str:
    """The bearer token, or a 401."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise RefusalError(401, "not_authenticated", "send an Authorization header: Bearer <token>")
    return token.strip()


async def session_of(request: Request) -> Session:
    """The operator's session, or a 401."""
    session = await parts_of(request).sessions.find(bearer(request))
    if session is None:
        raise RefusalError(401, "session_unknown", "this session does not exist or has ended; log in again")
    return session


async def writer_for(request: Request, tps: str) -> Session:
    """The session of an operator who may write for `tps`, or a 401 or 403."""
    session = await session_of(request)
    if not parts_of(request).may_write(session, tps):
        raise RefusalError(
            403, "not_your_tps", f"this account belongs to TPS {session.tps}, not to {tps[:13]}"
        )
    return session


def require_admin(request: Request) -> None:
    """A 401 or 403 unless the administration's token was sent."""
    _require(request, parts_of(request).secrets.admin_token, "the administration")


def require_audit(request: Request) -> None:
    """A 401 or 403 unless the auditors' token was sent."""
    _require(request, parts_of(request).secrets.audit_token, "auditors")


def _require(request: Request, expected: str, who: str) -> None:
    if not same(bearer(request), expected):
        raise RefusalError(403, "token_refused", f"this endpoint is for {who} only")
