"""Rows of pages: every revision of every page, append-only.

`PageRows` is the narrow place between the rules (ledger.py) and the table. A planted defect that concerns
storing stands here, in front of the honest rows, and nowhere else.
"""

import json
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Protocol

from sirekap.database.access import Database
from sirekap.security.tokens import new_receipt


@dataclass(frozen=True)
class PageWrite:
    """One page as it is to be stored; `numbers` are complete, `reason` is given with a correction.

    The times are those of the photo, and a correction carries them on with it. `receipt` is what the sender
    will be given, once this is committed.
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
    skew_ms: int | None = None
    clock_suspect: bool = False
    delayed: bool = False
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
    skew_ms: int | None = None
    clock_suspect: bool = False
    delayed: bool = False
    after_final: bool = False  # came when the kecamatan's D.Hasil was final: evidence, not counted in it


@dataclass(frozen=True)
class Met:
    """What a write meets: the row stored under its key, the current row of its page, a final D.Hasil."""

    under_key: PageRow | None
    current: PageRow | None
    final: bool = False


class PageRows(Protocol):
    """Storing and finding single revisions."""

    async def insert(self, write: PageWrite, revision: int) -> PageRow | None:
        """Store one revision, committed when this returns.

        None when the key or the revision exists already.
        """

    async def met(self, tps: str, form: str, page: int, key: str) -> Met:
        """What a write of this page under this key would meet."""


FIELDS = tuple(field.name for field in fields(PageRow))
COLUMNS = ", ".join(FIELDS)
# the trigger of migration 0009 asks the same and leaves such a correction out; here for whoever sent it
FINAL = (
    "EXISTS (SELECT FROM pleno_form WHERE region = left($1, 6) AND pleno_form.form = $2 AND state = 'final')"
)


class DatabasePageRows:
    """Page rows in PostgreSQL; each insert is one statement and therefore one commit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def insert(self, write: PageWrite, revision: int) -> PageRow | None:
        """Store one revision."""
        row = await self._database.fetchrow(
            "WITH stored AS (INSERT INTO page_revision (tps, form, page, revision, receipt, key, account,"
            "  operator, sha256, photo_bytes, numbers, reason, captured_at, skew_ms, clock_suspect, delayed)"
            "  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
            f"  ON CONFLICT DO NOTHING RETURNING id, {COLUMNS}),"
            " queued AS (INSERT INTO reading_job (revision_id)"
            "  SELECT id FROM stored WHERE photo_bytes > 0)"
            f" SELECT {COLUMNS} FROM stored",
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
            write.skew_ms,
            write.clock_suspect,
            write.delayed,
        )
        return _page_row(row)

    async def met(self, tps: str, form: str, page: int, key: str) -> Met:
        """Both rows in one round trip."""
        rows = await self._database.fetch(
            f"SELECT true AS under_key, false AS final, {COLUMNS} FROM page_revision WHERE key = $4"
            f" UNION ALL (SELECT false, {FINAL}, {COLUMNS} FROM page_revision"
            " WHERE tps = $1 AND form = $2 AND page = $3 ORDER BY revision DESC LIMIT 1)",
            tps,
            form,
            page,
            key,
        )
        under_key = next((row for row in rows if row["under_key"]), None)
        current = next((row for row in rows if not row["under_key"]), None)
        return Met(_page_row(under_key), _page_row(current), bool(current and current["final"]))


def _page_row(row: Any | None) -> PageRow | None:
    if row is None:
        return None
    values = {name: row[name] for name in FIELDS}
    return PageRow(**{**values, "numbers": json.loads(values["numbers"])})
