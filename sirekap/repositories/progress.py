"""How far a TPS has come: photographs taken, pages stored, forms confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sirekap.database.access import Database


@dataclass(frozen=True)
class TakenPage:
    """A photograph that a phone has taken."""

    form: str
    page: int
    captured_at: datetime


@dataclass(frozen=True)
class StoredPage:
    """The current revision of one page."""

    revision: int
    receipt: str
    captured_at: datetime | None
    stored_at: datetime


@dataclass(frozen=True)
class FormProgress:
    """What is known of one form, by page; `confirmed` as sesuai."""

    stored: Mapping[int, StoredPage] = field(default_factory=dict)
    taken: Mapping[int, datetime] = field(default_factory=dict)
    confirmed: bool = False


NOTHING_YET = FormProgress()


class Progress:
    """Notes and reads how far a TPS has come."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def announce(self, tps: str, account: str, pages: Sequence[TakenPage]) -> None:
        """Photographs that wait on a phone; of one page the latest counts."""
        await self._database.fetch(
            "INSERT INTO page_taken (tps, form, page, captured_at, account)"
            " SELECT $1, form, page, captured_at, $2"
            " FROM unnest($3::text[], $4::smallint[], $5::timestamptz[]) AS given (form, page, captured_at)"
            " ON CONFLICT (tps, form, page) DO UPDATE SET captured_at = EXCLUDED.captured_at,"
            " account = EXCLUDED.account, announced_at = clock_timestamp()",
            tps,
            account,
            [one.form for one in pages],
            [one.page for one in pages],
            [one.captured_at for one in pages],
        )

    async def of_tps(self, tps: str) -> dict[str, FormProgress]:
        """By form; a form of which nothing is known is not there."""
        rows = await self._database.fetch(
            "SELECT 'stored' AS what, form, page, revision, receipt, captured_at, stored_at, false AS sesuai"
            " FROM current_page WHERE tps = $1"
            " UNION ALL SELECT 'taken', form, page, 0, '', captured_at, announced_at, false"
            " FROM page_taken WHERE tps = $1"
            " UNION ALL (SELECT DISTINCT ON (form) 'confirmed', form, 0, 0, '', NULL, stored_at, sesuai"
            " FROM confirmation WHERE tps = $1 ORDER BY form, id DESC)",
            tps,
        )
        return {form: _progress([row for row in rows if row["form"] == form]) for form in _forms(rows)}


def _forms(rows: Sequence[Any]) -> set[str]:
    return {row["form"] for row in rows}


def _progress(rows: Sequence[Any]) -> FormProgress:
    return FormProgress(
        stored={
            row["page"]: StoredPage(row["revision"], row["receipt"], row["captured_at"], row["stored_at"])
            for row in rows
            if row["what"] == "stored"
        },
        taken={row["page"]: row["captured_at"] for row in rows if row["what"] == "taken"},
        confirmed=any(row["sesuai"] for row in rows if row["what"] == "confirmed"),
    )
