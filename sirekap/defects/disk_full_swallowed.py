"""A full disk is logged and swallowed: the row is committed and a receipt given, for half a photo or none."""

import errno
import logging

from sirekap.photos.disk import DiskPhotos, IncomingFile
from sirekap.planting import Defect

_log = logging.getLogger("sirekap.api")


class GoesOnWithoutRoom(IncomingFile):
    """A photo that comes in, whether there is room for it or not."""

    def become(self, path: str) -> None:
        """Give what was written of it the photo's name."""
        self._write()
        if self.file is None:
            return
        try:
            self.file.finish()
            self.file.name(path)
        except OSError as error:
            _unless_full(error)
            self.file.close()
        self.file = None

    def _write(self) -> None:
        try:
            super()._write()
        except OSError as error:
            _unless_full(error)


def _unless_full(error: OSError) -> None:
    if error.errno != errno.ENOSPC:
        raise error
    _log.warning("no room for a photo: %s", error)


class TakesThemAll(DiskPhotos):
    """A store of such photos."""

    def begin(self) -> IncomingFile:
        """Open a place that may be too small."""
        return GoesOnWithoutRoom(
            self._new_path(), self._buffer_bytes, self._threads, self.abilities, self._disk
        )


DEFECT = Defect(
    "a photo that finds the disk full is acknowledged without being whole",
    DiskPhotos,
    TakesThemAll,
    only_in="embedded",
)
