"""Resets by the help desk: what one changes, and the record of who did it, when and why, which only grows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sirekap.database.access import Database

RESET_WAIT_S = 5.0


@dataclass(frozen=True)
class Reset:
    """One reset; `by_account` is None when the administration itself did it."""

    account: str
    by_account: str | None
    by_role: str
    reason: str


class Resets:
    """Frees accounts from their devices, and lists how often that happened."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, reset: Reset, activation_code_hmac: bytes) -> datetime | None:
        """Take password and device from the account, end its sessions, let a new code activate it.

        Everything or nothing, with its record; when it happened, or None without such an account.
        """
        async with self._database.transaction(RESET_WAIT_S) as connection:
            # a login that is under way holds the account FOR SHARE: it ends before, and its session with the
            # others, or finds the password gone
            found = await connection.fetchrow(
                "SELECT role, region FROM account WHERE account = $1 FOR UPDATE", reset.account
            )
            if found is None:
                return None
            await connection.execute(
                "UPDATE account SET password_hash = NULL, device = NULL, activated_at = NULL,"
                " initialised_at = NULL, activation_code_hmac = $2, resets = resets + 1 WHERE account = $1",
                reset.account,
                activation_code_hmac,
            )
            await connection.execute("DELETE FROM session WHERE account = $1", reset.account)
            when: datetime = await connection.fetchval(
                "INSERT INTO account_reset (account, role, region, by_account, by_role, reason)"
                " VALUES ($1, $2, $3, $4, $5, $6) RETURNING reset_at",
                reset.account,
                found["role"],
                found["region"],
                reset.by_account,
                reset.by_role,
                reset.reason,
            )
            return when

    async def listing(self, after: int, limit: int) -> Sequence[dict[str, Any]]:
        """At most `limit` resets with an id above `after`, in the order of their ids."""
        rows = await self._database.fetch(
            "SELECT id, account, role, region, by_account, by_role, reason, reset_at"
            " FROM account_reset WHERE id > $1 ORDER BY id LIMIT $2",
            after,
            limit,
        )
        return [dict(row) for row in rows]
