"""What was read of photos, and whether somebody should look at a form."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sirekap.database.access import Database
from sirekap.repositories.queue import Job


@dataclass(frozen=True)
class Disagreement:
    """A number that the phone sent and the reader read differently; `read` is None for empty boxes."""

    field: str
    sent: int
    read: int | None
    confidence: float


@dataclass(frozen=True)
class WebCopy:
    """The copy of a photo for the public page, under its own digest in the photo store."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class Read:
    """What a photo says, without regard to what was sent; `content` is None when `trouble` says why not."""

    mode: str
    content: dict[str, Any] | None
    trouble: str | None
    flags: tuple[str, ...]
    web: WebCopy | None


@dataclass(frozen=True)
class Finding:
    """The result of one job."""

    read: Read
    disagreements: tuple[Disagreement, ...]
    needs_look: bool
    took_ms: float


@dataclass(frozen=True)
class CurrentPage:
    """The current revision of a page and whether its reading asks for a look; None while it is not read."""

    revision_id: int
    page: int
    numbers: dict[str, int]
    needs_look: bool | None


@dataclass(frozen=True)
class FormCheck:
    """What follows from all pages of a form."""

    complete: bool
    violations: Sequence[dict[str, Any]]
    flagged_pages: Sequence[int]
    last_revision: int

    @property
    def needs_look(self) -> bool:
        """Whether somebody of the staff should look at the sheets."""
        return bool(self.violations or self.flagged_pages)


@dataclass(frozen=True)
class Flag:
    """A form of a TPS that somebody should look at."""

    tps: str
    form: str
    complete: bool
    violations: Sequence[dict[str, Any]]
    flagged_pages: Sequence[int]
    checked_at: datetime


FINISH_WAIT_S = 10.0
FAILED = "reader_failed"
"""Trouble of a job that was tried too often."""

CURRENT_PAGES = (
    "SELECT p.id AS revision_id, p.page, p.numbers, r.needs_look"
    " FROM current_page p LEFT JOIN reading r ON r.revision_id = p.id"
    " WHERE p.tps = $1 AND p.form = $2"
)


class Readings:
    """Stores and finds readings and checks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def finish(
        self, job: Job, worker: str, finding: Finding, check: Callable[[list[CurrentPage]], FormCheck]
    ) -> bool:
        """Store the result, end the job and keep the form's check, in one commit.

        False, and nothing happened, when the job was not ours any more. Of the pages of a form one is
        finished after the other, so that each check knows of all readings before it.
        """
        async with self._database.transaction(FINISH_WAIT_S) as connection:
            await connection.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended('check ' || $1 || $2, 0))", job.tps, job.form
            )
            if not await _ended(connection, job.revision_id, worker, finding):
                return False
            pages = await connection.fetch(CURRENT_PAGES, job.tps, job.form)
            await _put_check(connection, job, check([_current_page(row) for row in pages]))
        return True

    async def of_photo(self, sha256: str, form: str, page: int, mode: str) -> Read | None:
        """What the same photo said when it was read as the same page before."""
        row = await self._database.fetchrow(
            "SELECT mode, content, trouble, flags, web_sha256, web_bytes FROM reading"
            " WHERE sha256 = $1 AND form = $2 AND page = $3 AND mode = $4"
            " AND trouble IS DISTINCT FROM $5 LIMIT 1",
            sha256,
            form,
            page,
            mode,
            FAILED,
        )
        if row is None:
            return None
        web = WebCopy(row["web_sha256"], row["web_bytes"]) if row["web_sha256"] else None
        content = json.loads(row["content"]) if row["content"] else None
        return Read(row["mode"], content, row["trouble"], tuple(row["flags"]), web)

    async def current_pages(self, tps: str, form: str) -> list[CurrentPage]:
        """The current revision of every stored page of a form."""
        return [_current_page(row) for row in await self._database.fetch(CURRENT_PAGES, tps, form)]

    async def pages_of(self, tps: str, form: str) -> dict[int, dict[str, Any]]:
        """Of every stored page its current revision, the state of its job and what was read."""
        rows = await self._database.fetch(
            "SELECT p.page, p.revision, p.sha256, p.numbers AS sent, j.state, r.mode, r.content, r.trouble,"
            " r.flags, r.disagreements, r.needs_look, r.web_sha256, r.web_bytes, r.read_at"
            " FROM current_page p LEFT JOIN reading_job j ON j.revision_id = p.id"
            " LEFT JOIN reading r ON r.revision_id = p.id"
            " WHERE p.tps = $1 AND p.form = $2",
            tps,
            form,
        )
        return {row["page"]: _page(row) for row in rows}

    async def flagged(self, prefix: str, after: tuple[str, str], limit: int) -> list[Flag]:
        """At most `limit` forms to look at of TPS whose codes begin with `prefix`, in order, after one."""
        rows = await self._database.fetch(
            "SELECT tps, form, complete, violations, flagged_pages, checked_at FROM form_check"
            " WHERE needs_look AND tps LIKE $1 AND (tps, form) > ($2, $3)"
            " ORDER BY tps, form LIMIT $4",
            prefix + "%",
            *after,
            limit,
        )
        return [_flag(row) for row in rows]


async def _ended(connection: Any, revision_id: int, worker: str, finding: Finding) -> bool:
    read, web = finding.read, finding.read.web
    row = await connection.fetchrow(
        "WITH ended AS (UPDATE reading_job SET state = $3, taken_until = NULL"
        "  WHERE revision_id = $1 AND taken_by = $2 AND state = 'taken' RETURNING revision_id)"
        " INSERT INTO reading (revision_id, tps, form, page, sha256, mode, content, trouble, flags,"
        "  disagreements, needs_look, web_sha256, web_bytes, worker, took_ms)"
        " SELECT p.id, p.tps, p.form, p.page, p.sha256, $4, $5, $6, $7, $8, $9, $10, $11, $2, $12"
        " FROM ended JOIN page_revision p ON p.id = ended.revision_id"
        " ON CONFLICT (revision_id) DO NOTHING RETURNING revision_id",
        revision_id,
        worker,
        "failed" if read.trouble == FAILED else "done",
        read.mode,
        None if read.content is None else json.dumps(read.content),
        read.trouble,
        list(read.flags),
        json.dumps([asdict(one) for one in finding.disagreements]),
        finding.needs_look,
        web.sha256 if web else None,
        web.size_bytes if web else None,
        finding.took_ms,
    )
    return row is not None


async def _put_check(connection: Any, job: Job, check: FormCheck) -> None:
    await connection.execute(
        "INSERT INTO form_check AS known"
        " (tps, form, complete, violations, flagged_pages, needs_look, last_revision)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)"
        " ON CONFLICT (tps, form) DO UPDATE SET complete = EXCLUDED.complete,"
        " violations = EXCLUDED.violations, flagged_pages = EXCLUDED.flagged_pages,"
        " needs_look = EXCLUDED.needs_look, last_revision = EXCLUDED.last_revision,"
        " checked_at = clock_timestamp()"
        " WHERE known.last_revision <= EXCLUDED.last_revision",
        job.tps,
        job.form,
        check.complete,
        json.dumps(check.violations),
        list(check.flagged_pages),
        check.needs_look,
        check.last_revision,
    )


def _current_page(row: Any) -> CurrentPage:
    return CurrentPage(**{**row, "numbers": json.loads(row["numbers"])})


def _flag(row: Any) -> Flag:
    return Flag(**{**row, "violations": json.loads(row["violations"])})


def _page(row: Any) -> dict[str, Any]:
    found = dict(row)
    for name in ("sent", "content", "disagreements"):
        found[name] = json.loads(found[name]) if found[name] is not None else None
    return found
