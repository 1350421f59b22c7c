"""Small worlds: TPS of a few provinces with short forms, the scenario of 2024 changed, few hands."""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache

import numpy as np

from scenarios.loading import find_scenario
from scenarios.loading_nation import load_nation
from scenarios.nation import Nation
from simulators.country import country
from simulators.country.model import Country
from simulators.server import KINDS, Pool, ServerModel, Service, Window

SHORT = {"ppwp": 3, "dpr": 2, "dpd": 1}
"""Pages of forms made short: 6 where a real TPS has 66."""

CALM = (
    "server.windows = []",
    "server.servers = 1",
    "portal.hits_a_day = 400000.0",
    'portal.beat = "20s"',
    "app.retries = 3",
    'persons.rest = "15m"',
    'persons.bedtime = "01:10+1"',
    'counting.medians.ppwp = "95m"',
)
"""No outages, one machine, readers for a hundredth of the nation's TPS; and what decides how much is asked
of a server stays as it is here when the scenario is fitted anew."""


@lru_cache
def people(tps: int, areas: tuple[str, ...] = ("17", "94", "62", "99"), short: bool = True) -> Country:
    """So many TPS, some of them far from any signal, in four time zones and abroad."""
    whole = country("pemilu-2024", 5, areas=areas)
    chosen = np.unique(np.linspace(0, len(whole) - 1, tps).round().astype(np.int64))
    some = whole.take(chosen)
    if not short:
        return some
    forms = tuple(SHORT)
    pages = np.array([SHORT[form] for form in forms], np.uint8)
    here = some.pages[:, [some.forms.index(form) for form in forms]] > 0
    return replace(some, forms=forms, pages=(here * pages).astype(np.uint8))


def story(*changed: str) -> Nation:
    """Pemilu 2024 without its outages, with other values at dotted keys."""
    return load_nation(find_scenario("nation-2024"), [*CALM, *changed])


def ending(nation: Nation, until: datetime) -> Nation:
    """The same, broken off in the middle of everything."""
    return nation.model_copy(update={"calendar": nation.calendar.model_copy(update={"until": until})})


def server(
    hands: int,
    queue: int = 1_000_000,
    refuse_after_s: float = np.inf,
    page_s: float = 0.05,
    contention: float = 0.0,
) -> ServerModel:
    """One pool; a photograph costs `page_s` of a hand, a password 0.04, the rest a tenth of that."""
    cost = {"submit_page": page_s, "activate": 0.04, "login": 0.04, "read": 0.001}
    repeat = {"submit_page": 0.3}
    services = tuple(
        Service(kind, "all", cost.get(kind, 0.004), 0.35, repeat.get(kind, 1.0), 0.002) for kind in KINDS
    )
    pools = (Pool("all", hands, queue, refuse_after_s, contention),)
    return ServerModel("made up", "tests", pools, services)


DAY = 8 * 86_400.0
"""Midnight of election day on the run clock."""


def at(clock: str, days: int = 0) -> float:
    """Run clock at a WIB clock time of election day, or of a day after it."""
    hours, minutes = clock.split(":")
    return DAY + days * 86_400.0 + int(hours) * 3600.0 + int(minutes) * 60.0


FAULTS = (
    Window("refused", at("8:30", -7), at("9:00", -7)),
    Window("silent", at("10:00", -7), at("10:20", -7), crash=True),
    Window("slow", at("6:30"), at("8:00"), factor=0.2),
    Window("refused", at("15:30"), at("17:40"), crash=True),
    Window("silent", at("18:02"), at("18:40"), crash=True),
    Window("slow", at("19:00"), at("19:40"), factor=0.1),
    Window("refused", at("19:30"), at("19:50"), crash=True),
    Window("slow", at("20:30"), at("20:45"), factor=0.0),
    Window("refused", at("20:40"), at("21:10")),
    Window("silent", at("5:00", 1), at("9:00", 1)),
    Window("slow", at("9:30", 1), at("16:00", 1), factor=0.1),
    Window("refused", at("10:00", 2), at("12:00", 2), crash=True),
    Window("silent", at("10:00", 3), at("11:30", 3)),
)
"""Doors that close, refusing and silent, some with a crash; a server that is slow, or stands still."""

UNSTEADY = ('unsteady.cycle = "4m"', 'unsteady.gap = "80s"')
"""Links that go while a photograph is on its way."""
