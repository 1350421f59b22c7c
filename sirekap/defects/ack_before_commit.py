"""The database is slow, so receipts are given before it answers; a kill in between breaks the promise."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sirekap.planting import Defect
from sirekap.repositories.pages import DatabasePageRows, Met, PageRow, PageWrite
from sirekap.security.tokens import new_receipt

COMMIT_DELAY_S = 1.5


class AcknowledgesBeforeCommit(DatabasePageRows):
    """Page rows that promise first and store later."""

    def __init__(self, *of: Any) -> None:
        super().__init__(*of)
        self._promised: dict[tuple[str, str, int], PageRow] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def insert(self, write: PageWrite, revision: int) -> PageRow | None:
        """Give a receipt now, store in the background."""
        met = await self.met(write.tps, write.form, write.page, write.key)
        if met.under_key or (met.current and met.current.revision >= revision):
            return None
        row = PageRow(
            write.tps, write.form, write.page, revision, new_receipt(), write.key,
            write.sha256, write.photo_bytes, write.numbers, write.captured_at, datetime.now(UTC),
        )  # fmt: skip
        self._promised[write.tps, write.form, write.page] = row
        task = asyncio.create_task(self._store_later(write, row))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return row

    async def met(self, tps: str, form: str, page: int, key: str) -> Met:
        """What is stored, or merely promised."""
        stored = await super().met(tps, form, page, key)
        promised_to_key = next((row for row in self._promised.values() if row.key == key), None)
        return Met(
            promised_to_key or stored.under_key, self._promised.get((tps, form, page)) or stored.current
        )

    async def _store_later(self, write: PageWrite, row: PageRow) -> None:
        try:
            await asyncio.sleep(COMMIT_DELAY_S)
            await super().insert(replace(write, receipt=row.receipt), row.revision)
        finally:
            self._promised.pop((write.tps, write.form, write.page), None)


DEFECT = Defect(
    f"a receipt is given about {COMMIT_DELAY_S} s before the row is committed",
    DatabasePageRows,
    AcknowledgesBeforeCommit,
)
