"""A photo is written, renamed and forgotten: the operating system writes it when it likes."""

from pathlib import Path

from sirekap.photos.direct import Abilities
from sirekap.photos.disk import Disk
from sirekap.planting import Defect

BUFFERED = Abilities(direct=False, unnamed=False)


class NeverSyncs(Disk):
    """A disk of which nothing is asked."""

    def abilities(self, folder: Path) -> Abilities:
        """Plain writes, as most programs do."""
        return BUFFERED

    def sync_file(self, fd: int) -> None:
        """It is written, is it not?"""

    def sync_names(self, folder: Path | str) -> None:
        """It has its name, has it not?"""


DEFECT = Defect("photos are written and renamed without any fsync", Disk, NeverSyncs, only_in="embedded")
