"""Sessions: in the database, so that they survive a restart.

A worker remembers what it saw for a few seconds.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sirekap.database.access import Database
from sirekap.security.roles import Caller, Role
from sirekap.security.tokens import digest, new_token
from sirekap.settings import Settings


@dataclass(frozen=True)
class Session:
    """Who is logged in, and until when."""

    caller: Caller
    expires_at: datetime


class Sessions:
    """Opens sessions and finds them by token."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._seen: dict[bytes, tuple[float, Session]] = {}

    async def open(self, account: str, device: str) -> tuple[str, datetime]:
        """A new session: its token (shown once) and its end."""
        token = new_token()
        expires_at = datetime.now(UTC) + timedelta(seconds=self._settings.session_lifetime_s)
        await self._database.fetch(
            "INSERT INTO session (token_sha256, account, device, expires_at) VALUES ($1, $2, $3, $4)",
            digest(token),
            account,
            device,
            expires_at,
        )
        return token, expires_at

    async def find(self, token: str) -> Session | None:
        """The session of a token, unless there is none or it has ended."""
        key = digest(token)
        now_s = time.monotonic()
        seen = self._seen.get(key)
        session = seen[1] if seen and now_s - seen[0] < self._settings.session_cache_s else None
        if session is None:
            session = await self._load(key)
            if session is None:
                self._seen.pop(key, None)
                return None
            if len(self._seen) >= self._settings.session_cache_entries:
                self._seen.clear()
            self._seen[key] = (now_s, session)
        return session if session.expires_at > datetime.now(UTC) else None

    async def _load(self, token_sha256: bytes) -> Session | None:
        row = await self._database.fetchrow(
            "SELECT s.account, a.role, a.region, a.operator, s.device, s.expires_at"
            " FROM session s JOIN account a USING (account)"
            " WHERE s.token_sha256 = $1 AND s.expires_at > now()",
            token_sha256,
        )
        if row is None:
            return None
        caller = Caller(Role(row["role"]), row["account"], row["region"], row["operator"] or 0, row["device"])
        return Session(caller, row["expires_at"])
