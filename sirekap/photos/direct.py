"""New files written past the page cache (O_DIRECT) and without a name (O_TMPFILE), where the filesystem can.

A photo is written once and waits for the disk anyway. Through the page cache each of its 75 pages is
allocated, copied, marked dirty and searched for by fsync. Files alone, 16 writers of 300 KB: 1.4 to 2.8 times
the rate and a third to two fifths of the processor time of buffered ones, by the hour (BENCHMARKS.md). What
O_DIRECT asks in return, memory and lengths in whole blocks, is met by one staging buffer a thread: a file is
written in whole blocks, the last one padded, and cut to its length before fsync.

A file that gets its name only when it is whole needs no tmp folder, in which all writers would wait for one
another, and leaves nothing behind when its writer dies.
"""

import errno
import mmap
import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from sirekap.photos.store import Piece

BLOCK_BYTES = 4096  # a multiple of the logical block of every disk we know
STAGE_BYTES = 1_048_576
UNABLE = (errno.EINVAL, errno.EOPNOTSUPP, errno.EISDIR)  # how a filesystem says that it cannot do it


@dataclass(frozen=True)
class Abilities:
    """What the filesystem of a folder can do."""

    direct: bool
    unnamed: bool


class _Stage(threading.local):
    """A page-aligned buffer for each thread that writes."""

    def __init__(self) -> None:
        self.memory = memoryview(mmap.mmap(-1, STAGE_BYTES))


_stage = _Stage()


class NewFile:
    """A file that does not exist yet, written from beginning to end; for one thread at a time.

    Until `name` it is unnamed in the folder of `path` or, where that cannot be, called `path`.
    """

    def __init__(self, path: str, abilities: Abilities, sync: Callable[[int], None] = os.fsync) -> None:
        self._sync = sync
        flags = os.O_WRONLY | os.O_CLOEXEC | (os.O_DIRECT if abilities.direct else 0)
        if abilities.unnamed:
            self._path, path, flags = None, path.rpartition("/")[0], flags | os.O_TMPFILE
        else:
            self._path, flags = path, flags | os.O_CREAT | os.O_EXCL
        self._fd = os.open(path, flags, 0o644)
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
        self._sync(self._fd)

    def name(self, path: str) -> None:
        """Give a finished file its name and close it.

        Whoever has this name has the same bytes, for it is their digest: they stay, and count as kept now.
        """
        if self._path is not None:
            Path(self._path).rename(path)
            self._path = None
        else:
            while not self._linked(path):
                pass  # it was there, and was swept in this very moment
        self.close()

    def close(self) -> None:
        """Close it; without a name it is gone. Harmless when closed."""
        if self._open:
            self._open = False
            os.close(self._fd)
            if self._path is not None:
                Path(self._path).unlink(missing_ok=True)

    def _linked(self, path: str) -> bool:
        try:
            # naming a folder to start from makes it linkat, which alone follows the link
            os.link(f"/proc/self/fd/{self._fd}", path, src_dir_fd=self._fd, follow_symlinks=True)
        except FileExistsError:
            try:
                os.utime(path)
            except FileNotFoundError:
                return False
        return True

    def _put(self, length: int) -> None:
        written = 0
        while written < length:
            written += os.write(self._fd, _stage.memory[written:length])


def abilities_of(folder: Path) -> Abilities:
    """What the filesystem of `folder` can do; tmpfs, for one, takes direct writes only since Linux 6.6."""
    return Abilities(
        direct=_can(folder, Abilities(direct=True, unnamed=False)),
        unnamed=_can(folder, Abilities(direct=False, unnamed=True)),
    )


def _can(folder: Path, wanted: Abilities) -> bool:
    probe = folder / f".probe.{os.getpid()}"
    try:
        file = NewFile(str(probe), wanted)
        file.write([bytes(BLOCK_BYTES)])
        file.close()
    except OSError as error:
        if error.errno not in UNABLE:
            raise
        return False
    finally:
        probe.unlink(missing_ok=True)  # made in spite of the refusal, as older kernels do
    return True
