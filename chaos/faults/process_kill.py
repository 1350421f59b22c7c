"""SIGKILL: the processes of a component die at once, children too; healing starts them again.

Shows what is lost with a process's memory. It says nothing about the disk: what was written without fsync
survives a kill, because the kernel still holds it.
"""

import signal
import time
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import Field

from chaos.components import component_targets, process_availability
from chaos.fault import Availability, Fault, FaultError, Ground, Item, Proof, Settings, register
from chaos.process import ProcessId, wait_gone
from chaos.site import Site
from chaos.stack import StackError, read_stack, ready, start_component


class ProcessKillSettings(Settings):
    """`count`: how many of the target's components die, drawn from the seed; 0 is all of them."""

    count: Annotated[int, Field(ge=0)] = 0


@register("process_kill")
class ProcessKill(Fault):
    """Kills components of the stack and starts them again, those that others need first."""

    settings = ProcessKillSettings
    deadline_s = 45.0

    def targets(self, ground: Ground) -> Mapping[str, tuple[str, ...]]:
        """A component ("api-1"), or all that share a name ("api")."""
        return component_targets(ground)

    def draw(self, target: tuple[str, ...], settings: Any, rank: Callable[[str], int]) -> tuple[str, ...]:
        """The `count` components that the seed ranks first."""
        count = settings.count or len(target)
        return tuple(sorted(sorted(target, key=rank)[:count]))

    def availability(self, site: Site) -> Availability:
        """Every component must be ours to signal, and must come with a command that starts it again."""
        found = process_availability(site)
        if found.state == "unavailable":
            return found
        lame = [one.name for one in read_stack(site).components if not one.start]
        if lame:
            return Availability("degraded", f"no start command in stack.json for {', '.join(lame)}")
        return found

    def aim(self, site: Site, target: tuple[str, ...], settings: Any) -> list[Item]:
        """One item a component, in the order in which they must be started again."""
        try:
            stack = read_stack(site)
            for name in target:
                if not stack.component(name).start:
                    raise FaultError(f"stack.json gives no command to start {name} again, so it is spared")
        except StackError as error:
            raise FaultError(str(error)) from error
        return [
            {"key": f"component:{one.name}", "component": one.name, **one.process.to_json()}
            for one in stack.components
            if one.name in target
        ]

    def strike(self, site: Site, items: list[Item]) -> dict[str, Any]:
        """Holds the parents still (no new children), then kills them with all their children."""
        began = time.monotonic()
        roots = [ProcessId.from_json(item) for item in items]
        for root in roots:
            root.send(signal.SIGSTOP)
        doomed = [one for root in roots for one in root.tree()]
        for one in doomed:
            one.send(signal.SIGKILL)
        left = wait_gone(doomed, 1.5)
        if left:
            raise FaultError(f"still alive after SIGKILL: pid {', '.join(str(one.pid) for one in left)}")
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
        alive = [item["component"] for item in items if ProcessId.from_json(item).alive]
        return Proof(False, f"alive: {', '.join(alive)}") if alive else Proof(True)

    def heal(self, site: Site, items: list[Item], budget_s: float) -> None:
        """Starts what is dead, one after another."""
        deadline = time.monotonic() + budget_s
        try:
            for item in items:
                component = read_stack(site).component(item["component"])
                if not component.process.alive:
                    start_component(site, component, deadline - time.monotonic())
        except StackError as error:
            raise FaultError(str(error)) from error

    def healed(self, site: Site, items: list[Item]) -> Proof:
        """Each component has a live process, and the stack says that it is ready."""
        try:
            stack = read_stack(site)
            dead = [
                item["component"] for item in items if not stack.component(item["component"]).process.alive
            ]
        except StackError as error:
            return Proof(False, str(error))
        if dead:
            return Proof(False, f"not running: {', '.join(dead)}")
        if not ready(stack.url):
            return Proof(False, f"GET {stack.url}/readyz is not answered with 200")
        return Proof(True)

    def moot(self, site: Site, stack_goes_down: bool) -> str | None:
        """A stack about to be taken down is not started first."""
        return "the stack is taken down" if stack_goes_down else None
