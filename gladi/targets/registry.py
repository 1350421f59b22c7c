"""Finds target classes by name in the entry point group `gladi.targets`."""

from importlib.metadata import entry_points
from typing import cast

from gladi.targets.protocol import System, TargetError


def target_class(name: str) -> type[System]:
    """The class registered under `name`; raises TargetError that lists what is installed."""
    found = {point.name: point for point in entry_points(group="gladi.targets")}
    if name not in found:
        raise TargetError(f'no target "{name}" is installed; there are: {", ".join(sorted(found))}')
    return cast(type[System], found[name].load())
