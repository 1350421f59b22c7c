"""SIGSTOP: the processes of a component stand still with all they hold; SIGCONT lets them go on.

Connections stay open and locks stay held, so callers wait instead of failing: a long garbage collection, a
stalled virtual machine, a swapping host.
"""

import signal
import time
from collections.abc import Mapping
from typing import Any

import psutil

from chaos.components import OF_COMPONENTS, component_targets, process_availability
from chaos.fault import Availability, Fault, FaultError, Ground, Item, Proof, register
from chaos.process import ProcessId
from chaos.site import Site
from chaos.stack import StackError, read_stack


@register("process_pause")
class ProcessPause(Fault):
    """Pauses components of the stack, children included."""

    deadline_s = 15.0
    tries = frozenset({"duplicated", "untruthful", "unbounded"})
    excludes = OF_COMPONENTS - {"process_pause"} | {"power_cut", "disk_read_only"}

    def targets(self, ground: Ground) -> Mapping[str, tuple[str, ...]]:
        """A component ("api-1"), all that share a name ("api"), or "all"."""
        return component_targets(ground)

    def availability(self, site: Site) -> Availability:
        """Every component must be ours to signal."""
        return process_availability(site)

    def aim(self, site: Site, target: tuple[str, ...], settings: Any) -> list[Item]:
        """One item a component: its process, and the children of now, in case the parent dies meanwhile."""
        try:
            stack = read_stack(site)
            components = [stack.component(name) for name in target]
        except StackError as error:
            raise FaultError(str(error)) from error
        items = [
            {
                "key": f"pause:{one.name}:{one.process.pid}",
                "component": one.name,
                **one.process.to_json(),
                "children": [child.to_json() for child in one.process.tree()[1:]],
            }
            for one in components
            if one.process.alive
        ]
        if not items:
            raise FaultError(f"nothing to pause: {', '.join(target)} not running")
        return items

    def strike(self, site: Site, items: list[Item]) -> dict[str, Any]:
        """Parents first, so that no child is born behind our back."""
        began = time.monotonic()
        stopped = []
        for item in items:
            ProcessId.from_json(item).send(signal.SIGSTOP)
            family = _family(item)
            for one in family:
                one.send(signal.SIGSTOP)
            stopped += family
        while time.monotonic() < began + 1.5:
            moving = [one.pid for one in stopped if one.status() not in (psutil.STATUS_STOPPED, None)]
            if not moving:
                return {
                    "stopped_pids": [one.pid for one in stopped],
                    "took_s": round(time.monotonic() - began, 4),
                }
            time.sleep(0.005)
        raise FaultError(f"still moving after SIGSTOP: pid {', '.join(map(str, moving))}")

    def felt(self, site: Site, items: list[Item]) -> Proof:
        """Every process of the family stands still."""
        states = {one.pid: one.status() for item in items for one in _family(item)}
        moving = [str(pid) for pid, state in states.items() if state != psutil.STATUS_STOPPED]
        if not states:
            return Proof(False, "nothing is left of the process")
        return Proof(False, f"moving: pid {', '.join(moving)}") if moving else Proof(True)

    def heal(self, site: Site, items: list[Item], budget_s: float) -> None:
        """SIGCONT to children, then parents; what has died meanwhile needs none."""
        for item in items:
            for one in reversed(_family(item)):
                one.send(signal.SIGCONT)

    def healed(self, site: Site, items: list[Item]) -> Proof:
        """No process of the family stands still."""
        still = [one.pid for item in items for one in _family(item) if one.status() == psutil.STATUS_STOPPED]
        return Proof(False, f"still paused: pid {', '.join(map(str, still))}") if still else Proof(True)


def _family(item: Item) -> list[ProcessId]:
    """The process, its children now, and those it had when the fault was aimed; each once."""
    listed = [ProcessId.from_json(one) for one in item["children"]]
    everyone = [*ProcessId.from_json(item).tree(), *(one for one in listed if one.alive)]
    return list({one.pid: one for one in everyone}.values())
