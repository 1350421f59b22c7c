"""Photos that arrive in pieces: one file each, as long as what has arrived.

The file's size is the offset that is told, so it is true whatever has died in between. The folder is shared
by all workers of the machine. No lock is held while bytes are on their way, for the phone of a broken
connection comes back long before the server has noticed: whoever writes first at the end of the file wins,
and the other finds that its place is gone.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from sirekap.photos.disk import fsync_folder, in_thread
from sirekap.photos.store import Piece

READ_BYTES = 262_144


class OffsetDiffersError(Exception):
    """The bytes that are there end elsewhere."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"{offset} bytes are here")
        self.offset = offset


class PartialPhotos:
    """The partial photos in `folder`, by the id of their upload."""

    def __init__(self, folder: Path, *, threads: int) -> None:
        self._folder = folder
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="partial")
        folder.mkdir(parents=True, exist_ok=True)
        fsync_folder(folder.parent)

    async def offset(self, identity: str) -> int:
        """How many bytes are there; 0 when none ever came."""
        return await in_thread(self._threads, lambda: self._size(identity))

    async def append(self, identity: str, offset: int, pieces: Sequence[Piece]) -> int:
        """Add bytes at the end, which must be at `offset`; the new end. They are on the disk after `settle`.

        Raises:
            OffsetDiffersError: the end is elsewhere; nothing was written.
        """

        def write() -> int:
            with self._locked(identity) as fd:
                _expect(fd, offset)
                return offset + _written(fd, offset, pieces)

        return await in_thread(self._threads, write)

    async def cut(self, identity: str, end: int, back_to: int) -> None:
        """Take back what lies behind `back_to`, unless somebody has written behind `end`."""

        def truncate() -> None:
            with self._locked(identity) as fd:
                _expect(fd, end)
                os.ftruncate(fd, back_to)

        with contextlib.suppress(OffsetDiffersError):
            await in_thread(self._threads, truncate)

    async def settle(self, identity: str) -> None:
        """Return when all bytes that are there are on the disk."""

        def sync() -> None:
            with self._locked(identity) as fd:
                os.fsync(fd)
            fsync_folder(self._folder)

        await in_thread(self._threads, sync)

    async def pieces(self, identity: str) -> AsyncIterator[bytes]:
        """All bytes from the beginning."""
        at = 0
        while piece := await in_thread(self._threads, partial(self._read, identity, at)):
            yield piece
            at += len(piece)

    async def remove(self, identity: str) -> None:
        """Forget the bytes; harmless when there are none."""
        await in_thread(self._threads, lambda: self._path(identity).unlink(missing_ok=True))

    async def older_than(self, age_s: float) -> list[str]:
        """Ids of those that nobody has added to for so long."""

        def scan() -> list[str]:
            before_s = time.time() - age_s
            with os.scandir(self._folder) as entries:
                return [entry.name for entry in entries if entry.stat().st_mtime < before_s]

        return await in_thread(self._threads, scan)

    def close(self) -> None:
        """End the threads after the work in hand."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _path(self, identity: str) -> Path:
        return self._folder / identity

    def _size(self, identity: str) -> int:
        try:
            return self._path(identity).stat().st_size
        except FileNotFoundError:
            return 0

    def _read(self, identity: str, at: int) -> bytes:
        try:
            with self._path(identity).open("rb") as file:
                file.seek(at)
                return file.read(READ_BYTES)
        except FileNotFoundError:
            return b""

    @contextlib.contextmanager
    def _locked(self, identity: str) -> Iterator[int]:
        fd = os.open(self._path(identity), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)  # for one write: whoever waits here waits for the disk alone
            yield fd
        finally:
            os.close(fd)


def _expect(fd: int, offset: int) -> None:
    size = os.fstat(fd).st_size
    if size != offset:
        raise OffsetDiffersError(size)


def _written(fd: int, offset: int, pieces: Sequence[Piece]) -> int:
    total = 0
    for piece in pieces:
        view = memoryview(piece)
        while view:
            count = os.pwrite(fd, view, offset + total)
            total, view = total + count, view[count:]
    return total
