"""From the faults of a scenario to a plan: what is struck when, on the run clock, down to the last name.

`expand` is pure: the same scenario, timeline and seed give the same plan, on any machine. The plan is written
as plan.jsonl before the run, and a run only executes it; so a run can be repeated with the very plan of
another. What is promised is the same schedule, not the same interleaving with the load. A condition is in
the plan as a condition: when it comes to hold is the run's business.
"""

from collections.abc import Iterable

from chaos.aiming import fault_named, named_targets, parts_of, valid_settings
from chaos.drawing import drawn
from chaos.event import FaultEvent, PlanError
from chaos.exclusion import refuse_exclusive
from chaos.fault import Ground
from chaos.luck import Luck
from scenarios import Condition, FaultSpec, Scenario, Stack, Timeline


def components_of(stack: Stack) -> tuple[str, ...]:
    """The parts of a reference stack, by their names in stack.json."""
    stores = ("postgres",) if stack.profile == "embedded" else ("postgres", "redis", "objects")
    workers = [f"api-{number}" for number in range(1, stack.api_workers + 1)]
    workers += [f"worker-{number}" for number in range(1, stack.workers + 1)]
    return (*stores, *workers, *(("nginx",) if stack.profile == "full" else ()))


def ground_of(scenario: Scenario, tps: Iterable[str] = ()) -> Ground:
    """What one may aim at: components of the reference stack, kecamatan of the region, link classes, TPS."""
    areas = {one.code: one.name for place in scenario.places() for one in place.kecamatan}
    return Ground(components_of(scenario.stack), areas, tps=tuple(tps))


def expand(
    scenario: Scenario, timeline: Timeline, seed: int, ground: Ground | None = None
) -> tuple[FaultEvent, ...]:
    """The plan, by time of strike; `ground` for a stack with other parts; raises PlanError.

    A fault that would outlast the run is healed at its end. Schedules are drawn among the areas that have
    TPS in this run, where the ground tells which these are.
    """
    stage = ground or ground_of(scenario)
    ids = {f"{number:02d}": event_id(number, spec) for number, spec in enumerate(scenario.faults, start=1)}
    events = [
        _event(number, spec, timeline, seed, stage, ids)
        for number, spec in enumerate(scenario.faults, start=1)
    ]
    refuse_exclusive(events, timeline)
    populated = inhabited(stage)
    for number, chaos in enumerate(scenario.chaos, start=1):
        events += drawn(number, chaos, timeline, seed, populated, events)
    return tuple(sorted(events, key=lambda event: (event.strike_s, event.id)))


def inhabited(ground: Ground) -> Ground:
    """The ground without the areas in which this run has no TPS; whole where the TPS are not told."""
    if not ground.tps:
        return ground
    some = {code[:6] for code in ground.tps}
    areas = {code: name for code, name in ground.areas.items() if code in some}
    return Ground(ground.components, areas, ground.links, ground.tps)


def event_id(number: int, spec: FaultSpec) -> str:
    """The id of the `number`-th fault of a scenario."""
    return f"{number:02d}-{spec.fault}"


def _event(
    number: int, spec: FaultSpec, timeline: Timeline, seed: int, ground: Ground, ids: dict[str, str]
) -> FaultEvent:
    where = f"faults[{number}]"
    fault = fault_named(where, spec.fault)
    if fault.by_the_clock and spec.when is not None:
        raise PlanError(
            f'{where}.when = "{spec.when}"',
            f"{fault.name} happens to people by the plan's clock: name a moment (at or at_real)",
        )
    settings = valid_settings(where, fault, spec.settings)
    names = named_targets(where, fault, spec.target, ground)
    me = event_id(number, spec)
    target = fault.draw(parts_of(names, fault.targets(ground)), settings, Luck(seed, me).rank)
    strike_s, by_s = _moments(where, spec, timeline)
    heal_s = (
        timeline.after(strike_s, spec.duration or 0.0) if spec.for_real is None else strike_s + spec.for_real
    )
    heal_s = min(heal_s, timeline.duration_s)
    if heal_s <= strike_s:
        raise PlanError(f"{where}.at", "the fault would begin when the run ends; it must begin before")
    when = _with_ids(spec.when, ids) if spec.when else ""
    return FaultEvent(
        me,
        spec.fault,
        target,
        strike_s,
        heal_s,
        settings.model_dump(mode="json"),
        fault.deadline_s,
        when,
        by_s,
    )


def _moments(where: str, spec: FaultSpec, timeline: Timeline) -> tuple[float, float | None]:
    """When it strikes; with a condition the first and the last moment at which it may."""
    phase = timeline.phase(spec.phase)
    if spec.when is not None:
        by_s = phase.run_end_s if spec.by is None else timeline.run_s(spec.phase, spec.by)
        return phase.run_start_s, by_s
    if spec.at_real is None:
        return timeline.run_s(spec.phase, spec.at or 0.0), None
    strike_s = phase.run_start_s + spec.at_real
    if strike_s >= phase.run_end_s:
        length_s = phase.run_end_s - phase.run_start_s
        raise PlanError(
            f'{where}.at_real = "{spec.at_real:g}s"',
            f"phase {phase.id} lasts {length_s:.1f} s on the run clock; name an earlier moment",
        )
    return strike_s, None


def _with_ids(when: Condition, ids: dict[str, str]) -> str:
    """The condition as it stands in a plan: other faults by their whole id."""
    if not when.fault:
        return str(when)
    return str(Condition(when.kind, fault=ids[f"{int(when.fault):02d}"], delay_s=when.delay_s))
