"""A rolling restart: each component is asked to end and started again before the next one is touched.

What an operator does to bring in a new version on election night. The strike lasts as long as the restarts
do; afterwards nothing is missing, and healing only sees to it that everything runs.
"""

import time
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from chaos.components import (
    OF_COMPONENTS,
    component_targets,
    components_to_restart,
    none_alive,
    restart_availability,
    running_again,
    start_again,
    stop_gracefully,
)
from chaos.fault import Availability, Fault, Ground, Item, Proof, Settings, register
from chaos.site import Site


class ProcessRestartSettings(Settings):
    """`patience_s`: real seconds from the asking to SIGKILL."""

    patience_s: Annotated[float, Field(ge=0.1, le=60.0)] = 10.0


@register("process_restart")
class ProcessRestart(Fault):
    """Stops and starts components, one after another."""

    settings = ProcessRestartSettings
    deadline_s = 45.0
    tries = frozenset({"lost", "duplicated", "untruthful", "forgotten"})
    excludes = OF_COMPONENTS - {"process_restart"} | {"power_cut", "disk_read_only"}

    def targets(self, ground: Ground) -> Mapping[str, tuple[str, ...]]:
        """A component ("api-1"), all that share a name ("api"), or "all"."""
        return component_targets(ground)

    def availability(self, site: Site) -> Availability:
        """Every component must be ours to signal, and must come with a command that starts it again."""
        return restart_availability(site)

    def aim(self, site: Site, target: tuple[str, ...], settings: Any) -> list[Item]:
        """One item a component, in the order in which they must be started again."""
        return [{**item, "patience_s": settings.patience_s} for item in components_to_restart(site, target)]

    def strike(self, site: Site, items: list[Item]) -> dict[str, Any]:
        """One after another, those that others need first."""
        began = time.monotonic()
        done = {}
        for item in items:
            stopped = stop_gracefully(site, [item])
            start_again(site, [item["component"]], self.deadline_s)
            done[item["component"]] = {**stopped, "back_after_s": round(time.monotonic() - began, 4)}
        return {"restarted": done, "took_s": round(time.monotonic() - began, 4)}

    def felt(self, site: Site, items: list[Item]) -> Proof:
        """None of the processes lives that ran before."""
        return none_alive(items)

    def heal(self, site: Site, items: list[Item], budget_s: float) -> None:
        """Starts what is dead, should a restart have been cut short."""
        start_again(site, [item["component"] for item in items], budget_s)

    def healed(self, site: Site, items: list[Item]) -> Proof:
        """Each component has a live process, and the stack says that it is ready."""
        return running_again(site, [item["component"] for item in items])

    def moot(self, site: Site, stack_goes_down: bool) -> str | None:
        """A stack about to be taken down is not started first."""
        return "the stack is taken down" if stack_goes_down else None
