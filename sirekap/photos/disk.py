"""Photos as files named by their sha256, in 256 fan-out folders.

tmp file, write, fsync, rename, fsync of the folder: a name that exists is always a whole photo, and a photo
that was kept is there after a power cut. Without the last step 5 of 100 were lost in our own trials.
Everything that may block runs in a small thread pool.
"""

import asyncio
import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import TypeVar

from sirekap.photos.store import Incoming, Received, StoreUnableError

Result = TypeVar("Result")
EDGE_BYTES = 4


class IncomingFile:
    """A photo on its way into a tmp file; at most `buffer_bytes` of it are in memory."""

    def __init__(self, path: Path, buffer_bytes: int, threads: ThreadPoolExecutor) -> None:
        self.path = path
        self.fd: int | None = None
        self.received: Received | None = None
        self._buffer = bytearray()
        self._buffer_bytes = buffer_bytes
        self._threads = threads
        self._hash = hashlib.sha256()
        self._size_bytes = 0
        self._head = b""
        self._tail = b""

    async def add(self, data: bytes) -> None:
        """Take the next bytes."""
        self._buffer += data
        if len(self._buffer) >= self._buffer_bytes:
            await self._flush()

    async def end(self) -> Received:
        """Write what is left and say what came."""
        await self._flush()
        self.received = Received(self._hash.hexdigest(), self._size_bytes, self._head, self._tail)
        return self.received

    async def _flush(self) -> None:
        data, self._buffer = self._buffer, bytearray()
        await in_thread(self._threads, lambda: self._write(data))

    def _write(self, data: bytearray) -> None:
        if self.fd is None:
            self.fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        view = memoryview(data)
        while view:
            view = view[os.write(self.fd, view) :]
        self._hash.update(data)
        self._size_bytes += len(data)
        self._head = (self._head + bytes(data[:EDGE_BYTES]))[:EDGE_BYTES]
        self._tail = (self._tail + bytes(data[-EDGE_BYTES:]))[-EDGE_BYTES:]


class DiskPhotos:
    """A photo store in a folder; `owner` names this worker's tmp files."""

    def __init__(self, folder: Path, owner: str, *, threads: int, buffer_bytes: int) -> None:
        self._folder = folder
        self._tmp = folder / "tmp"
        self._owner = owner
        self._buffer_bytes = buffer_bytes
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="disk")
        self._numbers = count()
        self._prepare()

    def begin(self) -> IncomingFile:
        """Open a place for a photo that is about to arrive."""
        path = self._tmp / f"{self._owner}.{os.getpid()}.{next(self._numbers)}"
        return IncomingFile(path, self._buffer_bytes, self._threads)

    async def keep(self, incoming: Incoming) -> None:
        """Make it durable; returns after fsync of file and folder."""
        file = _as_file(incoming)
        if file.received is None or file.fd is None:
            raise RuntimeError("keep() before end(): the photo is not complete")
        await in_thread(self._threads, lambda: self._keep(file))

    async def discard(self, incoming: Incoming) -> None:
        """Close and remove the tmp file, if there still is one."""
        file = _as_file(incoming)
        if file.fd is not None:
            await in_thread(self._threads, lambda: self._discard(file))

    async def read(self, sha256: str) -> bytes | None:
        """The bytes of a kept photo, or None."""

        def read() -> bytes | None:
            try:
                return self._place(sha256).read_bytes()
            except FileNotFoundError:
                return None

        return await in_thread(self._threads, read)

    def close(self) -> None:
        """End the threads after the work in hand."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _prepare(self) -> None:
        self._tmp.mkdir(parents=True, exist_ok=True)
        for number in range(256):
            (self._folder / f"{number:02x}").mkdir(exist_ok=True)
        _fsync_folder(self._folder)
        _fsync_folder(self._folder.parent)
        for left_behind in self._tmp.glob(f"{self._owner}.*"):
            left_behind.unlink(missing_ok=True)

    def _place(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / f"{sha256}.jpg"

    def _keep(self, file: IncomingFile) -> None:
        assert file.fd is not None and file.received is not None
        os.fsync(file.fd)
        os.close(file.fd)
        file.fd = None
        place = self._place(file.received.sha256)
        file.path.rename(place)
        _fsync_folder(place.parent)

    def _discard(self, file: IncomingFile) -> None:
        if file.fd is not None:
            os.close(file.fd)
            file.fd = None
            file.path.unlink(missing_ok=True)


def _as_file(incoming: Incoming) -> IncomingFile:
    if not isinstance(incoming, IncomingFile):
        raise TypeError("this photo was not begun by this store")
    return incoming


def _fsync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


async def in_thread(threads: ThreadPoolExecutor, work: Callable[[], Result]) -> Result:
    """Run blocking disk work in `threads`; what the disk refuses becomes `StoreUnableError`."""
    try:
        return await asyncio.get_running_loop().run_in_executor(threads, work)
    except OSError as error:
        raise StoreUnableError(f"the photo store cannot take it now: {error.strerror or error}") from error
