"""Who is calling, and whether they may: sessions, and the tokens of administration and audit."""

from starlette.requests import Request

from sirekap.api.parts import Parts, parts_of
from sirekap.api.refusals import RefusalError
from sirekap.security.roles import OFFICES, Caller, Role
from sirekap.security.tokens import same


async def authorised(request: Request, roles: frozenset[Role], place: str | None, *, writes: bool) -> Caller:
    """The caller of an endpoint for `roles`, confined to their region when the path names a `place`.

    Raises:
        RefusalError: 401 without a valid token, 403 for another role or a place outside the caller's region.
    """
    if Role.NOBODY in roles:
        return Caller(Role.NOBODY)
    parts = parts_of(request)
    caller = await _known(parts, _bearer(request), roles)
    if caller.role not in roles:
        raise RefusalError(403, "not_your_role", f"this endpoint is not for the role {caller.role}")
    if place is not None and caller.role not in OFFICES:
        wanted = request.path_params[place]
        confined = parts.may_write if writes else parts.may_read
        if not confined(caller, wanted):
            code = "not_your_tps" if caller.role is Role.KPPS else "not_your_region"
            raise RefusalError(
                403, code, f"this account belongs to {caller.region}, and {wanted[:13]!r} is not inside it"
            )
    return caller


def caller_of(request: Request) -> Caller:
    """Who calls, as `authorised` found."""
    caller: Caller = request.state.caller
    return caller


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise RefusalError(401, "not_authenticated", "send an Authorization header: Bearer <token>")
    return token.strip()


async def _known(parts: Parts, token: str, roles: frozenset[Role]) -> Caller:
    for office, expected in (
        (Role.ADMIN, parts.secrets.admin_token),
        (Role.AUDIT, parts.secrets.audit_token),
    ):
        if same(token, expected):
            return Caller(office)
    if roles <= OFFICES:
        raise RefusalError(403, "token_refused", f"this endpoint is for {' and '.join(sorted(roles))} only")
    session = await parts.sessions.find(token)
    if session is None:
        raise RefusalError(401, "session_unknown", "this session does not exist or has ended; log in again")
    return session.caller
