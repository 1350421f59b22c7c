"""What can be wrong with [[faults]], [[chaos]] and [stop] in one file, beyond the types of their keys."""

from collections.abc import Iterator, Mapping, Sequence

from scenarios.disruption import ChaosSpec, FaultSpec
from scenarios.model import Scenario

Moment = tuple[str, str, float]
"""Key, phase, and local clock time in seconds after midnight of the phase's first day."""


def disruption_moments(scenario: Scenario) -> list[Moment]:
    """Every time of day that must lie within its phase; a table without any names its phase all the same."""
    found: list[Moment] = []
    for number, fault in enumerate(scenario.faults, start=1):
        found += _written(f"faults[{number}]", fault.phase, {"at": fault.at, "by": fault.by})
    for number, chaos in enumerate(scenario.chaos, start=1):
        found += _written(f"chaos[{number}]", chaos.phase, {"from": chaos.start, "until": chaos.until})
    return found


def _written(where: str, phase: str, clocks: dict[str, float | None]) -> list[Moment]:
    return [(f"{where}.{key}", phase, clock_s) for key, clock_s in clocks.items() if clock_s is not None]


def disruption_problems(scenario: Scenario) -> Iterator[str]:
    """Each a line for a person that names the key and what would be right."""
    phases = [phase.id for phase in scenario.phases]
    for number, fault in enumerate(scenario.faults, start=1):
        yield from _fault_problems(f"faults[{number}]", fault, phases)
        yield from _reference_problems(number, scenario.faults)
    for number, chaos in enumerate(scenario.chaos, start=1):
        yield from _chaos_problems(f"chaos[{number}]", chaos, phases)
    stop = scenario.stop
    if stop.window <= 0:
        yield "stop.window: must be longer than nothing"
    if stop.every_run and stop.error_share is None and stop.p99_s is None:
        yield "stop.every_run: stops nothing without error_share or p99_s"


def _fault_problems(where: str, fault: FaultSpec, phases: list[str]) -> Iterator[str]:
    if fault.at is None and fault.by is None and fault.phase not in phases:
        yield f'{where}.phase = "{fault.phase}": no such phase; there are: {", ".join(phases)}'
    when = {"at": fault.at, "at_real": fault.at_real, "when": fault.when}
    yield from _exactly_one(where, when)
    yield from _exactly_one(where, {"for": fault.duration, "for_real": fault.for_real})
    for key, length_s in (("for", fault.duration), ("for_real", fault.for_real)):
        if length_s is not None and length_s <= 0:
            yield f"{where}.{key}: must be longer than nothing"
    if fault.by is not None and fault.when is None:
        yield f"{where}.by: is the latest moment of a condition; without `when` leave it out"


def _reference_problems(number: int, faults: Sequence[FaultSpec]) -> Iterator[str]:
    """`struck 02` and `healed 02`: there must be a second fault, and waiting may not go round in a circle."""
    seen = [number]
    while (when := faults[seen[-1] - 1].when) is not None and when.fault:
        where = f'faults[{seen[-1]}].when = "{when}"'
        other = int(when.fault) if when.fault.isdecimal() else 0
        if not 1 <= other <= len(faults):
            if len(seen) == 1:
                yield f"{where}: no such fault; they are numbered 01 to {len(faults):02d}"
            return
        if other in seen:
            if other == number == min(seen):
                circle = " -> ".join(f"{one:02d}" for one in [*seen, other])
                yield f"{where}: the faults wait for one another ({circle}); give one of them a moment"
            return
        seen.append(other)


def _chaos_problems(where: str, chaos: ChaosSpec, phases: list[str]) -> Iterator[str]:
    if chaos.start is None and chaos.until is None and chaos.phase not in phases:
        yield f'{where}.phase = "{chaos.phase}": no such phase; there are: {", ".join(phases)}'
    if chaos.start is not None and chaos.until is not None and chaos.until <= chaos.start:
        yield f"{where}.until: must be later than from"
    yield from _exactly_one(where, {"length": chaos.length, "length_real": chaos.length_real})
    for key, span in (("length", chaos.length), ("length_real", chaos.length_real)):
        if span is not None and not 0 < span[0] <= span[1]:
            yield f"{where}.{key}: must be the shortest and the longest, both longer than nothing"
        elif span is not None and chaos.draw == "areas" and span[0] == span[1]:
            yield f"{where}.{key}: areas of one length cannot be healed in another order; give it a range"
    if chaos.count < 2 and chaos.draw != "single":
        yield f'{where}.count = {chaos.count}: draw = "{chaos.draw}" needs at least 2'


def _exactly_one(where: str, keys: Mapping[str, object]) -> Iterator[str]:
    written = [key for key, value in keys.items() if value is not None]
    if len(written) > 1:
        yield f"{where}: {' and '.join(written)} exclude each other; keep one"
    elif not written:
        names = list(keys)
        yield f"{where}: one of {', '.join(names[:-1])} or {names[-1]} is missing"
