"""A power cut without a reboot: a file system of its own whose unwritten pages and open journal are dropped.

It models the loss of the page cache, not a drive that lies about its own cache. Needs root and a loop device.
"""

import contextlib
import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

EXT4_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = 2
IMAGE_MB = 512


def available() -> bool:
    """Whether this machine lets us mount an image of ours."""
    return (
        os.geteuid() == 0
        and Path("/dev/loop-control").exists()
        and all(shutil.which(program) for program in ("mkfs.ext4", "losetup", "mount"))
    )


class Disk:
    """An ext4 image mounted at `folder`, whose power can be cut."""

    def __init__(self, image: Path, folder: Path) -> None:
        self.folder = folder
        self._image = image

    def cut(self) -> None:
        """Drop whatever is not on the disk; from now on every access to the folder fails."""
        fd = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(fd, EXT4_IOC_SHUTDOWN, NO_LOG_FLUSH.to_bytes(4, "little"))
        finally:
            os.close(fd)

    def restart(self) -> None:
        """Mount again, with a replay of the journal, once nobody uses the folder any more."""
        _run("umount", str(self.folder))
        _run("mount", "-o", "loop", str(self._image), str(self.folder))


@contextlib.contextmanager
def disk(home: Path) -> Iterator[Disk]:
    """A fresh disk below `home`, unmounted and deleted at the end."""
    image, folder = home / "disk.img", home / "disk"
    folder.mkdir()
    with image.open("wb") as file:
        file.truncate(IMAGE_MB * 1024 * 1024)
    _run("mkfs.ext4", "-q", "-F", str(image))
    _run("mount", "-o", "loop", str(image), str(folder))
    try:
        yield Disk(image, folder)
    finally:
        _run("umount", str(folder))
        image.unlink()


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, timeout=60)
