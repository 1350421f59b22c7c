"""From a TOML file to a `Scenario`, or to an error that names file, key, value and what would be right."""

import difflib
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from scenarios.disruption_checks import disruption_moments, disruption_problems
from scenarios.model import Scenario
from scenarios.regions import RegionError, regency
from scenarios.timeline import Timeline


class ScenarioError(ValueError):
    """A scenario that cannot be played; each of `problems` is one line for a person."""

    def __init__(self, file: str, problems: list[str]) -> None:
        self.file = file
        self.problems = problems
        super().__init__("\n".join(f"{file}: {problem}" for problem in problems))


def builtin_scenarios() -> dict[str, Path]:
    """Scenario files that come with gladi, by id."""
    folder = Path(str(files("scenarios")))
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def find_scenario(name: str) -> Path:
    """A path, or the id of a built-in scenario; raises ScenarioError that lists what there is."""
    path = Path(name)
    if path.is_file():
        return path
    known = builtin_scenarios()
    if name in known:
        return known[name]
    if path.stem in known and path.parent.name == "scenarios" and path.suffix == ".toml":
        return known[path.stem]
    choices = ", ".join(known)
    raise ScenarioError(name, [f"no such file, and no built-in scenario of that name; there are: {choices}"])


def load(path: Path) -> Scenario:
    """Read and validate; raises ScenarioError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(str(path), [f"cannot be read: {error}"]) from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(str(path), [f"is not valid TOML: {error}"]) from error
    return validate(table, str(path))


def validate(table: dict[str, Any], file: str) -> Scenario:
    """A parsed table as a Scenario, cross-checked; raises ScenarioError naming every problem at once."""
    try:
        scenario = Scenario.model_validate(table)
    except ValidationError as error:
        raise ScenarioError(file, [_line(dict(one), table) for one in error.errors()]) from None
    problems = list(_cross_checks(scenario))
    if problems:
        raise ScenarioError(file, problems)
    return scenario


def _line(error: dict[str, Any], table: dict[str, Any]) -> str:
    location = tuple(part for part in error["loc"] if not str(part).startswith(("function-", "list[", "str")))
    key = _dotted(location)
    kind, given = error["type"], error["input"]
    if kind == "extra_forbidden":
        known = _keys_of(location[:-1])
        near = difflib.get_close_matches(str(location[-1]), known, n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"known keys here: {', '.join(known)}"
        return f"unknown key {key} = {given!r}; {hint}"
    if kind == "missing":
        return f"missing key {key}"
    message = str(error["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    return f"{key} = {given!r}: {message}"


def _dotted(location: tuple[Any, ...]) -> str:
    out = ""
    for part in location:
        out += f"[{part + 1}]" if isinstance(part, int) else (f".{part}" if out else str(part))
    return out


def _keys_of(location: tuple[Any, ...]) -> list[str]:
    model: Any = Scenario
    for part in location:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part) if _is_section(model) else None
        if field is None:
            return []
        model = _section_in(field.annotation)
    if not _is_section(model):
        return []
    return [field.alias or name for name, field in model.model_fields.items()]


def _is_section(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _section_in(annotation: Any) -> Any:
    if _is_section(annotation):
        return annotation
    for inner in get_args(annotation):
        found = _section_in(inner)
        if found is not None:
            return found
    return None


def _cross_checks(scenario: Scenario) -> Iterator[str]:
    ids = [phase.id for phase in scenario.phases]
    if len(set(ids)) != len(ids):
        yield f"phases: every id must differ; got {', '.join(ids)}"
    for before, after in zip(scenario.phases, scenario.phases[1:], strict=False):
        if after.start < before.end:
            yield f"phases: {after.id} starts {after.start}, before {before.id} has ended ({before.end})"
    yield from _region_checks(scenario)
    moments = [
        ("activation.at", scenario.activation.phase, scenario.activation.at),
        ("login.at", scenario.login.phase, scenario.login.at),
        ("voting.close", scenario.voting.phase, scenario.voting.close),
    ]
    if scenario.public:
        moments += [
            ("public.start", scenario.public.phase, scenario.public.start),
            ("public.end", scenario.public.phase, scenario.public.end),
        ]
    moments += disruption_moments(scenario)
    yield from disruption_problems(scenario)
    timeline = Timeline(scenario.phases, scenario.clock.compression)
    for key, phase, at in moments:
        if phase not in ids:
            yield f'{key.rpartition(".")[0]}.phase = "{phase}": no such phase; there are: {", ".join(ids)}'
        elif not timeline.covers(phase, at):
            one = scenario.phase(phase)
            yield f"{key}: lies outside phase {phase}, which plays {one.start} to {one.end}"


def _region_checks(scenario: Scenario) -> Iterator[str]:
    try:
        place = regency(scenario.region.code)
    except RegionError as error:
        yield f"region.code: {error}"
        return
    known = {kecamatan.code: kecamatan.name for kecamatan in place.kecamatan}
    for code in scenario.links.no_signal_kecamatan:
        if code not in known:
            yield (
                f'links.no_signal_kecamatan: "{code}" is not a kecamatan of {place.name}; '
                f"there are: {', '.join(f'{one} {name}' for one, name in known.items())}"
            )
    troubled = scenario.links.no_signal_tps + scenario.links.intermittent_tps
    if troubled > place.tps:
        yield f"links: {troubled} TPS without or with unsteady signal, but {place.name} has {place.tps}"
