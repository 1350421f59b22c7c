"""Where officials stand, and what all of a run share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from scenarios import Scenario, Timeline
from scenarios.officials import Officials, Role
from simulators.draws import subseed, uniform

Plano = Callable[[str, str], Mapping[int, Mapping[str, int]]]
"""Of a TPS and a form: what the sheets say, page by page."""


@dataclass(frozen=True, slots=True)
class Office:
    """One account: its role, the region that it is confined to, the TPS in it, and when its duties begin (run
    clock, seconds). `area` is a kecamatan, for its faults; "" above.
    """

    role: Role
    region: str
    area: str
    tps: tuple[str, ...]
    moments: Mapping[str, float]

    @property
    def agent(self) -> int:
        """The number under which it draws."""
        return int(self.region.replace(".", ""))


@dataclass(frozen=True, slots=True)
class Bureau:
    """What every official of a run shares; nothing in it changes. `forms` are those the scenario plays."""

    scenario: Scenario
    timeline: Timeline
    seed: int
    forms: Sequence[str]
    plano: Plano

    @property
    def habits(self) -> Officials:
        """How officials reach the system and try again."""
        return self.scenario.officials or Officials()


class Account:
    """What is known of an account at its desk: shared by all duties of its owner."""

    __slots__ = ("activated", "logged_in", "office")

    def __init__(self, office: Office) -> None:
        self.office = office
        self.activated = self.logged_in = False


def draw(seed: int, purpose: str, agent: int, k: int = 0) -> float:
    """The k-th uniform of an official, or of a TPS, for one purpose."""
    return uniform(subseed(seed, f"officials/{purpose}"), agent, k)


def key(seed: int, account: str, kind: str, what: str) -> str:
    """32 hex digits, the same for every attempt at the same thing."""
    return sha256(f"{seed}:{account}:{kind}:{what}".encode()).hexdigest()[:32]
