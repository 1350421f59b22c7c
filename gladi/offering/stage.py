"""The stage of a calibration, a capacity search or a test of claims: the system, its cores, its consent.

All three load one system with single requests; what differs is the name under which a system that is not ours
must consent.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gladi.address import Address
from gladi.consent import Consent, Watch, authorise
from gladi.cores import Cores, divide, on
from gladi.elsewhere import open_to_all, refuse_unreachable
from gladi.failures import CannotRunError
from gladi.interruption import interruptible
from gladi.load.built import built
from gladi.offering.elsewhere import OWN_TPS, Joining, lent
from gladi.offering.ground import Ground, own_stack, people, running_system
from gladi.offering.order import OfferOrder
from gladi.show import Show
from scenarios import Scenario


class Asked(Protocol):
    """What every command decides; without `address` a reference stack is started, without `joining` load is
    offered from here."""

    @property
    def scenario(self) -> Scenario: ...
    @property
    def seed(self) -> int: ...
    @property
    def address(self) -> Address | None: ...
    @property
    def kind(self) -> str: ...
    @property
    def secrets(self) -> Path | None: ...
    @property
    def joining(self) -> Joining | None: ...


class Allowed:
    """Consent, read again every few seconds from `watch` on; call it before each load."""

    def __init__(self, watcher: Watch) -> None:
        self._watcher = watcher

    def watch(self) -> None:
        """Begin to read it again: a thread, so not before generators were forked."""
        self._watcher.start()

    def __call__(self) -> None:
        """Raise CannotRunError when it is gone."""
        if self._watcher.withdrawn.is_set():
            raise CannotRunError(f"consent withdrawn: {self._watcher.why}")


@dataclass(frozen=True, slots=True)
class Stage:
    """A system with its crowd let in, the cores of load and stack, and what was consented to, if it was."""

    ground: Ground
    cores: Cores
    consent: Consent | None
    allowed: Allowed


@contextmanager
def stage(asked: Asked, tps: int, purpose: str, show: Show, *, watched: bool = True) -> Iterator[Stage]:
    """The system, on cores of its own if it is ours; UsageError where it does not consent to `purpose`.

    `watched` False leaves it to the caller to begin to read the consent again.
    """
    target = asked.address
    consent = authorise(target, purpose) if target else None
    cores = divide(own_stack=target is None)
    watcher = Watch(lambda: authorise(target, purpose) if target else None)
    with ExitStack() as held:
        held.enter_context(interruptible())
        held.enter_context(on(cores.load))
        held.callback(watcher.stop)
        if watched and target is not None:
            watcher.start()
        rate_per_s = consent.max_rate_per_s if consent else 0.0
        hands = None
        if asked.joining is not None:
            refuse_unreachable(asked.joining.listen, target)
            if odd := open_to_all(asked.joining.listen):
                show.warn(odd)
            tps += OWN_TPS
            hands = held.enter_context(
                lent(_order(asked, asked.joining, tps, purpose, rate_per_s), asked.joining, show)
            )
        if target is None:
            ground = held.enter_context(
                own_stack(asked.scenario, asked.seed, tps, cores, show, purpose, hands)
            )
        else:
            theirs = running_system(
                asked.scenario, asked.seed, tps, target, asked.kind, asked.secrets, rate_per_s, show, hands
            )  # fmt: skip
            ground = held.enter_context(theirs)
        yield Stage(ground, cores, consent, Allowed(watcher))


def _order(asked: Asked, joining: Joining, tps: int, purpose: str, rate_per_s: float) -> OfferOrder:
    _, crowded = people(asked.scenario, asked.seed, tps)
    return OfferOrder(
        purpose, joining.scenario, asked.seed, tps, OWN_TPS, joining.workers, crowded.digest(), built(),
        rate_per_s, joining.listen.host, joining.listen.port,
    )  # fmt: skip
