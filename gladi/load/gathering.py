"""The record of a worker elsewhere, on its way to the run directory while the run plays.

A worker writes to a file of its own and sends, with every beat, what has been added since. So a worker that
dies takes with it what it wrote after its last beat, and no more. Both ends count bytes: what does not fit
where the last piece ended is not taken, and asked for again.
"""

import zlib
from pathlib import Path
from typing import Any

_AT_ONCE = 4 << 20
"""Most bytes of a piece, so that no beat stalls the next."""
_WORTH_PACKING = 4096
"""Bytes from which packing pays."""


class Sending:
    """The worker's end: what of the file at `path` has not been sent yet."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sent = 0

    def piece(self) -> dict[str, Any]:
        """The next bytes: `at`, `bytes`, `packed` (zlib)."""
        with self._path.open("rb") as file:
            file.seek(self._sent)
            data = file.read(_AT_ONCE)
        at = self._sent
        self._sent += len(data)
        packed = len(data) >= _WORTH_PACKING
        return {"at": at, "bytes": zlib.compress(data, 1) if packed else data, "packed": packed}

    def again(self, at: int) -> None:
        """The other end has `at` bytes: go on from there."""
        self._sent = at

    @property
    def left(self) -> int:
        """Bytes that were never sent."""
        return self._path.stat().st_size - self._sent


class Gathering:
    """The master's end: appends pieces to `path`; `have` bytes are safe."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self.have = 0

    def take(self, piece: dict[str, Any]) -> bool:
        """Append a piece; False for one that does not go on where the last ended."""
        data = self.unpacked(piece)
        start = self.have - int(piece["at"])
        if start < 0:
            return False
        self._file.write(data[start:])
        self._file.flush()
        self.have += max(0, len(data) - start)
        return True

    @staticmethod
    def unpacked(piece: dict[str, Any]) -> bytes:
        """The bytes of a piece."""
        data: bytes = piece["bytes"]
        return zlib.decompress(data) if piece["packed"] else data

    def close(self) -> None:
        """Nothing more comes."""
        self._file.close()
