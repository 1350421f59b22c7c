"""A cache of previews that nobody empties: every photo stays in the worker, with its picture at half size."""

import asyncio
from typing import Any, NamedTuple

import cv2
import numpy as np

from sirekap.photos.disk import DiskPhotos
from sirekap.photos.store import Check, Incoming, Received
from sirekap.planting import Defect


class Preview(NamedTuple):
    """A photo, and the pixels of its preview; none for what is no picture."""

    photo: bytes
    pixels: Any


PREVIEWS: dict[str, Preview] = {}


class RemembersPhotos(DiskPhotos):
    """A store that makes a preview of whatever it keeps."""

    async def keep(self, incoming: Incoming, check: Check) -> Received:
        """Keep it, on the disk and in memory."""
        received = await super().keep(incoming, check)
        photo = await self.read(received.sha256) or b""
        PREVIEWS[received.sha256] = Preview(photo, await asyncio.to_thread(_half_size, photo))
        return received


def _half_size(jpeg: bytes) -> Any:
    return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_REDUCED_COLOR_2)


DEFECT = Defect(
    "every photo stays in the memory of the API worker that kept it",
    DiskPhotos,
    RemembersPhotos,
    only_in="embedded",
)
