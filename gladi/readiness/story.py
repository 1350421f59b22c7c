"""A readiness check from top to bottom: read what was given, predict the days, lay it all into one folder."""

import hashlib
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from gladi import __version__
from gladi.failures import UsageError
from gladi.readiness import evidence
from gladi.readiness.figures import Figures, read_figures
from gladi.readiness.forecast import Forecast, activated, forecast, seeds_of
from gladi.readiness.needs import needs, plans
from gladi.readiness.plans import Told, read_plans
from gladi.runfolder import RunFolder
from gladi.show import Show
from reports.readiness import schema
from reports.rundir import RunDirectory
from scenarios import Scenario, ScenarioError, load
from scenarios.readiness import Readiness, Register, read_register
from simulators.population import population
from simulators.server import ServerModel


@dataclass(frozen=True, slots=True)
class Choices:
    """What the command line decides. `tps`: at most so many are predicted. Paths are as they were given."""

    scenario_file: Path
    seed: int | None
    days: int
    tps: int
    server: ServerModel | None
    activation: Path | None
    run: Path | None
    capacity: tuple[Path, ...]
    claims: tuple[Path, ...]
    plans: Path | None
    rehearsal: Path | None
    risks: Path | None
    staff: int | None
    serves: int | None


@dataclass(frozen=True, slots=True)
class _Given:
    """Everything that was read before anything is made."""

    scenario: Scenario
    wanted: Readiness
    figures: Figures | None
    run: RunDirectory | None
    plans: Told | None
    register: Register | None
    evidence: dict[str, dict[str, Any]]


def gather(choices: Choices, folder: RunFolder, show: Show) -> None:
    """Read, predict and write, readiness.json last; UsageError names file, line and column."""
    given = _read(choices)
    scenario = given.scenario
    whole = sum(place.tps for place in scenario.places())
    seeds = seeds_of(scenario, choices.seed, choices.days)
    with show.stage("Perkiraan hari-H") as advance:
        scale = 1.0 if whole <= choices.tps else float(choices.tps)
        seen = forecast(choices.scenario_file, seeds, scale, choices.server, advance)
    with show.stage("Rencana dan bukti"):
        people = population(scenario, seeds[0])
        needed, source = needs(scenario, people, given.plans)
        rows, about = _activation(given, seen, choices)
        shutil.copyfile(choices.scenario_file, folder.path / "scenario.toml")
        folder.write_table(schema.REGIONS_FILE, _regions(scenario, [str(one) for one in people.kecamatan]))
        folder.write_table(schema.ACTIVATION_FILE, rows)
        folder.write_table(schema.ARRIVALS_FILE, seen.arrivals)
        folder.write_table(schema.CALLS_FILE, seen.calls)
        folder.write_table(schema.NEEDS_FILE, needed)
        if given.plans is not None:
            folder.write_table(schema.PLANS_FILE, plans(given.plans))
        folder.sub(schema.EVIDENCE)
        for name, content in given.evidence.items():
            folder.write_json(f"{schema.EVIDENCE}/{name}.json", content)
        if choices.risks is not None:
            shutil.copyfile(choices.risks, folder.path / schema.EVIDENCE / "risks.toml")
        folder.write_json(schema.FILE, _facts(choices, given, seen, about, source))


def _read(choices: Choices) -> _Given:
    try:
        scenario = load(choices.scenario_file)
        register = None if choices.risks is None else read_register(choices.risks)
    except ScenarioError as error:
        raise UsageError(str(error)) from error
    places = scenario.places()
    kept = {f"capacity-{n}": evidence.of_capacity(run) for n, run in enumerate(choices.capacity, start=1)}
    kept |= {f"claim-{n}": evidence.of_claim(path) for n, path in enumerate(choices.claims, start=1)}
    if choices.rehearsal is not None:
        kept["rehearsal"] = evidence.of_rehearsal(choices.rehearsal)
    return _Given(
        scenario, _wanted(scenario, choices),
        None if choices.activation is None else read_figures(choices.activation, places),
        None if choices.run is None else evidence.opened(choices.run, "--run"),
        None if choices.plans is None else read_plans(choices.plans, places), register, kept,
    )  # fmt: skip


def _wanted(scenario: Scenario, choices: Choices) -> Readiness:
    """The scenario's thresholds, with what its help desk and the command line say."""
    wanted, desk = scenario.readiness, scenario.help_desk
    changes: dict[str, Any] = {}
    if desk is not None and wanted.staff is None:
        changes["staff"] = desk.people
    if choices.staff is not None:
        changes["staff"] = choices.staff
    if choices.serves is not None:
        changes["serves_tps"] = choices.serves
    return wanted.model_copy(update=changes)


def _activation(given: _Given, seen: Forecast, choices: Choices) -> tuple[pa.Table, dict[str, Any]]:
    """Accounts and active ones by the best source that was given, and what that source is."""
    if given.figures is not None:
        assert choices.activation is not None
        found = given.figures
        rows = [
            {"seed": 0, "code": code, "accounts": accounts, "active": active}
            for code, accounts, active in found.rows
        ]
        at = found.at or datetime.fromtimestamp(choices.activation.stat().st_mtime, UTC)
        return pa.Table.from_pylist(rows, schema=schema.ACTIVATION), {
            "kind": "counted", "source": choices.activation.name, "at": at.isoformat(),
            "dated_by": "file" if found.at is None else "column", "example": found.example,
        }  # fmt: skip
    if given.run is not None:
        return _of_run(given.run)
    return seen.activation, {"kind": "forecast", "source": "", "at": None}


def _of_run(run: RunDirectory) -> tuple[pa.Table, dict[str, Any]]:
    """Accounts that were active in a run when its activation window closed."""
    about = run.info
    phase = next((one for one in about.phases if one.id == about.activation_phase), None)
    if phase is None:
        raise UsageError(f"--run {run.path}: plays no activation; take another run, or --activation FILE")
    names = ("kind", "outcome", "account_tps", "operator", "ended_s")
    columns = [run.history.arrow(name).to_pylist() for name in names]
    rows = [dict(zip(names, one, strict=True)) for one in zip(*columns, strict=True)]
    codes = [str(one) for one in run.population.arrow("tps").to_pylist()]
    table = activated(codes, about.seed, rows, phase.run_end_s)
    kind = "rehearsed" if about.mode == "rehearse" else "simulated"
    return pa.Table.from_pylist(table, schema=schema.ACTIVATION), {
        "kind": kind, "source": run.path.resolve().name, "at": about.started_at,
    }  # fmt: skip


def _regions(scenario: Scenario, kecamatan: list[str]) -> pa.Table:
    counts = {code: kecamatan.count(code) for code in set(kecamatan)}
    rows = [
        {"code": one.code, "name": one.name, "regency": place.code, "regency_name": place.name,
         "tps": counts.get(one.code, 0)}
        for place in scenario.places() for one in place.kecamatan
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=schema.REGIONS)


def _facts(
    choices: Choices, given: _Given, seen: Forecast, activation: dict[str, Any], source: dict[str, str]
) -> dict[str, Any]:
    scenario = given.scenario
    places = scenario.places()
    day = scenario.voting.phase if scenario.voting else scenario.phases[-1].id
    given_files = {
        "activation": choices.activation, "plans": choices.plans, "risks": choices.risks,
        "scenario": choices.scenario_file,
    }  # fmt: skip
    return {
        "readiness_version": schema.VERSION,
        "asked": {
            "scenario": scenario.id,
            "title": scenario.scenario.title,
            "region": {"code": scenario.region.code, "name": ", ".join(one.name for one in places[:2]),
                       "regencies": len(places)},
            "voting_day": scenario.phase(day).start.date().isoformat(),
            "forecast": {"seeds": list(seen.seeds), "tps": seen.tps, "calls": seen.calls_from,
                         "server": choices.server.name if choices.server else "reference"},
            "activation": activation,
            "needs": {**source, "example": bool(given.plans and given.plans.example)},
            "wanted": given.wanted.model_dump(),
        },
        "about": {
            "at": datetime.now(UTC).astimezone().isoformat(timespec="seconds"),
            "gladi_version": __version__,
            "files": {
                name: {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
                for name, path in given_files.items() if path is not None
            },
        },
    }  # fmt: skip
