"""A photo's bytes are fsynced and its name is not: after a power cut it may be a photo without a name."""

from pathlib import Path

from sirekap.photos.disk import Disk
from sirekap.planting import Defect


class ForgetsNames(Disk):
    """A disk that is asked for bytes only."""

    def sync_names(self, folder: Path | str) -> None:
        """The step that is missing in most programs."""


DEFECT = Defect("the folder of a photo is not fsynced", Disk, ForgetsNames, only_in="embedded")
