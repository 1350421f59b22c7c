"""A graceful stop: a component is asked to end, as an operator does it, and stays down until healing.

It may finish the work in hand; what is still there when its patience is over is killed, as service managers
do it. Shows whether a planned stop loses, repeats or half-does anything, and what the rest does without it.
"""

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


class ProcessStopSettings(Settings):
    """`patience_s`: real seconds from the asking to SIGKILL."""

    patience_s: Annotated[float, Field(ge=0.1, le=60.0)] = 10.0


@register("process_stop")
class ProcessStop(Fault):
    """Asks components to end, all at once, and starts them again, those that others need first."""

    settings = ProcessStopSettings
    deadline_s = 45.0
    tries = frozenset({"lost", "duplicated", "untruthful", "forgotten"})
    excludes = OF_COMPONENTS - {"process_stop"} | {"power_cut", "disk_read_only"}

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
        """Each gets the signal that stack.json names for it (PostgreSQL's is SIGINT, nginx's SIGQUIT)."""
        return stop_gracefully(site, items)

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
