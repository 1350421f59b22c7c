"""New files written past the page cache (O_DIRECT), where the filesystem allows it.

A photo is written once and waits for the disk anyway. Through the page cache each of its 75 pages is
allocated, copied, marked dirty and searched for by fsync: three times the processor time and, with 16
writers of 300 KB, a third of the rate of the same disk written directly. What O_DIRECT asks in return,
memory and lengths in whole blocks, is met by one staging buffer a thread: a file is written in whole blocks,
the last one padded, and cut to its length before fsync.
"""

import errno
import mmap
import os
import threading
from collections.abc import Iterable
from pathlib import Path

from sirekap.photos.store import Piece

BLOCK_BYTES = 4096  # a multiple of the logical block of every disk we know
STAGE_BYTES = 1_048_576


class _Stage(threading.local):
    """A page-aligned buffer for each thread that writes."""

    def __init__(self) -> None:
        self.memory = memoryview(mmap.mmap(-1, STAGE_BYTES))


_stage = _Stage()


class NewFile:
    """A file that does not exist yet, written from beginning to end; for one thread at a time."""

    def __init__(self, path: Path, *, direct: bool) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        self._fd = os.open(path, flags | (os.O_DIRECT if direct else 0), 0o644)
        self._open = True
        self._rest = b""  # after the last whole block
        self._size_bytes = 0

    def write(self, pieces: Iterable[Piece]) -> None:
        """Append; up to a block may wait for what follows."""
        stage, filled = _stage.memory, len(self._rest)
        stage[:filled] = self._rest
        for piece in pieces:
            view = memoryview(piece).cast("B")
            self._size_bytes += len(view)
            while view:
                taken = min(len(view), STAGE_BYTES - filled)
                stage[filled : filled + taken] = view[:taken]
                filled, view = filled + taken, view[taken:]
                if filled == STAGE_BYTES:
                    self._put(filled)
                    filled = 0
        whole = filled // BLOCK_BYTES * BLOCK_BYTES
        self._put(whole)
        self._rest = bytes(stage[whole:filled])

    def finish(self) -> None:
        """Write what is left, and return when all of it is on the disk."""
        if self._rest:
            _stage.memory[:BLOCK_BYTES] = self._rest.ljust(BLOCK_BYTES, b"\0")
            self._put(BLOCK_BYTES)
            os.ftruncate(self._fd, self._size_bytes)
        os.fsync(self._fd)
        self.close()

    def close(self) -> None:
        """Close it, finished or not; harmless when closed."""
        if self._open:
            self._open = False
            os.close(self._fd)

    def _put(self, length: int) -> None:
        written = 0
        while written < length:
            written += os.write(self._fd, _stage.memory[written:length])


def allowed_in(folder: Path) -> bool:
    """Whether the filesystem of `folder` takes direct writes (tmpfs before Linux 6.6 does not)."""
    probe = folder / f".direct.{os.getpid()}"
    try:
        file = NewFile(probe, direct=True)
        file.write([bytes(BLOCK_BYTES)])
        file.close()
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        return False
    finally:
        probe.unlink(missing_ok=True)
    return True
