"""The disk is full: a ballast file takes what is free, and everybody else's writes fail for want of room.

The disk is the stack's own, so nothing else on the machine is short of room. Healing removes the ballast, and
starts what has died of it.
"""

import contextlib
import errno
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from chaos.components import bystanders, running_again, start_again
from chaos.disk import DISK, disk_availability, read_disk
from chaos.fault import Availability, Fault, FaultError, Ground, Item, Proof, Settings, register
from chaos.site import Site

_BALLAST = "ballast"
_SMALLEST_BYTES = 4096
_STAT_BLOCK_BYTES = 512
_SLACK_BYTES = 1 << 20
"""What may be free beyond `left_bytes`: somebody deletes a file, a table of the filesystem shrinks."""


class DiskFullSettings(Settings):
    """`left_bytes`: how much is left free."""

    left_bytes: Annotated[int, Field(ge=0)] = 0


@register("disk_full")
class DiskFull(Fault):
    """Fills the stack's own disk."""

    settings = DiskFullSettings
    deadline_s = 45.0
    tries = frozenset({"lost", "torn", "untruthful", "false_refusal"})
    excludes = frozenset({"disk_full", "disk_read_only", "power_cut"})
    own_disk = True

    def targets(self, ground: Ground) -> Mapping[str, tuple[str, ...]]:
        """ "disk"."""
        return {DISK: (DISK,)}

    def availability(self, site: Site) -> Availability:
        """Needs a disk of the stack's own."""
        return disk_availability(site)

    def aim(self, site: Site, target: tuple[str, ...], settings: Any) -> list[Item]:
        """One item: the ballast."""
        disk = read_disk(site)
        ballast = Path(disk.mount_point) / _BALLAST
        return [{"key": "disk:room", "ballast": str(ballast), "left_bytes": settings.left_bytes}]

    def strike(self, site: Site, items: list[Item]) -> dict[str, Any]:
        """Allocates without writing, so it takes no time and no room on the machine."""
        disk = read_disk(site)
        if not disk.holds(Path(disk.mount_point)):
            raise FaultError("the disk is not mounted: the ballast would fill the machine's own")
        try:
            took = [_take_room(Path(item["ballast"]), item["left_bytes"]) for item in items]
        except OSError as error:
            raise FaultError(f"the ballast cannot be laid: {error.strerror}") from error
        return {"ballast_bytes": sum(took), "free_bytes": _free_bytes(Path(disk.mount_point))}

    def felt(self, site: Site, items: list[Item]) -> Proof:
        """No more is free than was to be left."""
        for item in items:
            free = _free_bytes(Path(item["ballast"]).parent)
            if free > item["left_bytes"] + _SLACK_BYTES:
                return Proof(False, f"{free} bytes are free")
        return Proof(True)

    def heal(self, site: Site, items: list[Item], budget_s: float) -> None:
        """The ballast goes, and what has died of want is started."""
        if not read_disk(site).mounted:
            raise FaultError("the disk is not mounted, so the ballast on it cannot be removed yet")
        for item in items:
            with contextlib.suppress(FileNotFoundError):
                Path(item["ballast"]).unlink()
        start_again(site, bystanders(site), budget_s)

    def healed(self, site: Site, items: list[Item]) -> Proof:
        """No ballast, everything runs, and the stack says that it is ready."""
        if any(Path(item["ballast"]).exists() for item in items):
            return Proof(False, "the ballast is still there")
        return running_again(site, bystanders(site))

    def moot(self, site: Site, stack_goes_down: bool) -> str | None:
        """The disk of a stack that is taken down is taken away."""
        return "the stack is taken down, and its disk with it" if stack_goes_down else None


def _take_room(ballast: Path, left_bytes: int) -> int:
    """Allocates in ever smaller pieces: the filesystem needs some of the room for its own tables. Returns
    the bytes taken.
    """
    held = 0
    with ballast.open("wb") as file:
        piece = _free_bytes(ballast.parent) - left_bytes
        while piece >= _SMALLEST_BYTES:
            try:
                os.posix_fallocate(file.fileno(), held, piece)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                piece //= 2
            else:
                held += piece
                piece = min(piece, _free_bytes(ballast.parent) - left_bytes)
        return os.fstat(file.fileno()).st_blocks * _STAT_BLOCK_BYTES


def _free_bytes(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
