"""What the faults on processes share: which targets there are, and whether we may signal them."""

import os

from chaos.fault import Availability, Ground
from chaos.site import Site
from chaos.stack import StackError, read_stack


def component_targets(ground: Ground) -> dict[str, tuple[str, ...]]:
    """Each component by its name, and "api" for all of "api-1", "api-2", ..."""
    targets: dict[str, tuple[str, ...]] = {}
    for name in ground.components:
        kind, _, number = name.rpartition("-")
        if number.isdigit():
            targets[kind] = (*targets.get(kind, ()), name)
        targets[name] = (name,)
    return dict(sorted(targets.items()))


def process_availability(site: Site) -> Availability:
    """Whether stack.json names processes, and each may be signalled by us."""
    try:
        stack = read_stack(site)
    except StackError as error:
        return Availability("unavailable", str(error))
    for component in stack.components:
        if not component.process.alive:
            continue
        try:
            os.kill(component.process.pid, 0)
        except PermissionError:
            return Availability(
                "unavailable", f"{component.name} (pid {component.process.pid}) belongs to another user"
            )
        except ProcessLookupError:
            continue
    return Availability("available")
