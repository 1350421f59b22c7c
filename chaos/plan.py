"""From the faults of a scenario to a plan: what is struck when, on the run clock, down to the last name.

`expand` is pure: the same scenario, timeline and seed give the same plan, on any machine. The plan is written
as plan.jsonl before the run, and a run only executes it; so a run can be repeated with the very plan of
another. What is promised is the same schedule, not the same interleaving with the load.
"""

import difflib
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from chaos.fault import Fault, Ground, registered
from scenarios import FaultSpec, Scenario, Timeline, regency


class PlanError(ValueError):
    """A plan that cannot be made or read; `key` says where and what, `message` what would be right."""

    def __init__(self, key: str, message: str) -> None:
        self.key = key
        self.message = message
        super().__init__(f"{key}: {message}")


@dataclass(frozen=True, slots=True)
class FaultEvent:
    """One fault of a plan. Times are seconds of the run clock, `deadline_s` is real seconds after healing.

    `target` is written out ("api" has become "api-1", "api-2"); `id` tells the place in the scenario.
    """

    id: str
    fault: str
    target: tuple[str, ...]
    strike_s: float
    heal_s: float
    settings: dict[str, Any]
    deadline_s: float


def ground_of(scenario: Scenario) -> Ground:
    """What the scenario itself lets one aim at: the reference stack's components, the region's kecamatan."""
    workers = [f"api-{number}" for number in range(1, scenario.stack.api_workers + 1)]
    areas = {one.code: one.name for one in regency(scenario.region.code).kecamatan}
    return Ground(("postgres", *workers), areas)


def expand(
    scenario: Scenario, timeline: Timeline, seed: int, ground: Ground | None = None
) -> tuple[FaultEvent, ...]:
    """The plan, by time of strike; `ground` for a stack with other parts; raises PlanError.

    A fault that would outlast the run is healed at its end.
    """
    stage = ground or ground_of(scenario)
    events = [
        _event(number, spec, timeline, seed, stage) for number, spec in enumerate(scenario.faults, start=1)
    ]
    return tuple(sorted(events, key=lambda event: (event.strike_s, event.id)))


def _event(number: int, spec: FaultSpec, timeline: Timeline, seed: int, ground: Ground) -> FaultEvent:
    where = f"faults[{number}]"
    faults = registered()
    if spec.fault not in faults:
        raise PlanError(f'{where}.fault = "{spec.fault}"', f"no such fault; {_nearest(spec.fault, faults)}")
    fault = faults[spec.fault]
    event_id = f"{number:02d}-{spec.fault}"
    settings = _settings(where, fault, spec)
    drawn = fault.draw(_target(where, fault, spec, ground), settings, _ranking(seed, event_id))
    strike_s = timeline.run_s(spec.phase, spec.at)
    heal_s = min(timeline.after(strike_s, spec.duration), timeline.duration_s)
    if heal_s <= strike_s:
        raise PlanError(f"{where}.at", "the fault would begin when the run ends; it must begin before")
    return FaultEvent(
        event_id, spec.fault, drawn, strike_s, heal_s, settings.model_dump(mode="json"), fault.deadline_s
    )


def _target(where: str, fault: Fault, spec: FaultSpec, ground: Ground) -> tuple[str, ...]:
    known = fault.targets(ground)
    names = [spec.target] if isinstance(spec.target, str) else spec.target
    if not names:
        raise PlanError(f"{where}.target = []", f"needs at least one of: {', '.join(known)}")
    meant: dict[str, None] = {}
    for name in names:
        if name not in known:
            raise PlanError(
                f'{where}.target = "{name}"', f"{spec.fault} has no such target; {_nearest(name, known)}"
            )
        meant |= dict.fromkeys(known[name])
    return tuple(meant)


def _settings(where: str, fault: Fault, spec: FaultSpec) -> Any:
    try:
        return fault.settings.model_validate(spec.settings)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        key = f"{where}.settings.{name} = {json.dumps(first['input'])}"
        if first["type"] == "extra_forbidden":
            known = fault.settings.model_fields
            hint = _nearest(name, known) if known else "it has none"
            raise PlanError(key, f"{spec.fault} has no such setting; {hint}") from None
        raise PlanError(key, first["msg"].removeprefix("Input ")) from None


def _nearest(name: str, known: Any) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f'did you mean "{near[0]}"?' if near else f"there are: {', '.join(known)}"


def _ranking(seed: int, event_id: str) -> Any:
    """A drawn number for each name, a function of (seed, event, name) alone."""

    def rank(name: str) -> int:
        digest = hashlib.blake2b(f"{seed}/{event_id}/{name}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big")

    return rank


def write_plan(plan: tuple[FaultEvent, ...], path: Path) -> None:
    """Writes plan.jsonl, whole or not at all; raises OSError."""
    draft = path.with_name(f".{path.name}.draft")
    try:
        with draft.open("w", encoding="utf-8") as file:
            for event in plan:
                file.write(json.dumps(asdict(event)) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def read_plan(path: Path) -> tuple[FaultEvent, ...]:
    """A plan to be played again; raises PlanError that names file and line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError(str(path), f"cannot be read: {error}") from error
    events = []
    for number, line in enumerate(lines, start=1):
        where = f"{path}:{number}"
        try:
            table = json.loads(line)
            event = FaultEvent(**{**table, "target": tuple(table["target"])})
        except (ValueError, TypeError, KeyError) as error:
            raise PlanError(
                where, f"is no planned fault ({error}); plan.jsonl is written by a run"
            ) from error
        if event.fault not in registered():
            raise PlanError(
                f'{where} fault = "{event.fault}"', f"no such fault; {_nearest(event.fault, registered())}"
            )
        if not event.heal_s > event.strike_s:
            raise PlanError(where, f"heals at {event.heal_s} s, not after it strikes at {event.strike_s} s")
        events.append(event)
    return tuple(events)
