"""A capacity run from top to bottom: a system with its crowd, each kind of load in turn, the record."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gladi.address import Address
from gladi.calibrate.holding import MIX
from gladi.calibrate.measuring import machine
from gladi.capacity.measuring import Plan, measure
from gladi.capacity.search import reachable
from gladi.capacity.trying import Bench
from gladi.offering.elsewhere import Joining
from gladi.offering.record import Record
from gladi.offering.sending import pages_a_tps
from gladi.offering.several import offering
from gladi.offering.stage import Stage, stage
from gladi.runfolder import RunFolder
from gladi.show import Show
from reports.capacity.limits import Limits
from reports.capacity.rundir import FILE, VERSION, limits_of
from scenarios import Scenario
from simulators.registered import registered

CONSENT = "capacity"
"""What a system must name as its scenario in order to consent."""

MIXED = "mixed"
WHATS = ("login", "status", "read", MIXED, "submit_page")
"""Kinds of load in the order in which they are measured: what uses pages up comes last."""

_TPS, _TPS_THEIRS, _PAGES = 300, 300, 18_000
"""TPS where no pages are sent, TPS of a system that is not ours, and pages that a stack of our own is for."""
_PATIENCE_S = 15.0
_WARM = 0.25


@dataclass(frozen=True, slots=True)
class Choices:
    """What the command line decides. `step_s` is a whole trial, a quarter of it warm-up."""

    scenario: Scenario
    called: str
    address: Address | None
    kind: str
    secrets: Path | None
    seed: int
    whats: tuple[str, ...]
    limits: Limits
    precision: float
    minutes: float
    step_s: float
    generators: int = 0
    tps: int = 0
    joining: Joining | None = None


@dataclass(slots=True)
class _Told:
    """What becomes of the run, as far as it is known."""

    asked: dict[str, Any]
    about: dict[str, Any]
    ended: dict[str, str] = field(default_factory=dict)
    record: Record = field(default_factory=Record)


def capacity(choices: Choices, folder: RunFolder, show: Show) -> None:
    """Measure, and write the record into the folder, come what may; CannotRunError or UsageError."""
    told = _Told({}, {})
    try:
        with stage(choices, _tps(choices), CONSENT, show, watched=False) as here:
            _begun(told, choices, here)
            generators = told.asked["generators"]
            with offering(here.ground, generators, here.cores.load) as offered:
                bench = Bench(
                    here.ground, offered, told.record, limits_of(told.asked), choices.seed,
                    told.asked["warm_s"], told.asked["patience_s"], here.allowed, warn=show.warn,
                )  # fmt: skip
                here.allowed.watch()
                try:
                    _measured(bench, choices, told, show)
                finally:
                    if here.ground.hands is not None:
                        told.about["generators"] = here.ground.hands.facts()
    finally:
        if len(told.record):
            _written(folder, told)


def _measured(bench: Bench, choices: Choices, told: _Told, show: Show) -> None:
    end_s = time.monotonic() + choices.minutes * 60.0
    whats = told.asked["whats"]
    for number, what in enumerate(whats):
        told.ended[what] = "interrupted"
        now_s = time.monotonic()
        mine, left = _parts(what), sum(map(_parts, whats[number:]))
        deadline_s = now_s + (end_s - now_s) * mine / left
        plan = Plan(
            what, told.asked["mixes"][what], deadline_s, choices.step_s * (1.0 - _WARM), choices.precision,
            told.asked["ceiling_per_s"] or float("inf"),
        )  # fmt: skip
        with show.stage(f"Kapasitas: {what}") as advance:
            told.ended[what] = measure(bench, plan, lambda done: advance(min(1.0, done), 1.0, bench.said))


def _parts(what: str) -> int:
    """Of the minutes: a mixed day takes twice as long to decide as one kind."""
    return 2 if what == MIXED else 1


def _begun(told: _Told, choices: Choices, here: Stage) -> None:
    times = [one.value for limits in choices.limits.values() for one in limits
             if one.metric in ("percentile", "mean", "max")]  # fmt: skip
    mixes: dict[str, Mapping[str, float]] = {
        what: MIX if what == MIXED else {what: 1.0} for what in choices.whats
    }
    kinds = {kind for mix in mixes.values() for kind in mix}
    told.asked = {
        "scenario": choices.called,
        "title": choices.scenario.scenario.title,
        "region_tps": sum(place.tps for place in registered(choices.scenario)),
        "forms": list(choices.scenario.scenario.forms),
        "pages_a_tps": here.ground.crowd.pages_a_tps,
        "target": choices.address.url if choices.address else "",
        "target_kind": choices.kind,
        "whats": list(choices.whats),
        "mixes": {what: dict(mix) for what, mix in mixes.items()},
        "limits": {kind: [one.text for one in choices.limits[kind]] for kind in sorted(kinds)},
        "precision": choices.precision,
        "minutes": choices.minutes,
        "step_s": choices.step_s,
        "warm_s": choices.step_s * _WARM,
        "patience_s": min(_PATIENCE_S, 1.5 * max(times, default=_PATIENCE_S)),
        "seed": choices.seed,
        "generators": choices.joining.workers
        if choices.joining
        else choices.generators or max(1, len(here.cores.load)),
        "ceiling_per_s": reachable(here.consent.max_rate_per_s) if here.consent else None,
        "consented_per_s": here.consent.max_rate_per_s if here.consent else None,
        "tps": choices.tps or _tps(choices),
    }
    told.about = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine({"load_cores": here.cores.load, "stack_cores": here.cores.stack}),
        "cores_apart": here.cores.apart,
        "photo_bytes": round(here.ground.photo_bytes),
    }


def _tps(choices: Choices) -> int:
    if choices.tps:
        return choices.tps
    if choices.address:
        return _TPS_THEIRS
    if not {MIXED, "submit_page"} & set(choices.whats):
        return _TPS
    return max(_TPS, math.ceil(_PAGES / pages_a_tps(choices.scenario, choices.seed)))


def _written(folder: RunFolder, told: _Told) -> None:
    told.record.write(folder)
    folder.write_json(
        FILE,
        {"capacity_version": VERSION, "asked": told.asked, "about": told.about, "ended": told.ended},
    )
