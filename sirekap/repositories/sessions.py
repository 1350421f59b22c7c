"""Sessions: in the database, so that they survive a restart; of a token only its sha256.

A session belongs to the device that opened it and holds only while the account is bound to that device. An
account has at most `sessions_per_account`: a further login takes the place of the oldest session.

A worker remembers what it saw for `session_cache_s`, so an ended session (logout, reset) is refused at once
by the worker that ended it, within `session_cache_s` by every other, and sooner where processes share a
memory (profile full): ending one wakes them, and they forget what they saw.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sirekap.database.access import Database
from sirekap.database.gathering import Gathering
from sirekap.recall.recall import Recall
from sirekap.security.roles import Caller, Role
from sirekap.security.tokens import digest, new_token
from sirekap.settings import Settings

ENDED = "sessions-ended"
LISTEN_S = 60.0
LOADS_AT_ONCE, LARGEST_LOAD = 2, 64  # round trips, and tokens in each


@dataclass(frozen=True)
class Session:
    """Who is logged in, and until when."""

    caller: Caller
    expires_at: datetime


class Sessions:
    """Opens sessions, finds them by token and ends them."""

    def __init__(
        self, database: Database, recall: Recall, settings: Settings, lookups: Database | None = None
    ) -> None:
        """`lookups` answers what is asked with every request; without it `database` does."""
        self._database = database
        self._lookups = lookups or database
        self._recall = recall
        self._settings = settings
        self._seen: dict[bytes, tuple[float, Session]] = {}
        self._load = Gathering(self._load_all, at_once=LOADS_AT_ONCE, largest=LARGEST_LOAD)

    async def open(self, account: str, device: str, password_hash: str) -> tuple[str, datetime] | None:
        """A new session: its token (shown once) and its end.

        None when `password_hash` or `device`, which the caller has checked, are not the account's any more.
        """
        token = new_token()
        expires_at = datetime.now(UTC) + timedelta(seconds=self._settings.session_lifetime_s)
        # FOR SHARE: a reset at the same moment comes wholly before or wholly after
        opened = await self._database.fetchrow(
            "WITH holder AS ("
            "  SELECT account FROM account"
            "  WHERE account = $2 AND device = $3 AND password_hash = $4 FOR SHARE"
            " ), place AS ("
            "  SELECT place.slot FROM generate_series(0, $6::int - 1) AS place (slot)"
            "  LEFT JOIN session s ON s.account = $2 AND s.slot = place.slot"
            "  ORDER BY s.expires_at NULLS FIRST, place.slot LIMIT 1"
            " )"
            " INSERT INTO session (token_sha256, account, device, expires_at, slot)"
            " SELECT $1, holder.account, $3, $5, place.slot FROM holder, place"
            " ON CONFLICT (account, slot) DO UPDATE SET token_sha256 = EXCLUDED.token_sha256,"
            "  device = EXCLUDED.device, created_at = now(), expires_at = EXCLUDED.expires_at"
            " RETURNING account",
            digest(token),
            account,
            device,
            password_hash,
            expires_at,
            self._settings.sessions_per_account,
        )
        return (token, expires_at) if opened else None

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
            self._remember(key, now_s, session)
        return session if session.expires_at > datetime.now(UTC) else None

    async def end(self, token: str) -> None:
        """End one session."""
        key = digest(token)
        await self._database.fetch("DELETE FROM session WHERE token_sha256 = $1", key)
        self._seen.pop(key, None)
        await self._recall.wake(ENDED)

    async def forget(self) -> None:
        """Sessions were ended in the database: look them up anew, here and in whoever listens."""
        self._seen.clear()
        await self._recall.wake(ENDED)

    async def listen(self) -> None:
        """Forget whenever another process has ended a session; for the life of the process."""
        while True:
            if await self._recall.wait(ENDED, LISTEN_S):
                self._seen.clear()

    async def delete_expired(self, most: int) -> int:
        """Delete at most `most` sessions whose time is over, the oldest first; how many there were."""
        gone = await self._database.fetch(
            "DELETE FROM session WHERE token_sha256 IN ("
            "  SELECT token_sha256 FROM session WHERE expires_at <= now()"
            "  ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED"
            " ) RETURNING 1",
            most,
        )
        return len(gone)

    def _remember(self, key: bytes, now_s: float, session: Session) -> None:
        if not session.caller.initialised:
            return  # about to change, perhaps through another worker
        if len(self._seen) >= self._settings.session_cache_entries:
            self._seen.clear()
        self._seen[key] = (now_s, session)

    async def _load_all(self, tokens: Sequence[bytes]) -> Sequence[Session | None]:
        # row by row through the indexes, whatever a plan made for small tables would rather do
        rows = await self._lookups.fetch(
            "SELECT s.token_sha256, s.account, a.role, a.region, a.operator, s.device, s.expires_at,"
            " a.role <> 'kpps' OR a.initialised_at IS NOT NULL AS initialised"
            " FROM unnest($1::bytea[]) AS given (token_sha256)"
            " CROSS JOIN LATERAL (SELECT * FROM session s WHERE s.token_sha256 = given.token_sha256"
            "  AND s.expires_at > now() LIMIT 1) s"
            " CROSS JOIN LATERAL (SELECT * FROM account a WHERE a.account = s.account"
            "  AND a.device = s.device LIMIT 1) a",
            tokens,
        )
        found = {row["token_sha256"]: _session(row) for row in rows}
        return [found.get(token) for token in tokens]


def _session(row: Any) -> Session:
    caller = Caller(
        Role(row["role"]),
        row["account"],
        row["region"],
        row["operator"] or 0,
        row["device"],
        row["initialised"],
    )
    return Session(caller, row["expires_at"])
