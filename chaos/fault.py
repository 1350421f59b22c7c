"""What a fault is, and the register of those there are.

A fault is one file in `chaos/faults/`: a class with six verbs, and one `@register` line. In the order of
its life:

    availability(site)           may it be done on this machine?
    aim(site, target, settings)  reads only: what will be hurt, as items that say how to undo it
    strike(site, items)          hurts exactly these
    felt(site, items)            proof, by looking, that it hurts: what nobody feels proves nothing
    heal(site, items)            undoes exactly these, however often it is called, even by another process
    healed(site, items)          proof, by looking, that nothing is left

Items are JSON: they are in the ledger before the strike, so whoever comes later can heal. Each item has a
"key" that names the thing held (a component, an area). When two faults of one kind hold the same key, the
first to end leaves the item to the other; so overlapping faults compose, and no fault has to think of it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from chaos.site import Site
from scenarios import LINKS

Item = dict[str, Any]
"""One thing held by a fault, as JSON: "key" and whatever its healing needs."""


class FaultError(RuntimeError):
    """A fault that cannot be struck or healed now; the message is for a person."""


class BeyondHealingError(FaultError):
    """What was hurt is no more, so that nothing can be healed: trying again is in vain."""


class Settings(BaseModel):
    """Settings of a fault, as in the scenario's `settings`: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a fault can be done here, and if not fully, why; an unavailable fault proves nothing."""

    state: Literal["available", "degraded", "unavailable"]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """The outcome of a probe; `why` says what is still wrong when it does not hold."""

    holds: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a plan may aim at: components of the stack, areas (kecamatan code to name), link classes, TPS."""

    components: tuple[str, ...]
    areas: Mapping[str, str]
    links: tuple[str, ...] = tuple(LINKS)
    tps: tuple[str, ...] = ()


class Fault(ABC):
    """A kind of fault. Instances hold no state: what a strike did is in its items."""

    name: ClassVar[str]
    settings: ClassVar[type[Settings]] = Settings
    deadline_s: ClassVar[float]
    """Real seconds within which healing must be proved, counted once no other fault stands in its way."""
    felt_within_s: ClassVar[float] = 2.0
    """Real seconds after the strike within which its effect must have been seen."""
    tries: ClassVar[frozenset[str]] = frozenset()
    """Checkers whose property it puts to the test; unknown in a run that wanted it and could not have it."""
    excludes: ClassVar[frozenset[str]] = frozenset()
    """Names of faults, its own perhaps, that cannot hold the same thing at the same time."""
    by_the_clock: ClassVar[bool] = False
    """Whether it needs a planned moment and cannot wait for a condition: who plays it knows the plan only."""
    own_disk: ClassVar[bool] = False
    """Whether the stack must lie on a filesystem of its own for it (see `chaos.disk`)."""

    @abstractmethod
    def targets(self, ground: Ground) -> Mapping[str, tuple[str, ...]]:
        """Every target a scenario may write, with what it stands for."""

    def draw(self, target: tuple[str, ...], settings: Any, rank: Callable[[str], int]) -> tuple[str, ...]:
        """The part of the target that is meant (all, unless overridden); `rank` draws a number for a name."""
        return target

    @abstractmethod
    def availability(self, site: Site) -> Availability:
        """Whether it can be struck and healed on this site; looks, never touches."""

    @abstractmethod
    def aim(self, site: Site, target: tuple[str, ...], settings: Any) -> list[Item]:
        """What will be hurt, how, and how to undo it; changes nothing; raises FaultError."""

    @abstractmethod
    def strike(self, site: Site, items: list[Item]) -> dict[str, Any]:
        """Hurts; returns what was done as JSON for the record; raises FaultError."""

    @abstractmethod
    def felt(self, site: Site, items: list[Item]) -> Proof:
        """Looks whether the strike has an effect now; at most about a second."""

    @abstractmethod
    def heal(self, site: Site, items: list[Item], budget_s: float) -> None:
        """Undoes, within `budget_s`; harmless when there is nothing to undo; raises FaultError."""

    @abstractmethod
    def healed(self, site: Site, items: list[Item]) -> Proof:
        """Looks whether all is well again; at most about two seconds."""

    def moot(self, site: Site, stack_goes_down: bool) -> str | None:
        """Why nothing is left to heal when the run is being cleared away; None if it must be healed."""
        return None


_registered: dict[str, Fault] = {}


def register(name: str) -> Callable[[type[Fault]], type[Fault]]:
    """Makes a fault known under the name that scenarios write; a name can be given only once."""

    def enter(kind: type[Fault]) -> type[Fault]:
        if name in _registered:
            raise ValueError(f'two faults are registered as "{name}": {_registered[name]!r} and {kind!r}')
        kind.name = name
        _registered[name] = kind()
        return kind

    return enter


def registered() -> dict[str, Fault]:
    """Every fault there is, by name."""
    import chaos.faults  # noqa: F401  (finding the files registers them)

    return dict(sorted(_registered.items()))


def availability(site: Site) -> dict[str, Availability]:
    """For every registered fault, whether this site allows it; a probe that fails counts as unavailable."""
    found = {}
    for name, fault in registered().items():
        try:
            found[name] = fault.availability(site)
        except Exception as error:  # one broken probe must not hide the others
            found[name] = Availability("unavailable", f"the probe failed: {error!r}")
    return found
