"""The digest that a phone announces is asked for and never compared; both ends of a photo are looked at."""

from sirekap.photos.completeness import PhotoCheck
from sirekap.photos.store import Received
from sirekap.planting import Defect


class LooksAtBothEnds(PhotoCheck):
    """A check that takes what came for what was announced."""

    def whole(self, received: Received, announced_sha256: str) -> None:
        """Begins and ends as a JPEG does; what is in between may have changed on the way."""
        super().whole(received, received.sha256)


DEFECT = Defect("the announced digest of a photo is not compared", PhotoCheck, LooksAtBothEnds)
