"""From a TOML file to a `Scenario`, or to an error that names file, key, value and what would be right.

The scenario of a whole nation is another kind of file: see `loading_nation`.
"""

import difflib
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from scenarios.disruption_checks import disruption_moments, disruption_problems
from scenarios.forms import FORMS, FORMS_OF_ELECTION, NOT_VOTED
from scenarios.mistakes import ScenarioError, lines_of, near_names
from scenarios.model import Scenario
from scenarios.officials import officials_moments, officials_problems
from scenarios.regions import RegionError, regions_of
from scenarios.thresholds import GROUPS, KINDS
from scenarios.timeline import Timeline


def _builtin() -> dict[str, Path]:
    folder = Path(str(files("scenarios")))
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def builtin_scenarios() -> dict[str, Path]:
    """Scenario files of a regency that come with gladi, by id."""
    return {name: path for name, path in _builtin().items() if not is_nation(read_table(path))}


def builtin_nations() -> dict[str, Path]:
    """Scenario files of a whole nation that come with gladi, by id."""
    return {name: path for name, path in _builtin().items() if is_nation(read_table(path))}


def find_scenario(name: str) -> Path:
    """A path, or the id of a built-in scenario; raises ScenarioError that lists what there is."""
    path = Path(name)
    if path.is_file():
        return path
    known = _builtin()
    if name in known:
        return known[name]
    if path.stem in known and path.parent.name == "scenarios" and path.suffix == ".toml":
        return known[path.stem]
    choices = ", ".join(known)
    near = difflib.get_close_matches(path.name, known, n=1) or [one for one in known if one.startswith(name)]
    own = [f"{name}.toml"] if Path(f"{name}.toml").is_file() else []
    hint = f'did you mean "{[*own, *near][0]}"? ' if own or near else ""
    raise ScenarioError(
        name, [f"no such file, and no built-in scenario of that name; {hint}there are: {choices}"]
    )


def is_nation(table: dict[str, Any]) -> bool:
    """Whether a parsed file says that it is the scenario of a whole nation."""
    about = table.get("scenario")
    return isinstance(about, dict) and about.get("kind") == "nation"


def read_table(path: Path) -> dict[str, Any]:
    """A scenario file, parsed and no more; raises ScenarioError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(str(path), [f"cannot be read: {error}"]) from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(str(path), [f"is not valid TOML: {error}"]) from error


def load(path: Path) -> Scenario:
    """Read and validate the scenario of a regency; raises ScenarioError."""
    table = read_table(path)
    if is_nation(table):
        name = path.stem if path.stem in _builtin() else str(path)
        raise ScenarioError(
            str(path),
            [
                'scenario.kind = "nation": a whole nation is simulated, not rehearsed on a server nor drawn '
                f"as photos: gladi simulate {name} (a hundredth of it: --scale 0.01); what is rehearsed is "
                "one of its regions: gladi rehearse kepahiang-2024, or gladi new scenario for another"
            ],
        )
    return validate(table, str(path))


def validate(table: dict[str, Any], file: str) -> Scenario:
    """A parsed table as a Scenario, cross-checked; raises ScenarioError naming every problem at once."""
    try:
        scenario = Scenario.model_validate(table)
    except ValidationError as error:
        raise ScenarioError(file, lines_of(error, Scenario)) from None
    problems = list(_cross_checks(scenario))
    if problems:
        raise ScenarioError(file, problems)
    return scenario


def _cross_checks(scenario: Scenario) -> Iterator[str]:
    ids = [phase.id for phase in scenario.phases]
    if len(set(ids)) != len(ids):
        yield f"phases: every id must differ; got {', '.join(ids)}"
    for before, after in zip(scenario.phases, scenario.phases[1:], strict=False):
        if after.start < before.end:
            yield f"phases: {after.id} starts {after.start}, before {before.id} has ended ({before.end})"
    yield from _region_checks(scenario)
    yield from _part_checks(scenario)
    moments: list[tuple[str, str, float]] = []
    if scenario.activation:
        moments.append(("activation.at", scenario.activation.phase, scenario.activation.at))
    if scenario.login:
        moments.append(("login.at", scenario.login.phase, scenario.login.at))
    if scenario.voting:
        moments.append(("voting.close", scenario.voting.phase, scenario.voting.close))
    if scenario.public:
        moments += [
            ("public.start", scenario.public.phase, scenario.public.start),
            ("public.end", scenario.public.phase, scenario.public.end),
        ]
    moments += disruption_moments(scenario)
    moments += officials_moments(scenario)
    yield from officials_problems(scenario)
    yield from _threshold_checks(scenario, ids)
    yield from disruption_problems(scenario)
    timeline = Timeline(scenario.phases, scenario.clock.compression)
    nowhere = dict.fromkeys((key.rpartition(".")[0], phase) for key, phase, _ in moments if phase not in ids)
    for table, phase in nowhere:
        yield f'{table}.phase = "{phase}": no such phase; there are: {", ".join(ids)}'
    for key, phase, at in moments:
        if phase in ids and not timeline.covers(phase, at):
            one = scenario.phase(phase)
            yield f"{key}: lies outside phase {phase}, which plays {one.start} to {one.end}"


def _threshold_checks(scenario: Scenario, ids: list[str]) -> Iterator[str]:
    known = [*GROUPS, *KINDS]
    for kind, checks in scenario.thresholds.items():
        if kind not in known:
            yield f"thresholds.{kind}: no operation is called that; {near_names(kind, known)}"
        for number, one in enumerate(checks, start=1):
            if one.phase is not None and one.phase not in ids:
                yield (
                    f'thresholds.{kind}[{number}].phase = "{one.phase}": no such phase; '
                    f"there are: {', '.join(ids)}"
                )


def _part_checks(scenario: Scenario) -> Iterator[str]:
    """Which tables need which: nobody sends who does not count, or counts what was not voted."""
    election, forms = scenario.scenario.election, scenario.scenario.forms
    of_it = FORMS_OF_ELECTION[election]
    if strange := [form for form in forms if form not in of_it]:
        there = ", ".join(of_it)
        yield f"scenario.forms: {', '.join(strange)} is not voted in {election}; there are: {there}"
    if len(set(forms)) != len(forms):
        yield f"scenario.forms: every form once; got {', '.join(forms)}"
    elif forms != sorted(forms, key=FORMS.index):
        yield f"scenario.forms: in the order of counting: {', '.join(sorted(forms, key=FORMS.index))}"
    if scenario.voting is None and scenario.expect.completeness > 0.0:
        yield "expect.completeness: nothing is sent without [voting]; write 0.0"
    if scenario.activation is None and scenario.expect.activated > 0.0:
        yield "expect.activated: nobody activates an account without [activation]; leave it out"


def _region_checks(scenario: Scenario) -> Iterator[str]:
    try:
        regions_of(scenario.region.code)
    except RegionError as error:
        yield f"region.code: {error}"
        return
    try:
        places = scenario.places()
    except RegionError as error:
        yield f"region.{error}"
        return
    named = ", ".join(place.name for place in places[:3]) + (", ..." if len(places) > 3 else "")
    tps = sum(place.tps for place in places)
    known = {kecamatan.code: kecamatan.name for place in places for kecamatan in place.kecamatan}
    for code in scenario.links.no_signal_kecamatan:
        if code not in known:
            yield (
                f'links.no_signal_kecamatan: "{code}" is not a kecamatan of {named}; '
                f"there are: {', '.join(f'{one} {name}' for one, name in list(known.items())[:60])}"
            )
    there = FORMS_OF_ELECTION[scenario.scenario.election]
    for code in sorted({place.province_code for place in places}):
        for form in scenario.scenario.forms:
            if form in there and (form, code) in NOT_VOTED:
                left = ", ".join(one for one in there if (one, code) not in NOT_VOTED)
                yield f"scenario.forms: {form}: {NOT_VOTED[form, code]}; there are: {left}"
    troubled = scenario.links.no_signal_tps + scenario.links.intermittent_tps
    if troubled > tps:
        yield f"links: {troubled} TPS without or with unsteady signal, but {named} has {tps}"
    if scenario.load.tps is not None and scenario.load.tps > tps:
        yield f"load.tps = {scenario.load.tps}: {named} has {tps} TPS"
