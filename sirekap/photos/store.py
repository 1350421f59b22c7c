"""What a photo store must do: four verbs. Another store (S3, say) is another class with these."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Received:
    """What arrived: digest and size of all bytes, and the bytes at both ends for the completeness check."""

    sha256: str
    size_bytes: int
    head: bytes
    tail: bytes


class Incoming(Protocol):
    """A photo on its way in."""

    async def add(self, data: bytes) -> None:
        """Take the next bytes."""

    async def end(self) -> Received:
        """No more bytes will come."""


class PhotoStore(Protocol):
    """Photos by the sha256 of their bytes."""

    def begin(self) -> Incoming:
        """Open a place for a photo that is about to arrive."""

    async def keep(self, incoming: Incoming) -> None:
        """Make an ended photo durable under its digest; when this returns it survives a power cut."""

    async def discard(self, incoming: Incoming) -> None:
        """Forget a photo that will not be kept; harmless after `keep`."""

    async def read(self, sha256: str) -> bytes | None:
        """The bytes of a kept photo, or None."""


class StoreUnableError(Exception):
    """The store cannot take the photo now (disk full, input/output error)."""
