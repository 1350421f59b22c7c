"""Finds target classes by name in the entry point group `gladi.targets`."""

from importlib.metadata import entry_points
from pathlib import Path
from typing import cast

from gladi.address import Address
from gladi.targets.protocol import System, TargetError


def connect(kind: str, address: Address, seed: int, secrets: str) -> System:
    """The system at `address`, spoken to by the target class registered under `kind`.

    `secrets` is the path of its tokens, '' for none. Raises TargetError that lists what is installed.
    """
    found = {point.name: point for point in entry_points(group="gladi.targets")}
    if kind not in found:
        raise TargetError(f'no target "{kind}" is installed; there are: {", ".join(sorted(found))}')
    system_class = cast(type[System], found[kind].load())
    return system_class(address, seed, Path(secrets) if secrets else None)
