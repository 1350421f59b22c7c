"""Photos that nobody was promised: found, and removed when they are old.

A photo is durable before its row is committed, so a crash in between leaves a photo without a row. It is
shown to nobody, and whoever sent it was told nothing and sends it again. A row without a photo cannot come to
be.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta

from sirekap.photos.partial import PartialPhotos
from sirekap.photos.store import PhotoStore

AT_A_TIME = 1000

Referenced = Callable[[Sequence[str]], Awaitable[Collection[str]]]
"""Those of some names that something still speaks of."""


class OrphanSweep:
    """Removes photos that nothing refers to, last kept so long ago; a little at a time, over and over."""

    def __init__(self, photos: PhotoStore, referenced: Referenced, older_than: timedelta) -> None:
        self._photos = photos
        self._referenced = referenced
        self._older_than = older_than
        self._found: AsyncIterator[Sequence[str]] | None = None
        self._before = datetime.now(UTC)

    async def further(self, steps: int = 16) -> int:
        """Look at the photos of so many steps of the store's listing; how many were removed."""
        if self._found is None:
            self._before = datetime.now(UTC) - self._older_than
            self._found = self._photos.kept_before(self._before)
        gone = 0
        for _ in range(steps):
            old = await anext(self._found, None)
            if old is None:
                self._found = None
                break
            gone += await self._swept(old)
        return gone

    async def _swept(self, old: Sequence[str]) -> int:
        gone = 0
        for at in range(0, len(old), AT_A_TIME):
            few = old[at : at + AT_A_TIME]
            kept = set(await self._referenced(few))
            for sha256 in few:
                gone += sha256 not in kept and await self._photos.remove(sha256, self._before)
        return gone


async def sweep_partial(
    partial: PartialPhotos,
    expired: Callable[[int], Awaitable[Sequence[str]]],
    known: Referenced,
    idle_s: float,
) -> int:
    """Remove the bytes of expired uploads, and those that no upload speaks of any more; how many."""
    gone = set(await expired(AT_A_TIME))
    idle = (await partial.older_than(idle_s))[:AT_A_TIME]
    gone |= set(idle) - set(await known(idle))
    for identity in gone:
        await partial.remove(identity)
    return len(gone)
