"""Rows of pages: every revision of every page, append-only.

`PageRows` is the narrow place between the rules (ledger.py) and the table. A planted defect that concerns
storing stands here, in front of the honest rows, and nowhere else.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sirekap.database.access import Database
from sirekap.security.tokens import new_receipt


@dataclass(frozen=True)
class PageWrite:
    """One page as it is to be stored; `numbers` are complete, `reason` is given with a correction.

    `receipt` is what the sender will be given, once this is committed.
    """

    tps: str
    form: str
    page: int
    key: str
    account: str
    operator: int
    sha256: str
    photo_bytes: int
    numbers: dict[str, int]
    captured_at: datetime | None
    reason: str | None = None
    receipt: str = field(default_factory=new_receipt)


@dataclass(frozen=True)
class PageRow:
    """One stored revision of a page."""

    tps: str
    form: str
    page: int
    revision: int
    receipt: str
    key: str
    sha256: str
    photo_bytes: int
    numbers: dict[str, int]
    captured_at: datetime | None
    stored_at: datetime


class PageRows(Protocol):
    """Storing and finding single revisions."""

    async def insert(self, write: PageWrite, revision: int) -> PageRow | None:
        """Store one revision, committed when this returns.

        None when the key or the revision exists already.
        """

    async def by_key(self, key: str) -> PageRow | None:
        """The row stored under an idempotency key."""

    async def current(self, tps: str, form: str, page: int) -> PageRow | None:
        """The highest revision of a page."""


COLUMNS = "tps, form, page, revision, receipt, key, sha256, photo_bytes, numbers, captured_at, stored_at"


class DatabasePageRows:
    """Page rows in PostgreSQL; each insert is one statement and therefore one commit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def insert(self, write: PageWrite, revision: int) -> PageRow | None:
        """Store one revision."""
        row = await self._database.fetchrow(
            "INSERT INTO page_revision (tps, form, page, revision, receipt, key, account, operator,"
            " sha256, photo_bytes, numbers, reason, captured_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
            f" ON CONFLICT DO NOTHING RETURNING {COLUMNS}",
            write.tps,
            write.form,
            write.page,
            revision,
            write.receipt,
            write.key,
            write.account,
            write.operator,
            write.sha256,
            write.photo_bytes,
            json.dumps(write.numbers),
            write.reason,
            write.captured_at,
        )
        return _page_row(row)

    async def by_key(self, key: str) -> PageRow | None:
        """The row stored under an idempotency key."""
        return _page_row(
            await self._database.fetchrow(f"SELECT {COLUMNS} FROM page_revision WHERE key = $1", key)
        )

    async def current(self, tps: str, form: str, page: int) -> PageRow | None:
        """The highest revision of a page."""
        return _page_row(
            await self._database.fetchrow(
                f"SELECT {COLUMNS} FROM page_revision WHERE tps = $1 AND form = $2 AND page = $3"
                " ORDER BY revision DESC LIMIT 1",
                tps,
                form,
                page,
            )
        )


def _page_row(row: object) -> PageRow | None:
    if row is None:
        return None
    values = dict(row)  # type: ignore[call-overload]
    return PageRow(**{**values, "numbers": json.loads(values["numbers"])})
