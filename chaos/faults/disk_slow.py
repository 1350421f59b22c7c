"""The disk is slow: only so many writes and bytes a second get through to it, and fsync waits its turn.

The limit is the kernel's (blkio throttling, control groups v1) on the loop device of the stack's own disk. It
is set in the groups of the stack's processes and in the topmost one, where the journal and the write-back of
the kernel live, so nothing slips past it. Reads are as fast as ever. An unused allowance saves up for about a
tenth of a second, so a lone write may be quick.
"""

import contextlib
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from chaos.components import components
from chaos.control_groups import hierarchy
from chaos.disk import DISK, device_number, disk_availability, read_disk
from chaos.fault import Availability, Fault, FaultError, Ground, Item, Proof, Settings, register
from chaos.site import Site

_WRITES = "blkio.throttle.write_iops_device"
_BYTES = "blkio.throttle.write_bps_device"
_LOOK_S = 0.6
_BLOCK = b"\0" * 4096


class DiskSlowSettings(Settings):
    """`writes_per_s` and `bytes_per_s`: what the disk still takes; one fsync is about three writes."""

    writes_per_s: Annotated[int, Field(ge=2, le=10_000)] = 40
    bytes_per_s: Annotated[int, Field(ge=65_536)] = 4_000_000


@register("disk_slow")
class DiskSlow(Fault):
    """Throttles the writes to the stack's own disk."""

    settings = DiskSlowSettings
    deadline_s = 30.0
    tries = frozenset({"stale", "hidden", "duplicated", "unbounded", "false_refusal"})
    excludes = frozenset({"disk_slow"})
    own_disk = True

    def targets(self, ground: Ground) -> Mapping[str, tuple[str, ...]]:
        """ "disk"."""
        return {DISK: (DISK,)}

    def availability(self, site: Site) -> Availability:
        """Needs a disk of the stack's own, and control groups v1 whose blkio limits we may set."""
        found = disk_availability(site)
        if found.state == "unavailable":
            return found
        try:
            top = hierarchy("blkio").top
        except FaultError as error:
            return Availability("unavailable", f"{error} (version 1 is needed)")
        if not os.access(top / _WRITES, os.W_OK):
            return Availability("unavailable", f"{top / _WRITES} cannot be written")
        return Availability("available")

    def aim(self, site: Site, target: tuple[str, ...], settings: Any) -> list[Item]:
        """One item: the device, its limits, and the groups in which they are set."""
        tree = hierarchy("blkio")
        groups = {tree.top, *(tree.home_of(one.process.pid) for one in components(site))}
        return [
            {
                "key": "disk:speed",
                "device": device_number(read_disk(site)),
                "limits": {_WRITES: settings.writes_per_s, _BYTES: settings.bytes_per_s},
                "groups": sorted(str(group) for group in groups),
            }
        ]

    def strike(self, site: Site, items: list[Item]) -> dict[str, Any]:
        """One line in each group."""
        for item in items:
            for group in item["groups"]:
                for file, limit in item["limits"].items():
                    try:
                        (Path(group) / file).write_text(f"{item['device']} {limit}")
                    except OSError as error:
                        raise FaultError(f"{group}/{file} takes no limit: {error.strerror}") from error
        return {"device": [item["device"] for item in items]}

    def felt(self, site: Site, items: list[Item]) -> Proof:
        """Synchronous writes of one block, for half a second: not many more get through than allowed."""
        rate_per_s = _synchronous_writes_per_s(Path(read_disk(site).mount_point) / ".speed")
        allowed_per_s = min(item["limits"][_WRITES] for item in items)
        told = f"{rate_per_s:.0f} writes/s get through, {allowed_per_s} are allowed"
        return Proof(rate_per_s <= 2.0 * allowed_per_s, told)

    def heal(self, site: Site, items: list[Item], budget_s: float) -> None:
        """0 takes a limit away; the rules outlive a device that was detached, so they go by its number."""
        for item in items:
            for group in item["groups"]:
                for file in item["limits"]:
                    with contextlib.suppress(FileNotFoundError):  # the group is gone, and its rules with it
                        (Path(group) / file).write_text(f"{item['device']} 0")

    def healed(self, site: Site, items: list[Item]) -> Proof:
        """No rule for the device is left."""
        for item in items:
            for group in item["groups"]:
                for file in item["limits"]:
                    if _limit_of(item["device"], Path(group) / file):
                        return Proof(False, f"{group}/{file} still limits device {item['device']}")
        return Proof(True)


def _limit_of(device: str, file: Path) -> str:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ""
    return next((line for line in lines if line.split()[0] == device), "")


def _synchronous_writes_per_s(probe: Path) -> float:
    try:
        file = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_DSYNC, 0o600)
    except OSError as error:
        raise FaultError(f"{probe} cannot be written: {error.strerror}") from error
    try:
        began, written = time.monotonic(), 0
        while time.monotonic() < began + _LOOK_S:
            os.pwrite(file, _BLOCK, 0)
            written += 1
        return written / (time.monotonic() - began)
    finally:
        os.close(file)
        probe.unlink()
