"""Where an operator stands, and what all of a run share: values that do not change while it plays."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from scenarios import Scenario, Timeline
from simulators.behaviour import Row
from simulators.conditions import Signal
from simulators.mishaps import Mishap


@dataclass(frozen=True, slots=True)
class World:
    """What every operator of a run shares; nothing in it changes."""

    scenario: Scenario
    timeline: Timeline
    seed: int
    tables: tuple[dict[str, Row], dict[str, Row]]
    first_rows: tuple[str, str]


def world(scenario: Scenario, timeline: Timeline, seed: int, tables: Sequence[tuple[Row, ...]]) -> World:
    """Index the tables of operator 1 and 2 by row name."""
    first, second = tables
    return World(
        scenario,
        timeline,
        seed,
        ({row.name: row for row in first}, {row.name: row for row in second}),
        (first[0].name, second[0].name),
    )


@dataclass(frozen=True, slots=True)
class Post:
    """Where an operator stands: the TPS, its reach, and the moments of the timetable (run clock, seconds).

    `neighbour` is the TPS a slip of the finger would choose instead; `blackout` is the power cut at the TPS
    (start and end), during which nobody photographs. `mishaps` are those that may befall this TPS;
    `sends_anyway` is a second operator who does not look first what has arrived.
    """

    tps: str
    operator: int
    area: str
    link: str
    no_signal: bool
    travel_s: float
    signal: Signal | None
    moments: dict[str, float]
    neighbour: str
    batch: bool
    blackout: tuple[float, float] = (inf, inf)
    mishaps: tuple[Mishap, ...] = ()
    sends_anyway: bool = False
