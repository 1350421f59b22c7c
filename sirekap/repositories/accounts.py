"""Accounts: what is known of one, its activation and its initialisation."""

from dataclasses import dataclass
from datetime import datetime

from sirekap.database.access import Database


@dataclass(frozen=True)
class Account:
    """One account; password, device and `activated_at` are None until it is activated."""

    account: str
    role: str
    region: str
    operator: int | None
    activation_code_hmac: bytes
    password_hash: str | None
    device: str | None
    activated_at: datetime | None
    initialised_at: datetime | None


class Accounts:
    """Reads, activates and initialises accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, account: str) -> Account | None:
        """The account of that name."""
        row = await self._database.fetchrow(
            "SELECT account, role, region, operator, activation_code_hmac, password_hash, device,"
            " activated_at, initialised_at FROM account WHERE account = $1",
            account,
        )
        return Account(**row) if row else None

    async def activate(self, seen: Account, password_hash: str, device: str) -> datetime | None:
        """Set the password of an account that has none yet, and bind it to `device`.

        None when somebody else was first, or when the code that was checked against `seen` is void by now.
        """
        row = await self._database.fetchrow(
            "UPDATE account SET password_hash = $2, device = $3, activated_at = now()"
            " WHERE account = $1 AND password_hash IS NULL AND activation_code_hmac = $4"
            " RETURNING activated_at",
            seen.account,
            password_hash,
            device,
            seen.activation_code_hmac,
        )
        when: datetime | None = row["activated_at"] if row else None
        return when

    async def initialise(self, account: str, device: str) -> datetime | None:
        """When the account was first initialised on `device`; None when it is not bound to it any more."""
        row = await self._database.fetchrow(
            "UPDATE account SET initialised_at = coalesce(initialised_at, now())"
            " WHERE account = $1 AND device = $2 RETURNING initialised_at",
            account,
            device,
        )
        when: datetime | None = row["initialised_at"] if row else None
        return when
