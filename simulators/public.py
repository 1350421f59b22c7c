"""The public and the media, reading results: a steady Poisson stream of page views while a phase plays."""

from collections.abc import Generator
from dataclasses import dataclass
from math import inf, log
from typing import Any

import simpy

from scenarios import Scenario, Timeline
from simulators.draws import subseed, uniform
from simulators.operations import Kind, Operation, Target

_AGENT = 5
"""The reading public draws as one agent."""

_MIX: tuple[tuple[float, Kind], ...] = (
    (0.35, "national"),
    (0.75, "region"),
    (0.95, "tps_page"),
    (1.0, "photo"),
)
"""Cumulative shares of what is read (assumption: totals first, then the own TPS, few photos)."""


@dataclass(frozen=True, slots=True)
class Places:
    """What there is to read: TPS codes, their kecamatan, the region's own code, and the forms."""

    region: str
    tps: tuple[str, ...]
    areas: tuple[str, ...]
    forms: tuple[str, ...] = ("ppwp",)

    def form(self, seed: int, number: int) -> str:
        """Which form the `number`-th reader wants to see: any as likely as another (assumed)."""
        return self.forms[int(uniform(subseed(seed, "form-read"), _AGENT, number) * len(self.forms))]


def readers(
    env: simpy.Environment,
    target: Target,
    scenario: Scenario,
    timeline: Timeline,
    seed: int,
    places: Places,
    shard: tuple[int, int] = (0, 1),
    from_s: float = -inf,
) -> Generator[Any, Any, None]:
    """Arrivals by the timetable since `from_s`, each view on its own; `shard` is (index, of how many)."""
    public = scenario.public
    if public is None or public.views_per_minute <= 0.0:
        return
    moment = timeline.run_s(public.phase, public.start)
    end = timeline.run_s(public.phase, public.end)
    index, of = shard
    number = 0
    while True:
        gap = -log(1.0 - uniform(seed, _AGENT, 4 * number)) * 60.0 / public.views_per_minute
        moment = timeline.after(moment, gap)
        if moment >= end:
            return
        if number % of == index and moment >= from_s:
            yield env.timeout(max(0.0, moment - env.now))
            target.perform(view(scenario, seed, places, number, moment))
        number += 1


def view(scenario: Scenario, seed: int, places: Places, number: int, moment: float) -> Operation:
    """The `number`-th view: what is read, and from where."""
    draw = uniform(seed, _AGENT, 4 * number + 1)
    kind = next(kind for share, kind in _MIX if draw < share)
    chosen = int(uniform(seed, _AGENT, 4 * number + 2) * len(places.tps))
    area = places.areas[int(uniform(seed, _AGENT, 4 * number + 3) * len(places.areas))]
    return Operation(
        kind=kind,
        tps=places.tps[chosen] if kind in {"tps_page", "photo"} else "",
        account_tps="",
        operator=0,
        area=area,
        link="4g",
        intended_s=moment,
        timeout_s=scenario.app.timeout_s,
        form=places.form(seed, number),
        page=2 if kind == "photo" else 0,
        actor="publik",
        region=places.region if kind == "region" else "",
    )
