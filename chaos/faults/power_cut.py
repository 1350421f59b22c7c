"""The server loses its power: everything dies at once, and whatever was not fsynced is gone.

kill -9 proves nothing about durability, because the kernel still holds what was written. Here all processes
of the stack are halted, its filesystem is cut off so that neither page cache nor open journal reaches the
disk, then they are killed and the disk is unmounted and detached. It stays off until healing attaches it, has
the journal replayed and starts everything again, the stores first.

What it models is the loss of page cache and open journal. It does not model a drive that lies about what it
has written or tears a sector; and clients see their connections reset, where a server without power would
leave them in silence.
"""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chaos.components import (
    OF_COMPONENTS,
    component_targets,
    components,
    halt,
    kill,
    none_alive,
    restart_availability,
    running_again,
    start_again,
)
from chaos.disk import DISK, cut_off, disk_availability, power_on, read_disk, unmount
from chaos.fault import Availability, Fault, FaultError, Ground, Item, Proof, register
from chaos.process import ProcessId
from chaos.site import Site
from chaos.stack import starts_under_way

_DIES_WITHIN_S = 5.0
"""A process in the middle of a write dies once the kernel has given that up."""


@register("power_cut")
class PowerCut(Fault):
    """Cuts the power of the machine that the stack stands for."""

    deadline_s = 90.0
    tries = frozenset({"lost", "torn", "altered", "duplicated", "phantom", "reordered", "forgotten"})
    excludes = OF_COMPONENTS | {"power_cut", "disk_full", "disk_read_only"}
    own_disk = True

    def targets(self, ground: Ground) -> Mapping[str, tuple[str, ...]]:
        """ "server": the disk and every component."""
        return {"server": (DISK, *component_targets(ground).get("all", ()))}

    def availability(self, site: Site) -> Availability:
        """Needs a disk of the stack's own, and processes that we may end and start again."""
        found = disk_availability(site)
        return found if found.state == "unavailable" else restart_availability(site)

    def aim(self, site: Site, target: tuple[str, ...], settings: Any) -> list[Item]:
        """One item: the disk, and every process that dies with it."""
        disk = read_disk(site)
        if not disk.mounted:
            raise FaultError("the power is off already")
        dying = [{"component": one.name, **one.process.to_json()} for one in components(site)]
        return [{"key": DISK, "mount_point": disk.mount_point, "processes": dying}]

    def strike(self, site: Site, items: list[Item]) -> dict[str, Any]:
        """Halts all, parents first; then nothing written reaches the disk any more; then all die."""
        began = time.monotonic()
        disk = read_disk(site)
        halted = halt([*_roots(items), *starts_under_way(site)])
        cut_off(disk)
        cut_s = time.monotonic() - began
        kill(halted, _DIES_WITHIN_S)
        unmount(disk)
        return {
            "killed_pids": [one.pid for one in halted],
            "cut_after_s": round(cut_s, 4),
            "took_s": round(time.monotonic() - began, 4),
        }

    def felt(self, site: Site, items: list[Item]) -> Proof:
        """No process lives, and the disk is not there."""
        if read_disk(site).mounted:
            return Proof(False, "the disk is mounted")
        return none_alive(items[0]["processes"])

    def heal(self, site: Site, items: list[Item], budget_s: float) -> None:
        """Completes a cut that was broken off, then power on and everything started again."""
        deadline = time.monotonic() + budget_s
        disk = read_disk(site)
        kill(halt(_roots(items)), _DIES_WITHIN_S)
        if disk.mounted and disk.refusal():
            unmount(disk)
        power_on(disk, Path(site.disk_json or ""))
        start_again(site, [one.name for one in components(site)], deadline - time.monotonic())

    def healed(self, site: Site, items: list[Item]) -> Proof:
        """The disk takes writes, every component runs, and the stack says that it is ready."""
        disk = read_disk(site)
        if not disk.mounted:
            return Proof(False, "the disk is not mounted")
        if refusal := disk.refusal():
            return Proof(False, f"the disk does not take writes: {refusal}")
        return running_again(site, [one.name for one in components(site)])

    def moot(self, site: Site, stack_goes_down: bool) -> str | None:
        """The disk of a stack that is taken down is taken away."""
        return "the stack is taken down, and its disk with it" if stack_goes_down else None


def _roots(items: list[Item]) -> list[ProcessId]:
    return [ProcessId.from_json(one) for item in items for one in item["processes"]]
