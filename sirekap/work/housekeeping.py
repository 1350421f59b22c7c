"""Tidying up: what has run out is deleted, a little at a time, by one worker at a time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from sirekap.database.access import Database
from sirekap.work.loops import woken

LOCK = 0x51_4E_4B_54  # advisory: one housekeeper in the whole stack
CHORE_WAIT_S = 60.0

_log = logging.getLogger("sirekap.work.housekeeping")


@dataclass(frozen=True)
class Chore:
    """Something to tidy up; `do` does a bounded piece of it and says how many things went."""

    name: str
    do: Callable[[], Awaitable[int]]


class Housekeeping:
    """Does all chores every `every_s`."""

    def __init__(self, database: Database, chores: Sequence[Chore], every_s: float) -> None:
        self._database = database
        self._chores = chores
        self._every_s = every_s

    async def run(self, stopping: asyncio.Event) -> None:
        """Until `stopping`."""
        while not await woken(stopping.wait(), self._every_s):
            await self.round(stopping)

    async def round(self, stopping: asyncio.Event) -> None:
        """All chores once, unless another worker is at it; one that fails does not keep the rest."""
        async with self._database.transaction(CHORE_WAIT_S) as connection:
            if not await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", LOCK):
                return
            for chore in self._chores:
                if stopping.is_set():
                    return
                await _done(chore)


async def _done(chore: Chore) -> None:
    try:
        async with asyncio.timeout(CHORE_WAIT_S):
            gone = await chore.do()
    except Exception:
        _log.exception("%s failed; it is tried again in the next round", chore.name)
        return
    if gone:
        _log.info("tidied", extra={"fields": {"chore": chore.name, "gone": gone}})
