"""Planted defects: known ways to be wrong, off by default, so that a test harness can prove that it sees
them.

Each is a named switch. A defect stands in front of one honest part (`Seams`) and nowhere else, so the honest
path reads as if there were no defects. A stack with a defect says so aloud at every start.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TextIO

from sirekap.failures import WrongInputError
from sirekap.photos.store import Received
from sirekap.repositories.pages import Met, PageRow, PageRows, PageWrite
from sirekap.security.roles import Caller
from sirekap.security.tokens import new_receipt

ACK_BEFORE_COMMIT = "ack_before_commit"
RETRY_NOT_IDEMPOTENT = "retry_not_idempotent"
TRUNCATED_PHOTO_ACCEPTED = "truncated_photo_accepted"
FOREIGN_WRITE_ACCEPTED = "foreign_write_accepted"

DESCRIPTIONS = {
    ACK_BEFORE_COMMIT: "a receipt is given about 1.5 s before the row is committed",
    RETRY_NOT_IDEMPOTENT: "a repeated submission stores a further revision with a fresh receipt",
    TRUNCATED_PHOTO_ACCEPTED: "a photo is stored as it came, whole or not",
    FOREIGN_WRITE_ACCEPTED: "an operator may write for any TPS",
}
NAMES = tuple(DESCRIPTIONS)

COMMIT_DELAY_S = 1.5


@dataclass(frozen=True)
class Seams:
    """The honest parts a defect may stand in front of."""

    page_rows: PageRows
    check_photo: Callable[[Received, str], None]
    may_write: Callable[[Caller, str], bool]


def plant(seams: Seams, defects: Sequence[str]) -> Seams:
    """The seams with every named defect in place; without defects, the same seams."""
    if RETRY_NOT_IDEMPOTENT in defects:
        seams = replace(seams, page_rows=ForgetsKeys(seams.page_rows))
    if ACK_BEFORE_COMMIT in defects:
        seams = replace(seams, page_rows=AcknowledgesBeforeCommit(seams.page_rows))
    if TRUNCATED_PHOTO_ACCEPTED in defects:
        seams = replace(seams, check_photo=lambda received, announced_sha256: None)
    if FOREIGN_WRITE_ACCEPTED in defects:
        seams = replace(seams, may_write=lambda caller, place: True)
    return seams


def schema_changes(defects: Sequence[str]) -> list[str]:
    """What a defect takes away from the schema."""
    return ["DROP INDEX IF EXISTS page_revision_key_once"] if RETRY_NOT_IDEMPOTENT in defects else []


def refuse_unknown(defects: Sequence[str]) -> None:
    """Raise `WrongInputError` for an unknown name; a misspelt defect must not pass for a sound stack."""
    for name in defects:
        if name not in DESCRIPTIONS:
            raise WrongInputError(f"no defect is called {name!r}; known: {', '.join(NAMES)}")


def announce(defects: Sequence[str], stream: TextIO | None = None) -> None:
    """Say loudly, on `stream` or in the log, that this stack is wrong on purpose."""
    for name in defects:
        text = f"PLANTED DEFECT {name}: {DESCRIPTIONS[name]}. Never use this stack for anything but tests."
        if stream is None:
            logging.getLogger("sirekap.defects").warning(text)
        else:
            print(f"sirekap: WARNING: {text}", file=stream)


class ForgetsKeys:
    """Page rows that do not recognise a retry."""

    def __init__(self, honest: PageRows) -> None:
        self._honest = honest

    async def insert(self, write: PageWrite, revision: int) -> PageRow | None:
        """Store again what was stored under this key, on top of it."""
        row = await self._honest.insert(write, revision)
        while row is None:
            present = (await self._honest.met(write.tps, write.form, write.page, write.key)).current
            if present is None or present.key != write.key:
                return None
            row = await self._honest.insert(replace(write, receipt=new_receipt()), present.revision + 1)
        return row

    async def met(self, tps: str, form: str, page: int, key: str) -> Met:
        """Nothing was ever stored under any key."""
        return replace(await self._honest.met(tps, form, page, key), under_key=None)


class AcknowledgesBeforeCommit:
    """Page rows that promise first and store later; a kill in between breaks the promise."""

    def __init__(self, honest: PageRows) -> None:
        self._honest = honest
        self._promised: dict[tuple[str, str, int], PageRow] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def insert(self, write: PageWrite, revision: int) -> PageRow | None:
        """Give a receipt now, store in the background."""
        place = (write.tps, write.form, write.page)
        met = await self.met(write.tps, write.form, write.page, write.key)
        if met.under_key or (met.current and met.current.revision >= revision):
            return None
        row = PageRow(
            write.tps, write.form, write.page, revision, new_receipt(), write.key,
            write.sha256, write.photo_bytes, write.numbers, write.captured_at, datetime.now(UTC),
        )  # fmt: skip
        self._promised[place] = row
        task = asyncio.create_task(self._store_later(write, row))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return row

    async def met(self, tps: str, form: str, page: int, key: str) -> Met:
        """What is stored, or merely promised."""
        stored = await self._honest.met(tps, form, page, key)
        promised_to_key = next((row for row in self._promised.values() if row.key == key), None)
        return Met(
            promised_to_key or stored.under_key, self._promised.get((tps, form, page)) or stored.current
        )

    async def _store_later(self, write: PageWrite, row: PageRow) -> None:
        place = (write.tps, write.form, write.page)
        try:
            await asyncio.sleep(COMMIT_DELAY_S)
            await self._honest.insert(replace(write, receipt=row.receipt), row.revision)
        finally:
            self._promised.pop(place, None)
