"""Operator accounts: what is known of one, and its activation."""

from dataclasses import dataclass
from datetime import datetime

from sirekap.database.access import Database


@dataclass(frozen=True)
class Account:
    """One account; `password_hash` and `activated_at` are None until it is activated."""

    account: str
    role: str
    region: str
    operator: int | None
    activation_code_hmac: bytes
    password_hash: str | None
    activated_at: datetime | None


class Accounts:
    """Reads and activates accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, account: str) -> Account | None:
        """The account of that name."""
        row = await self._database.fetchrow(
            "SELECT account, role, region, operator, activation_code_hmac, password_hash, activated_at"
            " FROM account WHERE account = $1",
            account,
        )
        return Account(**row) if row else None

    async def activate(self, account: str, password_hash: str, device: str) -> datetime | None:
        """Set the password of an account that has none yet; None when somebody else was first."""
        row = await self._database.fetchrow(
            "UPDATE account SET password_hash = $2, device = $3, activated_at = now()"
            " WHERE account = $1 AND password_hash IS NULL RETURNING activated_at",
            account,
            password_hash,
            device,
        )
        when: datetime | None = row["activated_at"] if row else None
        return when
