"""Finds target classes by name in the entry point group `gladi.targets`."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import cast

from gladi.address import Address
from gladi.failures import CannotRunError, UsageError
from gladi.targets.protocol import System

GROUP = "gladi.targets"


@dataclass(frozen=True, slots=True)
class Installed:
    """A kind of target: the name for --target-kind, where its class is, and the package that brought it."""

    kind: str
    where: str
    package: str
    version: str


def installed() -> Sequence[Installed]:
    """Every kind there is, by name."""
    return [
        Installed(
            one.name, one.value, one.dist.name if one.dist else "", one.dist.version if one.dist else ""
        )
        for one in sorted(_points().values(), key=lambda one: one.name)
    ]


def connect(kind: str, address: Address, seed: int, secrets: str) -> System:
    """The system at `address`, spoken to by the target class registered under `kind`.

    `secrets` is the path of its tokens, '' for none. Raises UsageError that lists what is installed, and
    CannotRunError for a package that is broken.
    """
    found = _points()
    if kind not in found:
        near = get_close_matches(kind, found, n=1)
        meant = f'; is "{near[0]}" meant?' if near else ""
        raise UsageError(
            f"--target-kind {kind}: no such target is installed{meant} "
            f"(there are: {', '.join(sorted(found))}; see `gladi target list`)"
        )
    try:
        system_class = cast(type[System], found[kind].load())
    except (ImportError, AttributeError) as error:
        raise CannotRunError(
            f"the target {kind} ({found[kind].value}) is installed, but does not load: {error}"
        ) from error
    return system_class(address, seed, Path(secrets) if secrets else None)


def _points() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}
