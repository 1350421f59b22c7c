"""plan.jsonl: a plan on disk, one fault a line, to be played again by another run."""

import json
import os
from dataclasses import asdict
from pathlib import Path

from chaos.aiming import nearest, valid_settings
from chaos.event import FaultEvent, PlanError
from chaos.fault import Ground, registered
from scenarios import condition


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
    events: list[FaultEvent] = []
    for number, line in enumerate(lines, start=1):
        events.append(_event(f"{path}:{number}", line))
        _refuse(f"{path}:{number}", events)
    for number, event in enumerate(events, start=1):
        _refuse_reference(f"{path}:{number}", event, events)
    return tuple(events)


def refuse_strangers(plan: tuple[FaultEvent, ...], ground: Ground, duration_s: float, path: Path) -> None:
    """Raises PlanError where a plan aims at what this run has not, or strikes when it is over."""
    for number, event in enumerate(plan, start=1):
        parts = registered()[event.fault].targets(ground).values()
        known = list(dict.fromkeys(part for one in parts for part in one))
        for part in event.target:
            if part not in known:
                raise PlanError(
                    f'{path}:{number} target = "{part}"',
                    f"this run has no such target for {event.fault}; {nearest(part, known)}",
                )
        if event.strike_s >= duration_s:
            raise PlanError(
                f"{path}:{number} strike_s = {event.strike_s:g}",
                f"the run is over after {duration_s:.1f} s; a plan is played again with the scenario and "
                "compression it was made with",
            )


def _event(where: str, line: str) -> FaultEvent:
    try:
        table = json.loads(line)
        event = FaultEvent(**{**table, "target": tuple(table["target"])})
        float(event.strike_s), float(event.heal_s), float(event.deadline_s)
    except (ValueError, TypeError, KeyError) as error:
        raise PlanError(where, f"is no planned fault ({error}); plan.jsonl is written by a run") from error
    return event


def _refuse(where: str, events: list[FaultEvent]) -> None:
    """Raises PlanError for what the newest event cannot be."""
    event = events[-1]
    faults = registered()
    if event.fault not in faults:
        raise PlanError(f'{where} fault = "{event.fault}"', f"no such fault; {nearest(event.fault, faults)}")
    if not event.heal_s > event.strike_s:
        raise PlanError(where, f"heals at {event.heal_s} s, not after it strikes at {event.strike_s} s")
    if any(other.id == event.id for other in events[:-1]):
        raise PlanError(
            f'{where} id = "{event.id}"', "is there already; every fault of a plan has its own id"
        )
    valid_settings(where, faults[event.fault], event.settings)


def _refuse_reference(where: str, event: FaultEvent, events: list[FaultEvent]) -> None:
    """Raises PlanError for a condition that cannot be read, or that waits for a fault there is not."""
    if not event.when:
        return
    try:
        when = condition(event.when)
    except ValueError as error:
        raise PlanError(f'{where} when = "{event.when}"', str(error)) from None
    if registered()[event.fault].by_the_clock:
        raise PlanError(f'{where} when = "{event.when}"', f"{event.fault} needs a moment, not a condition")
    if event.by_s is None:
        raise PlanError(f"{where} by_s", "is missing: the latest moment of a condition, in seconds")
    ids = [other.id for other in events]
    if when.fault and when.fault not in ids:
        raise PlanError(
            f'{where} when = "{event.when}"', f"no such fault in the plan; {nearest(when.fault, ids)}"
        )
