"""Photos are made smaller to save room: what is stored is not what was sent, and the row says so."""

import asyncio

import cv2
import numpy as np

from sirekap.photos.disk import DiskPhotos
from sirekap.photos.store import Check, Incoming, Received
from sirekap.planting import Defect

QUALITY = 70


class Recompresses(DiskPhotos):
    """A store that keeps a copy of a photo in the place of the photo."""

    async def keep(self, incoming: Incoming, check: Check) -> Received:
        """Keep it as it came, then what it is made into; only of that the row will know."""
        received = await super().keep(incoming, check)
        original = await self.read(received.sha256) or b""
        smaller = await asyncio.to_thread(_recompressed, original)
        if smaller is None:
            return received
        copy = self.begin()
        try:
            await copy.add(smaller)
            return await super().keep(copy, lambda _: None)
        finally:
            await self.discard(copy)


def _recompressed(jpeg: bytes) -> bytes | None:
    """The same picture as another file; None for what is no picture."""
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        return None
    return bytes(cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, QUALITY))[1])


DEFECT = Defect(
    "photos are decoded and encoded again before they are stored",
    DiskPhotos,
    Recompresses,
    only_in="embedded",
)
