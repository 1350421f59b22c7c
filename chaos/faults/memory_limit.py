"""Memory runs out: a component may take only so much more, and the kernel kills the process that is over it.

What a process holds already stays where it was counted, so the limit is on what it takes from now on, the
page cache of the files it reads and writes included, which the kernel reclaims first. Over the limit a
process dies as by kill -9.
"""

import time
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from chaos.components import (
    OF_COMPONENTS,
    component_targets,
    restart_availability,
    running_again,
    start_again,
    startable,
)
from chaos.control_groups import (
    counters,
    enclose,
    group_availability,
    group_item,
    read_limit,
    release,
    standing,
)
from chaos.fault import Availability, Fault, FaultError, Ground, Item, Proof, Settings, register
from chaos.site import Site

_MIB = 1_048_576
_LIMIT = {1: "memory.limit_in_bytes", 2: "memory.max"}
_FREE = {1: "-1", 2: "max"}


class MemoryLimitSettings(Settings):
    """`headroom_mb`: what a component may take beyond what it holds when it is struck, in MiB."""

    headroom_mb: Annotated[int, Field(ge=1)] = 8


@register("memory_limit")
class MemoryLimit(Fault):
    """Holds components to a little more memory than they have; starts those that died of it."""

    settings = MemoryLimitSettings
    deadline_s = 45.0
    felt_within_s = 20.0
    tries = frozenset({"lost", "duplicated", "torn", "forgotten", "unbounded"})
    excludes = OF_COMPONENTS - {"cpu_starved", "memory_limit"} | {"power_cut", "disk_read_only"}

    def targets(self, ground: Ground) -> Mapping[str, tuple[str, ...]]:
        """A component ("api-1"), or all that share a name ("api")."""
        return component_targets(ground)

    def availability(self, site: Site) -> Availability:
        """Needs the memory controller, and components that are ours."""
        here = group_availability("memory", instead="process_kill ends a component as the kernel would")
        return restart_availability(site) if here.state == "available" else here

    def aim(self, site: Site, target: tuple[str, ...], settings: Any) -> list[Item]:
        """One item a component, in the order in which they must be started again."""
        items = [
            group_item("memory", one) | {"limit_bytes": settings.headroom_mb * _MIB}
            for one in startable(site, target)
            if one.process.alive
        ]
        if not items:
            raise FaultError(f"nothing to limit: {', '.join(target)} not running")
        return items

    def strike(self, site: Site, items: list[Item]) -> dict[str, Any]:
        """A group with a limit for each component; children are born into it."""
        return {
            "held_pids": {
                item["component"]: enclose(
                    "memory", item, {_LIMIT[item["version"]]: str(item["limit_bytes"])}
                )
                for item in items
            }
        }

    def felt(self, site: Site, items: list[Item]) -> Proof:
        """The limit is in force for every component, and has been reached."""
        said = []
        for item in items:
            name, limit = item["component"], read_limit(item, _LIMIT[item["version"]])
            if limit != str(item["limit_bytes"]):
                return Proof(False, f'the limit of {name} is "{limit}", not {item["limit_bytes"]} bytes')
            reached, killed = _pressed(item)
            if not reached and not killed:
                return Proof(False, f"{name} has not needed more than {item['limit_bytes'] // _MIB} MiB")
            said.append(f"{name} reached its limit {reached} times, {killed} processes were killed")
        return Proof(True, "; ".join(said))

    def heal(self, site: Site, items: list[Item], budget_s: float) -> None:
        """Lifts every limit, then starts what has died, one after another."""
        deadline = time.monotonic() + budget_s
        for item in items:
            version = item["version"]
            release([item], {_LIMIT[version]: _FREE[version]}, deadline - time.monotonic())
        start_again(site, [item["component"] for item in items], deadline - time.monotonic())

    def healed(self, site: Site, items: list[Item]) -> Proof:
        """No group is left, every component lives, and the stack says that it is ready."""
        left = standing(items)
        if left:
            return Proof(False, f"still held: {', '.join(left)}")
        return running_again(site, [item["component"] for item in items])


def _pressed(item: Item) -> tuple[int, int]:
    """How often the group came to its limit, and how many of its processes were killed for it."""
    if item["version"] == 2:
        events = counters(item, "memory.events")
        return events.get("max", 0), events.get("oom_kill", 0)
    killed = counters(item, "memory.oom_control").get("oom_kill", 0)
    return int(read_limit(item, "memory.failcnt") or 0), killed
