"""A cache of previews that nobody empties: every photo stays in the worker, as bytes and as a data URL."""

from base64 import b64encode
from typing import NamedTuple

from sirekap.photos.disk import DiskPhotos
from sirekap.photos.store import Check, Incoming, Received
from sirekap.planting import Defect


class Preview(NamedTuple):
    """A photo, and how a page would show it."""

    photo: bytes
    url: str


PREVIEWS: dict[str, Preview] = {}


class RemembersPhotos(DiskPhotos):
    """A store that makes a preview of whatever it keeps."""

    async def keep(self, incoming: Incoming, check: Check) -> Received:
        """Keep it, on the disk and in memory."""
        received = await super().keep(incoming, check)
        photo = await self.read(received.sha256) or b""
        PREVIEWS[received.sha256] = Preview(photo, f"data:image/jpeg;base64,{b64encode(photo).decode()}")
        return received


DEFECT = Defect("every photo stays in the memory of the API worker that kept it", DiskPhotos, RemembersPhotos)
