"""SIGKILL: the processes of a component die at once, children too; healing starts them again.

Shows what is lost with a process's memory. It says nothing about the disk: what was written without fsync
survives a kill, because the kernel still holds it.
"""

import time
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import Field

from chaos.components import (
    OF_COMPONENTS,
    component_targets,
    components_to_restart,
    halt,
    kill,
    none_alive,
    restart_availability,
    running_again,
    start_again,
)
from chaos.fault import Availability, Fault, Ground, Item, Proof, Settings, register
from chaos.process import ProcessId
from chaos.site import Site


class ProcessKillSettings(Settings):
    """`count`: how many of the target's components die, drawn from the seed; 0 is all of them."""

    count: Annotated[int, Field(ge=0)] = 0


@register("process_kill")
class ProcessKill(Fault):
    """Kills components of the stack and starts them again, those that others need first."""

    settings = ProcessKillSettings
    deadline_s = 45.0
    tries = frozenset({"lost", "duplicated", "torn", "phantom", "untruthful", "forgotten"})
    excludes = OF_COMPONENTS - {"process_kill"} | {"power_cut", "disk_read_only"}

    def targets(self, ground: Ground) -> Mapping[str, tuple[str, ...]]:
        """A component ("api-1"), all that share a name ("api"), or "all"."""
        return component_targets(ground)

    def draw(self, target: tuple[str, ...], settings: Any, rank: Callable[[str], int]) -> tuple[str, ...]:
        """The `count` components that the seed ranks first."""
        count = settings.count or len(target)
        return tuple(sorted(sorted(target, key=rank)[:count]))

    def availability(self, site: Site) -> Availability:
        """Every component must be ours to signal, and must come with a command that starts it again."""
        return restart_availability(site)

    def aim(self, site: Site, target: tuple[str, ...], settings: Any) -> list[Item]:
        """One item a component, in the order in which they must be started again."""
        return components_to_restart(site, target)

    def strike(self, site: Site, items: list[Item]) -> dict[str, Any]:
        """Holds the parents still (no new children), then kills them with all their children."""
        began = time.monotonic()
        roots = [ProcessId.from_json(item) for item in items]
        doomed = halt(roots)
        kill(doomed)
        dead_before = [
            item["component"] for item, root in zip(items, roots, strict=True) if root not in doomed
        ]
        return {
            "killed_pids": [one.pid for one in doomed],
            "dead_before": dead_before,
            "took_s": round(time.monotonic() - began, 4),
        }

    def felt(self, site: Site, items: list[Item]) -> Proof:
        """None of the processes lives."""
        return none_alive(items)

    def heal(self, site: Site, items: list[Item], budget_s: float) -> None:
        """Starts what is dead, one after another."""
        start_again(site, [item["component"] for item in items], budget_s)

    def healed(self, site: Site, items: list[Item]) -> Proof:
        """Each component has a live process, and the stack says that it is ready."""
        return running_again(site, [item["component"] for item in items])

    def moot(self, site: Site, stack_goes_down: bool) -> str | None:
        """A stack about to be taken down is not started first."""
        return "the stack is taken down" if stack_goes_down else None
