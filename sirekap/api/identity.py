"""Who sends a request, by its token: an office, or whose session it is."""

from starlette.requests import Request

from sirekap.api.refusals import RefusalError
from sirekap.repositories.sessions import Sessions
from sirekap.security.roles import OFFICES, Caller, Role
from sirekap.security.tokens import same


class Identity:
    """Knows the tokens of the offices, and asks `sessions` for all others."""

    def __init__(self, admin_token: str, audit_token: str, sessions: Sessions) -> None:
        self._offices = ((Role.ADMIN, admin_token), (Role.AUDIT, audit_token))
        self._sessions = sessions

    async def of(self, request: Request, roles: frozenset[Role]) -> Caller:
        """Who sends a request to an endpoint for `roles`.

        Raises:
            RefusalError: 401 without a valid token, 403 for a session where only an office may call.
        """
        token = bearer(request)
        for office, expected in self._offices:
            if same(token, expected):
                return Caller(office)
        if roles <= OFFICES:
            raise RefusalError(
                403, "token_refused", f"this endpoint is for {' and '.join(sorted(roles))} only"
            )
        session = await self._sessions.find(token)
        if session is None:
            raise RefusalError(
                401, "session_unknown", "this session does not exist or has ended; log in again"
            )
        return session.caller


def bearer(request: Request) -> str:
    """The token of a request; 401 without one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise RefusalError(401, "not_authenticated", "send an Authorization header: Bearer <token>")
    return token.strip()
