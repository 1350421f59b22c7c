"""Photos as files named by their sha256, in 256 fan-out folders.

Write, fsync, name, fsync of the folder: a name that exists is always a whole photo, and a photo that was kept
is there after a power cut. Without the last step 5 of 100 were lost in our own trials. Everything that may
block runs in a small thread pool, and a photo that fits its buffer costs one hop there: digest, check and all
the above.
"""

import asyncio
import contextlib
import hashlib
import os
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import TypeVar

from sirekap.photos.direct import Abilities, NewFile, abilities_of
from sirekap.photos.store import HEAD_BYTES, TAIL_BYTES, Check, Incoming, Piece, Received, StoreUnableError

Result = TypeVar("Result")
FAN_OUT = 256
SUFFIX = ".jpg"


class Disk:
    """What a disk is asked for, so that a photo is there after a power cut."""

    def abilities(self, folder: Path) -> Abilities:
        """How files in `folder` are written."""
        return abilities_of(folder)

    def sync_file(self, fd: int) -> None:
        """Return when the bytes of a file are on the disk."""
        os.fsync(fd)

    def sync_names(self, folder: Path | str) -> None:
        """Return when the names in `folder` are."""
        fsync_folder(folder)


class IncomingFile:
    """A photo on its way in; at most `buffer_bytes` of it are in memory, the rest is in a file."""

    def __init__(
        self, path: str, buffer_bytes: int, threads: ThreadPoolExecutor, abilities: Abilities, disk: Disk
    ) -> None:
        self._path = path
        self.file: NewFile | None = None
        self._buffer: list[Piece] = []
        self._buffered_bytes = 0
        self._buffer_bytes = buffer_bytes
        self._threads = threads
        self._abilities = abilities
        self._disk = disk
        self._hash = hashlib.sha256()
        self._size_bytes = 0
        self._head: Piece = b""
        self._tail = b""

    async def add(self, data: Piece) -> None:
        """Take the next bytes."""
        self._buffer.append(data)
        self._buffered_bytes += memoryview(data).nbytes
        if self._buffered_bytes > self._buffer_bytes:
            await in_thread(self._threads, self._flush)

    def received(self) -> Received:
        """What came, digest included; blocks."""
        for piece in self._buffer:
            self._see(memoryview(piece))
        return Received(self._hash.hexdigest(), self._size_bytes, self._head, self._tail)

    def become(self, path: str) -> None:
        """Write what is left; when it is on the disk it gets its name; blocks."""
        self._write()
        assert self.file is not None
        self.file.finish()
        self.file.name(path)
        self.file = None

    def _flush(self) -> None:
        for piece in self._buffer:
            self._see(memoryview(piece))
        self._write()

    def _write(self) -> None:
        pieces, self._buffer, self._buffered_bytes = self._buffer, [], 0
        if self.file is None:
            self.file = NewFile(self._path, self._abilities, self._disk.sync_file)
        self.file.write(pieces)

    def _see(self, piece: memoryview) -> None:
        self._hash.update(piece)
        self._size_bytes += piece.nbytes
        if not self._head:  # most often the whole photo: looked at, not copied
            self._head = piece[:HEAD_BYTES]
        elif len(self._head) < HEAD_BYTES:
            self._head = b"".join((self._head, piece[: HEAD_BYTES - len(self._head)]))
        self._tail = (self._tail + bytes(piece[-TAIL_BYTES:]))[-TAIL_BYTES:]


class DiskPhotos:
    """A photo store in a folder; `owner` names this worker's files where they need a name."""

    def __init__(
        self, folder: Path, owner: str, *, threads: int, buffer_bytes: int, disk: Disk | None = None
    ) -> None:
        self._folder = folder
        self._disk = disk or Disk()
        self._tmp = folder / "tmp"
        self._owner = owner
        self._buffer_bytes = buffer_bytes
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="disk")
        self._numbers = count()
        self._prepare()
        self.abilities = self._disk.abilities(self._tmp)

    def begin(self) -> IncomingFile:
        """Open a place for a photo that is about to arrive."""
        return IncomingFile(self._new_path(), self._buffer_bytes, self._threads, self.abilities, self._disk)

    async def keep(self, incoming: Incoming, check: Check) -> Received:
        """Check it and make it durable; returns after fsync of file and folder."""
        file = _as_file(incoming)
        return await in_thread(self._threads, lambda: self._keep(file, check))

    async def discard(self, incoming: Incoming) -> None:
        """Remove what was written of it, if there still is something."""
        file = _as_file(incoming).file
        if file is not None:
            await in_thread(self._threads, file.close)

    async def read(self, sha256: str) -> bytes | None:
        """The bytes of a kept photo, or None."""

        def read() -> bytes | None:
            try:
                return self._place(sha256).read_bytes()
            except FileNotFoundError:
                return None

        return await in_thread(self._threads, read)

    async def kept_before(self, moment: datetime) -> AsyncIterator[Sequence[str]]:
        """Digests of photos last kept before `moment`, a folder at a time; also what an interrupted `remove`
        had put aside."""
        before_s = moment.timestamp()
        await in_thread(self._threads, self._put_back_all)
        for number in range(FAN_OUT):
            folder = self._folder / f"{number:02x}"
            found = await in_thread(self._threads, partial(_older, folder, before_s))
            if found:
                yield found

    async def remove(self, sha256: str, kept_before: datetime) -> bool:
        """Remove a photo unless it was kept again since; whether it was removed.

        It is first put aside, so that nobody can keep it again between the look at its age and its end.
        """
        return await in_thread(self._threads, lambda: self._remove(sha256, kept_before.timestamp()))

    def close(self) -> None:
        """End the threads after the work in hand."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _prepare(self) -> None:
        self._tmp.mkdir(parents=True, exist_ok=True)
        (self._folder / "aside").mkdir(exist_ok=True)
        for number in range(FAN_OUT):
            (self._folder / f"{number:02x}").mkdir(exist_ok=True)
        fsync_folder(self._folder)
        fsync_folder(self._folder.parent)
        for left_behind in self._tmp.glob(f"{self._owner}.*"):
            left_behind.unlink(missing_ok=True)

    def _new_path(self) -> str:
        return f"{self._tmp}/{self._owner}.{os.getpid()}.{next(self._numbers)}"

    def _place(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / f"{sha256}{SUFFIX}"

    def _keep(self, incoming: IncomingFile, check: Check) -> Received:
        received = incoming.received()
        check(received)
        folder = f"{self._folder}/{received.sha256[:2]}"
        incoming.become(f"{folder}/{received.sha256}{SUFFIX}")
        self._disk.sync_names(folder)
        return received

    def _remove(self, sha256: str, before_s: float) -> bool:
        place, aside = self._place(sha256), self._folder / "aside" / f"{sha256}{SUFFIX}"
        try:
            place.rename(aside)
        except FileNotFoundError:
            return False
        if aside.stat().st_mtime < before_s:
            aside.unlink()
            return True
        self._put_back(aside)
        return False

    def _put_back_all(self) -> None:
        for aside in (self._folder / "aside").iterdir():
            self._put_back(aside)

    def _put_back(self, aside: Path) -> None:
        place = self._place(aside.stem)
        with contextlib.suppress(FileExistsError):  # kept again in the meantime: the same bytes
            place.hardlink_to(aside)
        fsync_folder(place.parent)
        aside.unlink()


def _as_file(incoming: Incoming) -> IncomingFile:
    if not isinstance(incoming, IncomingFile):
        raise TypeError("this photo was not begun by this store")
    return incoming


def _older(folder: Path, before_s: float) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name.removesuffix(SUFFIX) for entry in entries if entry.stat().st_mtime < before_s]


def fsync_folder(folder: Path | str) -> None:
    """Return when the names in `folder` are on the disk."""
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
