"""Whether this process can do what it is for: asked of the parts themselves, not of whether they run.

Unready means that a phone must not be sent here: the database takes no write, the disk no fsync or has no
room, or the process is ending. Degraded means that receipts are given as ever, but what comes after is
behind: photos wait to be read, or the public's totals are older than promised.
"""

import asyncio
import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sirekap.database.access import Database, DatabaseAwayError
from sirekap.operations.standing import backlog
from sirekap.overload.shares import Shares
from sirekap.repositories.standing import take_a_write
from sirekap.settings import Settings


class State(StrEnum):
    """Of a part, and of the whole: the worst of its parts."""

    OK = "ready"
    DEGRADED = "degraded"
    UNREADY = "unready"


@dataclass(frozen=True)
class Part:
    """One part: how it is and why."""

    state: State
    detail: str


@dataclass(frozen=True)
class Readiness:
    """All parts by name."""

    parts: dict[str, Part]

    @property
    def state(self) -> State:
        """The worst of the parts."""
        states = {part.state for part in self.parts.values()}
        return next((state for state in (State.UNREADY, State.DEGRADED) if state in states), State.OK)


class Examiner:
    """Looks at the parts; one thread of its own meets a disk that hangs, and no other."""

    def __init__(
        self, settings: Settings, database: Database, folder: Path, owner: str, shares: Shares
    ) -> None:
        self._settings = settings
        self._database = database
        self._file = folder / f".ready-{owner}"
        self._shares = shares
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ready")
        self._hanging: asyncio.Future[float] | None = None

    async def examine(self) -> Readiness:
        """How every part is now; takes at most a few seconds."""
        database, disk = await asyncio.gather(self._of_database(), self._of_disk())
        parts = {"process": self._of_process(), "database": database, "disk": disk}
        if database.state is State.OK:
            parts |= await self._of_work()
        return Readiness(parts)

    def close(self) -> None:
        """End the thread, unless the disk holds it."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._file.unlink(missing_ok=True)

    def _of_process(self) -> Part:
        if self._shares.stopping:
            return Part(State.UNREADY, "this process is ending")
        return Part(State.OK, "the event loop turns")

    async def _of_database(self) -> Part:
        began_s = time.monotonic()
        try:
            await take_a_write(self._database)
        except DatabaseAwayError:
            return Part(State.UNREADY, "the database takes no write")
        return Part(State.OK, f"a write was durable after {(time.monotonic() - began_s) * 1000:.1f} ms")

    async def _of_disk(self) -> Part:
        limit_s = self._settings.ready_fsync_s
        if self._hanging is None or self._hanging.done():
            self._hanging = asyncio.get_running_loop().run_in_executor(self._thread, self._fsync)
        done, _ = await asyncio.wait({self._hanging}, timeout=limit_s)
        if not done:
            return Part(State.UNREADY, f"an fsync takes longer than {limit_s:g} s")
        try:
            taken_s = self._hanging.result()
            free_bytes = shutil.disk_usage(self._file.parent).free
        except OSError as error:
            return Part(State.UNREADY, f"the disk refuses: {error.strerror}")
        free = f"{free_bytes / 1e6:.0f} MB free"
        if free_bytes < self._settings.ready_free_mb * 1e6:
            return Part(State.UNREADY, f"{free}, less than {self._settings.ready_free_mb} MB")
        return Part(State.OK, f"{free}, an fsync takes {taken_s * 1000:.1f} ms")

    def _fsync(self) -> float:
        began_s = time.monotonic()
        fd = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            os.write(fd, b"ready")
            os.fsync(fd)
        finally:
            os.close(fd)
        return time.monotonic() - began_s

    async def _of_work(self) -> dict[str, Part]:
        s, found = self._settings, await backlog(self._database)
        if found is None:
            return {}
        waiting = f"{found.queue.waiting} photos wait, the oldest for {found.queue.oldest_waiting_s:.0f} s"
        behind = s.workers > 0 and found.queue.oldest_waiting_s > s.degraded_queue_s
        parts = {"reading": Part(State.DEGRADED if behind else State.OK, waiting)}
        if found.published_s is not None:
            old = found.published_s > s.degraded_published_s
            parts["publisher"] = Part(
                State.DEGRADED if old else State.OK, f"public totals are {found.published_s:.1f} s old"
            )
        return parts
