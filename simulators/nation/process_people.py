"""State of the nation's actors in the SimPy processes: what each knows, and where it is in its table."""

from dataclasses import dataclass, field
from math import inf, nan

from simulators.behaviour import Row
from simulators.country.model import Country
from simulators.nation import moments
from simulators.nation.habits import Habits
from simulators.nation.process_place import Place
from simulators.nation.process_plain import plain
from simulators.nation.table import TABLES

ROWS = {kind: {row.name: row for row in table} for kind, table in TABLES.items()}


@dataclass(frozen=True, slots=True)
class World:
    """What all of them share."""

    h: Habits
    seed: int
    country: Country


@dataclass(slots=True, kw_only=True)
class Actor:
    """Anybody who follows a table. `now` is its own clock (s of the run clock), exact, and never waits.

    `number` is its place in the order in which those who come at the same moment are served; `link` an index
    into the link classes, -1 for who needs none.
    """

    kind: str
    number: int
    key: int
    row: Row
    link: int = -1
    now: float = 0.0
    drawn: int = moments.FIRST_DRAW
    active: bool = True
    logged_until_s: float = inf
    tries: int = 0
    """Of the app, in a row."""
    retry_after_s: float = 0.0
    outcome: str = "ok"
    """Of the last request."""
    ended: str = ""

    def draw(self, seed: int) -> float:
        """The next uniform of the journey."""
        u: float = moments.draw(seed, self.key, self.drawn)
        self.drawn += 1
        return u

    def afresh(self) -> None:
        """A success, or a new beginning: failures so far do not count any more."""
        self.tries = 0


@dataclass(slots=True, kw_only=True)
class Operator(Actor):
    """One of the two of a TPS. Pages and forms are bit masks; `page` is the one in hand, `form` a number."""

    first: bool
    place: Place
    wanted: int
    active_s: float
    session_end_s: float = inf
    form: int = -1
    shot: int = 0
    acked: int = 0
    confirmed: int = 0
    page: int = 0
    skipped: int = 0
    skips: int = 0
    rests: int = 0
    visits: int = 0
    training: int = 0
    failing: bool = False
    at_signal: bool = False

    def afresh(self) -> None:
        """As every actor; and no page is passed over any more."""
        self.tries = self.skips = self.skipped = 0

    def next_form(self) -> int:
        """The one that is counted after the form in hand; -1 when there is none."""
        return next((form for form in self.place.forms if form > self.form), -1)

    def queue(self) -> int:
        """Pages the app has and would send now."""
        waiting = self.shot & ~self.acked
        return waiting & ~self.place.stuck if self.now < self.place.stuck_until_s else waiting

    def to_shoot(self) -> int:
        """Pages of the form in hand that are wanted, not photographed, and still there."""
        if self.form < 0 or self.now >= self.place.plano_leaves_s:
            return 0
        return self.place.masks[self.form] & self.wanted & ~self.shot


@dataclass(slots=True, kw_only=True)
class Panel(Actor):
    """A panel of a PPK, and the TPS it reads, in order."""

    area: int
    shift_s: float
    places: list[Place] = field(default_factory=list)
    at: int = -1


@dataclass(slots=True, kw_only=True)
class Public(Actor):
    """Everybody who looks at the portal."""

    views: int = 0


def operators(world: World, places: list[Place]) -> list[Operator]:
    """Both of every TPS."""
    found = []
    for place in places:
        for second, kind in enumerate(("first", "second")):
            key = place.key + 1 + second
            active = bool(plain(moments.active_already)(world.h, world.seed, key))
            found.append(
                Operator(
                    kind=kind, number=2 * place.number + second, key=key, row=first_row(kind),
                    link=place.link, active=active, active_s=0.0 if active else nan, logged_until_s=-inf,
                    first=not second, place=place, wanted=0 if second else place.pages,
                )
            )  # fmt: skip
    return found


def panels(world: World, places: list[Place]) -> list[Panel]:
    """Of every kecamatan: one for so many TPS."""
    found: list[Panel] = []
    of_area: dict[int, list[Place]] = {}
    for place in places:
        of_area.setdefault(place.area, []).append(place)
    for area, here in sorted(of_area.items()):
        count = min(int(world.h.panels_most), int(-(-len(here) // world.h.panel_tps)))
        for panel in range(count):
            found.append(
                Panel(
                    kind="panel", number=2 * len(places) + len(found), key=area * 1_000_000 + panel,
                    row=first_row("panel"), area=area, shift_s=here[0].shift_s, places=here[panel::count],
                )
            )  # fmt: skip
    return found


def actors(world: World, places: list[Place]) -> list[Actor]:
    """Everybody, in the order of their numbers."""
    found: list[Actor] = [*operators(world, places), *panels(world, places)]
    return [*found, Public(kind="public", number=len(found), key=1, row=first_row("public"))]


def first_row(kind: str) -> Row:
    """Where a kind of actor begins."""
    return TABLES[kind][0]
