"""Everything a run is made of before it starts, rebuilt alike by conductor, workers and checkers.

A `Setting` follows from (scenario file, seed, scale, compression) alone, and from the plan of another run if
that is to be played again; nothing else is shipped to a worker.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.parquet as pq

from chaos import FaultEvent, PlanError, expand, ground_of, read_plan, refuse_strangers, write_plan
from gladi.answer_key import answer_key
from gladi.failures import UsageError
from gladi.mishaps import crowds_per_s, happens_to_people
from scenarios import Regency, Scenario, ScenarioError, Timeline, condition, find_scenario, load
from simulators.contests import ContestError, contest
from simulators.officials.office import Office
from simulators.officials.staff import offices
from simulators.population import Population, population
from simulators.timetable import Timetable, timetable


@dataclass(frozen=True, slots=True)
class Setting:
    """A scenario with its choices made, its population drawn, its moments fixed and its faults planned."""

    scenario: Scenario
    seed: int
    timeline: Timeline
    population: Population
    timetable: Timetable
    plan: tuple[FaultEvent, ...]

    @property
    def place(self) -> Regency:
        """The first regency that is played: of any of them where one is as good as another (its clock)."""
        return self.population.place

    def write(self, folder: Path, scenario_file: Path) -> None:
        """What was to happen, into a run directory: scenario, population, timetable, fault plan."""
        (folder / "scenario.toml").write_bytes(scenario_file.read_bytes())
        self.population.to_parquet(folder / "population.parquet")
        self.timetable.write(folder / "timetable.parquet")
        write_plan(self.plan, folder / "plan.jsonl")
        pq.write_table(
            answer_key(self.scenario, self.population), folder / "sheets.parquet", compression="zstd"
        )

    def with_defects(self, defects: tuple[str, ...]) -> "Setting":
        """The same with these defects planted in the reference stack, beside those of the scenario."""
        both = list(dict.fromkeys([*self.scenario.stack.defects, *defects]))
        stack = self.scenario.stack.model_copy(update={"defects": both})
        return replace(self, scenario=self.scenario.model_copy(update={"stack": stack}))

    @property
    def national_equivalent(self) -> int:
        """TPS in real time that load the server as this run does: TPS times compression."""
        return round(len(self.population.tps) * self.scenario.clock.compression)

    def offices(self) -> list[Office]:
        """Accounts of the staff in this population, with their moments."""
        tps = self.population.tps.tolist()
        return offices(self.scenario, self.timeline, self.seed, tps)

    @property
    def intended_peak_per_s(self) -> float:
        """Most operations of timetable, public and planned crowds that fall due in one second of the run."""
        seconds = Counter(int(run_s) for run_s in self.timetable.table["run_s"].to_pylist())
        seconds.update(int(run_s) for office in self.offices() for run_s in office.moments.values())
        public = self.scenario.public
        views = public.views_per_minute / 60.0 * self.scenario.clock.compression if public else 0.0
        return max(seconds.values(), default=0) + views + crowds_per_s(self.plan)


def arrange(
    path: Path,
    seed: int | None = None,
    scale: float | None = None,
    compression: float | None = None,
    plan: Path | None = None,
) -> Setting:
    """Load the scenario, apply the overrides, draw the population; raises UsageError.

    `plan` is the plan.jsonl of another run, played instead of what the scenario and seed would give.
    """
    try:
        return _arrange(path, seed, scale, compression, plan)
    except ScenarioError as error:
        raise UsageError(str(error)) from error


def _arrange(
    path: Path, seed: int | None, scale: float | None, compression: float | None, plan: Path | None
) -> Setting:
    scenario = load(path)
    if compression is not None:
        if not 1.0 <= compression <= 100_000.0:
            raise ScenarioError("--compression", [f"{compression:g}: must be between 1 and 100000"])
        clock = scenario.clock.model_copy(update={"compression": compression})
        scenario = scenario.model_copy(update={"clock": clock})
    return _of(path, scenario, seed, scale, plan)


def in_real_time(path: Path, seed: int, scale: float) -> Setting:
    """The scenario without any compression, in no phase of it; raises UsageError."""
    try:
        return _of(path, _at(load(path), 1.0), seed, scale, None)
    except ScenarioError as error:
        raise UsageError(str(error)) from error


def _at(scenario: Scenario, compression: float) -> Scenario:
    """At one compression in all phases, whatever their pace."""
    clock = scenario.clock.model_copy(update={"compression": compression})
    phases = [phase.model_copy(update={"pace": 1.0}) for phase in scenario.phases]
    return scenario.model_copy(update={"clock": clock, "phases": phases})


def _of(path: Path, scenario: Scenario, seed: int | None, scale: float | None, plan: Path | None) -> Setting:
    chosen = scenario.scenario.seed if seed is None else seed
    if not 0 <= chosen < 2**63:
        raise ScenarioError("--seed", [f"{chosen}: must be between 0 and {2**63 - 1}"])
    try:
        people = population(scenario, chosen, 1.0 if scale is None else scale)
    except ValueError as error:
        raise ScenarioError("--scale", [str(error)]) from error
    _refuse_unvoted(path, scenario, people)
    timeline = Timeline(scenario.phases, scenario.clock.compression)
    votes = [int(total) for total in people.numbers["suara_total"]]
    moments = timetable(scenario, timeline, chosen, [str(code) for code in people.tps], votes)
    faults = _planned(path, scenario, timeline, chosen, [str(code) for code in people.tps], plan)
    return Setting(scenario, chosen, timeline, people, moments, faults)


def _refuse_unvoted(path: Path, scenario: Scenario, people: Population) -> None:
    """Every form of the scenario must be one that is voted where its TPS lie; raises ScenarioError."""
    for place in people.places:
        for form in scenario.scenario.forms:
            try:
                contest(people.seed, form, place, place.kecamatan[0].code)
            except ContestError as error:
                raise ScenarioError(str(path), [f"scenario.forms: {error}"]) from error


def played(path: Path, scale: float | None) -> float:
    """The scale of a live run: what was asked for, else the scenario's `load.tps`, else all; UsageError."""
    if scale is not None:
        return scale
    try:
        wanted = load(path).load.tps
    except ScenarioError as error:
        raise UsageError(str(error)) from error
    return 1.0 if wanted is None else _scale_of(wanted)


def arrange_twin(
    path: Path,
    seed: int | None = None,
    scale: float | None = None,
    compression: float | None = None,
    plan: Path | None = None,
    as_it_was: bool = True,
) -> Setting:
    """The same for a simulation: `twin.tps` of the TPS, at `twin.compression`, where nothing else is said.

    `as_it_was`: of the server of the scenario's [twin]. If that has windows in which it failed, they are
    played instead of what the scenario does to the processes of a stack; people and areas are struck alike.
    """
    try:
        scenario = load(path)
        if scale is None and scenario.twin.tps is not None:
            scale = _scale_of(scenario.twin.tps)
        if compression is not None or scenario.twin.compression is None:
            setting = _arrange(path, seed, scale, compression, plan)
        else:
            setting = _of(path, _at(scenario, scenario.twin.compression), seed, scale, plan)
    except ScenarioError as error:
        raise UsageError(str(error)) from error
    if as_it_was and scenario.twin.windows and plan is None:
        return replace(setting, plan=tuple(_besides_the_server(setting.plan)))
    return setting


def _besides_the_server(plan: tuple[FaultEvent, ...]) -> Iterator[FaultEvent]:
    """What strikes people and areas, and waits for nothing else."""
    kept: set[str] = set()
    for event in plan:
        waits_for = condition(event.when).fault if event.when else ""
        if (event.fault == "area_dark" or happens_to_people(event)) and (not waits_for or waits_for in kept):
            kept.add(event.id)
            yield event


def _scale_of(tps: int) -> float:
    """A number of TPS as a scale; one TPS is the least there is, and as a share that is a small one."""
    return float(tps) if tps > 1 else 1e-9


def _planned(
    path: Path, scenario: Scenario, timeline: Timeline, seed: int, tps: list[str], plan: Path | None
) -> tuple[FaultEvent, ...]:
    """What goes wrong: expanded from the scenario, or read from the plan of another run."""
    ground = ground_of(scenario, tps)
    if plan is not None:
        try:
            events = read_plan(plan)
            refuse_strangers(events, ground, timeline.duration_s, plan)
        except PlanError as error:
            raise UsageError(f"--plan {error}") from error
        return events
    try:
        return expand(scenario, timeline, seed, ground)
    except PlanError as error:
        raise ScenarioError(str(path), [str(error)]) from error


def scenario_file(name: str) -> Path:
    """The file of a scenario given as a path or a built-in name; raises UsageError."""
    try:
        return find_scenario(name).resolve()
    except ScenarioError as error:
        raise UsageError(str(error)) from error


def scenario_of(name: str) -> Scenario:
    """The scenario given as a path or a built-in name; raises UsageError."""
    try:
        return load(scenario_file(name))
    except ScenarioError as error:
        raise UsageError(str(error)) from error
