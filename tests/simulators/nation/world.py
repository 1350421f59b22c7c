"""Small worlds: TPS of a few provinces with short forms, the scenario of 2024 changed, few hands."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from scenarios.loading import find_scenario
from scenarios.loading_nation import load_nation
from scenarios.nation import Nation
from simulators.country import country
from simulators.country.model import Country
from simulators.server import KINDS, Pool, ServerModel, Service

SHORT = {"ppwp": 3, "dpr": 2, "dpd": 1}
"""Pages of forms made short: 6 where a real TPS has 66."""

QUIET_PORTAL = "portal.hits_a_day = 400000.0"
"""Readers for a hundredth of the nation's TPS."""


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
    return load_nation(find_scenario("nation-2024"), [QUIET_PORTAL, "server.windows = []", *changed])


def server(
    hands: int, queue: int = 1_000_000, refuse_after_s: float = np.inf, page_s: float = 0.05, **more: float
) -> ServerModel:
    """One pool; a photograph costs `page_s` of a hand, a password 0.04, the rest a tenth of that."""
    cost = {"submit_page": page_s, "activate": 0.04, "login": 0.04, "read": 0.001}
    repeat = {"submit_page": 0.3}
    services = tuple(
        Service(kind, "all", cost.get(kind, 0.004), 0.35, repeat.get(kind, 1.0), 0.002) for kind in KINDS
    )
    pools = (Pool("all", hands, queue, refuse_after_s, more.get("contention", 0.0)),)
    return ServerModel("made up", "tests", pools, services, more.get("pipe_mbit_s", np.inf))
