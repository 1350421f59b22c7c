"""What a photo store must do. Another store (S3, say) is another class with these verbs."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

HEAD_BYTES = 262_144  # enough for a frame header behind EXIF with a thumbnail and a colour profile
TAIL_BYTES = 4


Piece = bytes | bytearray | memoryview


@dataclass(frozen=True)
class Received:
    """What arrived: digest and size of all bytes, and the bytes at both ends, for the checks.

    `head` has at most HEAD_BYTES, `tail` at most TAIL_BYTES.
    """

    sha256: str
    size_bytes: int
    head: Piece
    tail: bytes


Check = Callable[[Received], None]
"""Looks at what arrived before it is kept; raises what the sender is to be told."""


class Incoming(Protocol):
    """A photo on its way in."""

    async def add(self, data: Piece) -> None:
        """Take the next bytes; they may not change afterwards."""


class PhotoStore(Protocol):
    """Photos by the sha256 of their bytes."""

    def begin(self) -> Incoming:
        """Open a place for a photo that is about to arrive."""

    async def keep(self, incoming: Incoming, check: Check) -> Received:
        """Make a photo that has arrived durable under its digest, unless `check` raises.

        When this returns it survives a power cut. `check` runs off the event loop.
        """

    async def discard(self, incoming: Incoming) -> None:
        """Forget a photo that will not be kept; harmless after `keep`."""

    async def read(self, sha256: str) -> bytes | None:
        """The bytes of a kept photo, or None."""

    def kept_before(self, moment: datetime) -> AsyncIterator[Sequence[str]]:
        """Digests of photos last kept before `moment`, some at a time."""

    async def remove(self, sha256: str, kept_before: datetime) -> bool:
        """Remove a photo unless it was kept again since; whether it was removed."""

    def close(self) -> None:
        """End its threads after the work in hand."""


class StoreUnableError(Exception):
    """The store cannot take the photo now (disk full, input/output error)."""
