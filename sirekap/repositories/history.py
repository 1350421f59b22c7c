"""What happened to a form of a TPS: every revision and every confirmation, in order, with who and why."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sirekap.database.access import Database


@dataclass(frozen=True)
class Who:
    """An account and its role when it is looked up; `operator` is 1 or 2 of a TPS, 0 of the staff."""

    account: str
    role: str
    operator: int


@dataclass(frozen=True)
class Change:
    """One number that a correction changed."""

    field: str
    before: int
    after: int


@dataclass(frozen=True)
class Revision:
    """One stored revision of a page; the first has no changes and no reason."""

    page: int
    revision: int
    who: Who
    receipt: str
    sha256: str
    reason: str | None
    changes: tuple[Change, ...]
    captured_at: datetime | None
    stored_at: datetime


@dataclass(frozen=True)
class Said:
    """One confirmation: the numbers are those of the sheet (sesuai), or not."""

    sesuai: bool
    who: Who
    receipt: str
    stored_at: datetime


class History:
    """Reads what happened; nothing of it can be changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def revisions(self, tps: str, form: str) -> list[Revision]:
        """Every revision, oldest first."""
        rows = await self._database.fetch(
            "SELECT p.page, p.revision, p.account, a.role, p.operator, p.receipt, p.sha256, p.reason,"
            " p.captured_at, p.stored_at, p.numbers,"
            " lag(p.numbers) OVER (PARTITION BY p.page ORDER BY p.revision) AS before"
            " FROM page_revision p JOIN account a USING (account)"
            " WHERE p.tps = $1 AND p.form = $2 ORDER BY p.id",
            tps,
            form,
        )
        return [_revision(row) for row in rows]

    async def confirmations(self, tps: str, form: str) -> list[Said]:
        """Every confirmation, oldest first; the last one counts."""
        rows = await self._database.fetch(
            "SELECT c.sesuai, c.account, a.role, a.operator, c.receipt, c.stored_at"
            " FROM confirmation c JOIN account a USING (account)"
            " WHERE c.tps = $1 AND c.form = $2 ORDER BY c.id",
            tps,
            form,
        )
        return [Said(row["sesuai"], _who(row), row["receipt"], row["stored_at"]) for row in rows]


def _revision(row: Any) -> Revision:
    return Revision(
        page=row["page"],
        revision=row["revision"],
        who=_who(row),
        receipt=row["receipt"],
        sha256=row["sha256"],
        reason=row["reason"],
        changes=_changes(json.loads(row["before"] or "{}"), json.loads(row["numbers"])),
        captured_at=row["captured_at"],
        stored_at=row["stored_at"],
    )


def _who(row: Any) -> Who:
    return Who(row["account"], row["role"], row["operator"] or 0)


def _changes(before: Mapping[str, int], after: Mapping[str, int]) -> tuple[Change, ...]:
    return tuple(
        Change(field, before[field], number)
        for field, number in sorted(after.items())
        if field in before and before[field] != number
    )
