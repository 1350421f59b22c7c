"""What comes is kept: nobody looks whether a photo is whole."""

from sirekap.photos.completeness import PhotoCheck
from sirekap.photos.store import Received
from sirekap.planting import Defect


class ChecksNothing(PhotoCheck):
    """A check that every photo passes."""

    def whole(self, received: Received, announced_sha256: str) -> None:
        """It will be all right."""


DEFECT = Defect("a photo is stored as it came, whole or not", PhotoCheck, ChecksNothing)
