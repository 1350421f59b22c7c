"""How the stack stands by its database, asked at most every few seconds however often it is wanted."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sirekap.database.access import Database, DatabaseAwayError
from sirekap.repositories.queue import QueueHealth, queue_health
from sirekap.repositories.standing import published_s, sessions_open

Found = TypeVar("Found")


@dataclass(frozen=True)
class Backlog:
    """The queue of photos, and the age of what the public sees (None: never counted)."""

    queue: QueueHealth
    published_s: float | None


@dataclass(frozen=True)
class Standing:
    """What metrics tell of it: sessions too, which are counted one by one and nobody is less ready for."""

    sessions: int
    backlog: Backlog


async def backlog(database: Database) -> Backlog | None:
    """What is behind, or None while the database does not answer."""
    try:
        return Backlog(await queue_health(database), await published_s(database))
    except DatabaseAwayError:
        return None


async def standing(database: Database) -> Standing | None:
    """How things stand, or None while the database does not answer."""
    behind = await backlog(database)
    try:
        return None if behind is None else Standing(await sessions_open(database), behind)
    except DatabaseAwayError:
        return None


class Recently(Generic[Found]):
    """The result of `ask`, at most `age_s` old; many who want it at once share one asking."""

    def __init__(self, ask: Callable[[], Awaitable[Found]], age_s: float) -> None:
        self._ask = ask
        self._age_s = age_s
        self._lock = asyncio.Lock()
        self._found: tuple[float, Found] | None = None

    async def get(self) -> Found:
        """Recent enough, or asked now."""
        async with self._lock:
            now_s = time.monotonic()
            if self._found is None or now_s - self._found[0] > self._age_s:
                self._found = (now_s, await self._ask())
            return self._found[1]
