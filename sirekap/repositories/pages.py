"""Rows of pages: every revision of every page, append-only.

`PageRows` is the narrow place between the rules (ledger.py) and the table. A planted defect that concerns
storing stands here, in front of the honest rows, and nowhere else.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from sirekap.database.access import Database
from sirekap.database.gathering import Gathering
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


class _Question(NamedTuple):
    tps: str
    form: str
    page: int
    key: str


class Revision(NamedTuple):
    """One revision on its way into the table."""

    write: PageWrite
    number: int


FIELDS = tuple(field.name for field in fields(PageRow))
FOUND = ", ".join(f"p.{name}" for name in FIELDS)

# One statement, so one commit: every revision that its key and its place let in, and the job to read its
# photo. Whoever is left out is left out alone. Ordered, so that two such statements meet in the same order.
STORE = f"""
WITH given AS (
    SELECT * FROM unnest(
        $1::text[], $2::text[], $3::smallint[], $4::int[],
        $5::text[], $6::text[], $7::text[], $8::smallint[],
        $9::text[], $10::int[], $11::jsonb[], $12::text[],
        $13::timestamptz[], $14::bigint[], $15::bool[], $16::bool[]
    ) AS given (tps, form, page, revision, receipt, key, account, operator,
        sha256, photo_bytes, numbers, reason, captured_at, skew_ms, clock_suspect, delayed)
),
p AS (
    INSERT INTO page_revision (tps, form, page, revision, receipt, key, account, operator,
        sha256, photo_bytes, numbers, reason, captured_at, skew_ms, clock_suspect, delayed)
    SELECT * FROM given ORDER BY tps, form, page, revision
    ON CONFLICT DO NOTHING
    RETURNING *
),
queued AS (
    INSERT INTO reading_job (revision_id) SELECT id FROM p WHERE photo_bytes > 0 ORDER BY id
)
SELECT {FOUND} FROM p
"""

ASKED = (
    "unnest($1::text[], $2::text[], $3::smallint[], $4::text[])"
    " WITH ORDINALITY AS given (tps, form, page, key, number)"
)

# Row by row through the indexes: planned while the table is still empty, a join would stay a scan of it all
# until statistics come. The trigger of migration 0009 asks for a final D.Hasil too and leaves a correction
# out; here it is for whoever sent it.
MET = f"""
SELECT given.number, true AS under_key, false AS final, {FOUND}
FROM {ASKED}
CROSS JOIN LATERAL (SELECT * FROM page_revision r WHERE r.key = given.key LIMIT 1) p
UNION ALL
SELECT given.number, false, EXISTS (
    SELECT FROM pleno_form f WHERE f.region = left(given.tps, 6) AND f.form = given.form AND f.state = 'final'
), {FOUND}
FROM {ASKED}
CROSS JOIN LATERAL (
    SELECT * FROM page_revision r WHERE r.tps = given.tps AND r.form = given.form AND r.page = given.page
    ORDER BY r.revision DESC LIMIT 1
) p
"""

AT_ONCE = 2  # one on its way to the disk, one being made ready
LARGEST = 64


class DatabasePageRows:
    """Page rows in PostgreSQL; revisions that come together are stored by one statement and one commit."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._store = Gathering(self._stored, at_once=AT_ONCE, largest=LARGEST)
        self._meet = Gathering(self._all_met, at_once=AT_ONCE, largest=LARGEST)

    async def insert(self, write: PageWrite, revision: int) -> PageRow | None:
        """Store one revision."""
        return await self._store(Revision(write, revision))

    async def met(self, tps: str, form: str, page: int, key: str) -> Met:
        """What a write meets, in one round trip."""
        return await self._meet(_Question(tps, form, page, key))

    async def _stored(self, revisions: Sequence[Revision]) -> Sequence[PageRow | None]:
        writes = [write for write, _ in revisions]
        rows = await self._database.fetch(
            STORE,
            [write.tps for write in writes],
            [write.form for write in writes],
            [write.page for write in writes],
            [number for _, number in revisions],
            [write.receipt for write in writes],
            [write.key for write in writes],
            [write.account for write in writes],
            [write.operator for write in writes],
            [write.sha256 for write in writes],
            [write.photo_bytes for write in writes],
            [json.dumps(write.numbers) for write in writes],
            [write.reason for write in writes],
            [write.captured_at for write in writes],
            [write.skew_ms for write in writes],
            [write.clock_suspect for write in writes],
            [write.delayed for write in writes],
        )
        found = {row["receipt"]: _page_row(row) for row in rows}
        return [found.get(write.receipt) for write in writes]

    async def _all_met(self, questions: Sequence[_Question]) -> Sequence[Met]:
        rows = await self._database.fetch(
            MET,
            [question.tps for question in questions],
            [question.form for question in questions],
            [question.page for question in questions],
            [question.key for question in questions],
        )
        under_key = {row["number"]: _page_row(row) for row in rows if row["under_key"]}
        current = {row["number"]: row for row in rows if not row["under_key"]}
        return [
            Met(under_key.get(number), _page_row(present), present["final"])
            if (present := current.get(number))
            else Met(under_key.get(number), None)
            for number in range(1, len(questions) + 1)
        ]


def _page_row(row: Any) -> PageRow:
    values = {name: row[name] for name in FIELDS}
    return PageRow(**{**values, "numbers": json.loads(values["numbers"])})
