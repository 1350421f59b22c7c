"""What a request's body is made of: bytes at hand, and files that the kernel sends by itself.

Sending from memory, the kernel copies 300 KB of a photo into its buffers; from a file, it passes on the
pages that hold it anyway (`sendfile`): a third less processor time over loopback.
"""

import os
from collections.abc import Sequence
from pathlib import Path

Buffer = bytes | bytearray | memoryview


class OpenFile:
    """A file open for reading until nobody holds it any more; what it holds may not change."""

    __slots__ = ("number",)

    def __init__(self, path: Path) -> None:
        self.number = -1
        self.number = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def __del__(self) -> None:
        if self.number >= 0:
            os.close(self.number)


class Stretch:
    """What lies in `file` from byte `start` on; `memory` has the same bytes, for who cannot send files."""

    __slots__ = ("file", "memory", "start")

    def __init__(self, file: OpenFile, start: int, memory: Buffer) -> None:
        self.file, self.start, self.memory = file, start, memory

    def __len__(self) -> int:
        return len(self.memory)


Piece = Buffer | Stretch
Body = bytes | Sequence[Piece]
"""A body in one piece or several; what is not copied before it is sent may not change until the answer."""


def in_memory(pieces: Sequence[Piece]) -> list[Buffer]:
    """The same pieces without files."""
    return [piece.memory if isinstance(piece, Stretch) else piece for piece in pieces]
