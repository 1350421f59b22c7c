"""Where an operator stands, and what all of a run share: values that do not change while it plays."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from scenarios import Scenario, Timeline
from simulators.behaviour import Row
from simulators.conditions import Signal
from simulators.desk import Desk
from simulators.mishaps import Mishap
from simulators.sheetlist import PPWP, Sheet


@dataclass(frozen=True, slots=True)
class World:
    """What every operator of a shard shares. Nothing in it changes but the queue of the help `desk`."""

    scenario: Scenario
    timeline: Timeline
    seed: int
    tables: tuple[dict[str, Row], dict[str, Row]]
    first_rows: tuple[str, str]
    desk: Desk | None = None


def world(
    scenario: Scenario,
    timeline: Timeline,
    seed: int,
    tables: Sequence[tuple[Row, ...]],
    desk: Desk | None = None,
) -> World:
    """Index the tables of operator 1 and 2 by row name."""
    first, second = tables
    return World(
        scenario,
        timeline,
        seed,
        ({row.name: row for row in first}, {row.name: row for row in second}),
        (first[0].name, second[0].name),
        desk,
    )


@dataclass(frozen=True, slots=True)
class Post:
    """Where an operator stands: the TPS, its reach, and the moments of the timetable (run clock, seconds).

    `neighbour` is the TPS a slip of the finger would choose instead; `blackout` is the power cut at the TPS
    (start and end), during which nobody photographs. `mishaps` are those that may befall this TPS;
    `sends_anyway` is a second operator who does not look first what has arrived. `has_phone` and `has_code`:
    a phone that the app accepts, an activation code; without the first, one is lent `borrowed_after_s` after
    it is needed (calendar of the story) and given back at `lent_until_s` (run clock). `sheets` are those of
    the TPS, in the order of counting; the moment "counted-<form>" is the end of the count of a later one.
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
    has_phone: bool = True
    borrowed_after_s: float = 0.0
    lent_until_s: float = inf
    has_code: bool = True
    sheets: tuple[Sheet, ...] = PPWP
