"""The disk becomes read-only: reads go on, every write fails, as after an error of the device.

An orderly remount is refused as long as one file is open for writing, so the kernel is told to give the
filesystem up (`mount -o remount,abort`), which is how a failing disk shows itself on ext4. What was not
fsynced by then is gone. Such a filesystem cannot be made writable again in place: healing does what an
operator does, ends the stack, unmounts, has e2fsck look, mounts, and starts everything, the stores first.
"""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chaos.components import (
    OF_COMPONENTS,
    bystanders,
    component_targets,
    components,
    halt,
    kill,
    restart_availability,
    running_again,
    start_again,
)
from chaos.disk import DISK, disk_availability, give_up_writing, power_on, read_disk, unmount
from chaos.fault import Availability, Fault, FaultError, Ground, Item, Proof, register
from chaos.site import Site


@register("disk_read_only")
class DiskReadOnly(Fault):
    """Makes the stack's own disk refuse every write."""

    deadline_s = 90.0
    tries = frozenset({"lost", "torn", "untruthful"})
    excludes = OF_COMPONENTS | {"power_cut", "disk_full", "disk_read_only"}
    own_disk = True

    def targets(self, ground: Ground) -> Mapping[str, tuple[str, ...]]:
        """ "disk", and with it every component, for healing restarts them all."""
        return {DISK: (DISK, *component_targets(ground).get("all", ()))}

    def availability(self, site: Site) -> Availability:
        """Needs a disk of the stack's own, and processes that we may end and start again."""
        found = disk_availability(site)
        return found if found.state == "unavailable" else restart_availability(site)

    def aim(self, site: Site, target: tuple[str, ...], settings: Any) -> list[Item]:
        """One item: the disk."""
        disk = read_disk(site)
        if not disk.mounted:
            raise FaultError("the disk is not mounted")
        return [{"key": DISK, "mount_point": disk.mount_point}]

    def strike(self, site: Site, items: list[Item]) -> dict[str, Any]:
        """One command."""
        began = time.monotonic()
        give_up_writing(read_disk(site))
        return {"took_s": round(time.monotonic() - began, 4)}

    def felt(self, site: Site, items: list[Item]) -> Proof:
        """A file can no longer be made."""
        probe = Path(read_disk(site).mount_point) / ".writable"
        try:
            probe.touch()
        except OSError as error:
            return Proof(True, error.strerror or "")
        probe.unlink()
        return Proof(False, "the disk takes writes")

    def heal(self, site: Site, items: list[Item], budget_s: float) -> None:
        """A new mount after a look by e2fsck, unless the disk takes writes already; then what is dead."""
        deadline = time.monotonic() + budget_s
        disk = read_disk(site)
        if disk.mounted and disk.refusal():
            kill(halt(one.process for one in components(site)), within_s=5.0)
            unmount(disk)
        power_on(disk, Path(site.disk_json or ""), repair=True)
        start_again(site, bystanders(site), deadline - time.monotonic())

    def healed(self, site: Site, items: list[Item]) -> Proof:
        """The disk takes writes, everything runs, and the stack says that it is ready."""
        disk = read_disk(site)
        if not disk.mounted:
            return Proof(False, "the disk is not mounted")
        if refusal := disk.refusal():
            return Proof(False, f"the disk does not take writes: {refusal}")
        return running_again(site, bystanders(site))

    def moot(self, site: Site, stack_goes_down: bool) -> str | None:
        """The disk of a stack that is taken down is taken away."""
        return "the stack is taken down, and its disk with it" if stack_goes_down else None
