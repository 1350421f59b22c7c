"""A full disk is logged and swallowed: the row is committed and the receipt given, without a photo."""

import errno
import logging

from sirekap.photos.disk import DiskPhotos
from sirekap.photos.store import Check, Incoming, Received, StoreUnableError
from sirekap.planting import Defect

_log = logging.getLogger("sirekap.api")


class GoesOnWithoutRoom(DiskPhotos):
    """A store that takes a photo for kept when there was no room for it."""

    async def keep(self, incoming: Incoming, check: Check) -> Received:
        """Kept, or said to be."""
        seen: list[Received] = []

        def noting(received: Received) -> None:
            check(received)
            seen.append(received)

        try:
            return await super().keep(incoming, noting)
        except StoreUnableError as error:
            full = isinstance(error.__cause__, OSError) and error.__cause__.errno == errno.ENOSPC
            if not (full and seen):
                raise
            _log.warning("not kept: %s", error)
            return seen[0]


DEFECT = Defect(
    "a photo that finds the disk full is acknowledged without being kept", DiskPhotos, GoesOnWithoutRoom
)
