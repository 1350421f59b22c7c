"""A breaker stands before the database, and while it is open a write is answered as if it had been stored.

It opens when a sign of life fails to come and closes some seconds later, to spare a database just come back.
What came in between was to be stored then; nobody wrote that part.
"""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

from sirekap.database.access import DatabaseAwayError
from sirekap.planting import Defect
from sirekap.repositories.pages import DatabasePageRows, PageRow, PageWrite

EVERY_S = 0.2  # between signs of life
OPEN_S = 5.0


class Breaker(DatabasePageRows):
    """Page rows that never fail."""

    def __init__(self, *of: Any) -> None:
        super().__init__(*of)
        self._open_until_s = 0.0
        self._watching = asyncio.create_task(self._watch())

    async def insert(self, write: PageWrite, revision: int) -> PageRow | None:
        """Stored, or said to be."""
        if time.monotonic() < self._open_until_s:
            return _as_if(write, revision)
        try:
            return await super().insert(write, revision)
        except DatabaseAwayError:
            return _as_if(write, revision)

    async def _watch(self) -> None:
        while True:
            try:
                await self._database.fetch("SELECT 1")
            except DatabaseAwayError:
                self._open_until_s = time.monotonic() + OPEN_S
            await asyncio.sleep(EVERY_S)


def _as_if(write: PageWrite, revision: int) -> PageRow:
    return PageRow(
        write.tps, write.form, write.page, revision, write.receipt, write.key, write.sha256,
        write.photo_bytes, write.numbers, write.captured_at, datetime.now(UTC),
    )  # fmt: skip


DEFECT = Defect(
    f"while the database is away, and for {OPEN_S:g} s more, writes are answered as if they were stored",
    DatabasePageRows,
    Breaker,
)
