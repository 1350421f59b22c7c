"""Confirmations ("sesuai / tidak sesuai"), and what must be there before one."""

from dataclasses import dataclass

from sirekap.database.access import Database
from sirekap.security.tokens import new_receipt


@dataclass(frozen=True)
class Confirmation:
    """One stored confirmation."""

    tps: str
    form: str
    sesuai: bool
    receipt: str


class Confirmations:
    """Stores and finds confirmations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_key(self, key: str) -> Confirmation | None:
        """The confirmation stored under an idempotency key."""
        row = await self._database.fetchrow(
            "SELECT tps, form, sesuai, receipt FROM confirmation WHERE key = $1", key
        )
        return Confirmation(**row) if row else None

    async def add(self, tps: str, form: str, sesuai: bool, key: str, account: str) -> Confirmation | None:
        """Store one; None when the key was there first."""
        row = await self._database.fetchrow(
            "INSERT INTO confirmation (tps, form, sesuai, receipt, key, account)"
            " VALUES ($1, $2, $3, $4, $5, $6)"
            " ON CONFLICT (key) DO NOTHING RETURNING tps, form, sesuai, receipt",
            tps,
            form,
            sesuai,
            new_receipt(),
            key,
            account,
        )
        return Confirmation(**row) if row else None

    async def pages(self, tps: str, form: str) -> set[int]:
        """Pages of the form that are stored."""
        rows = await self._database.fetch(
            "SELECT DISTINCT page FROM page_revision WHERE tps = $1 AND form = $2", tps, form
        )
        return {row["page"] for row in rows}
