"""From a TOML file to a `Nation`, or to an error that names file, key, value and what would be right."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from scenarios.changes import change, with_changes
from scenarios.loading import is_nation, read_table
from scenarios.mistakes import ScenarioError, lines_of
from scenarios.nation import Nation
from scenarios.nation_checks import nation_problems

Sweep = Mapping[str, Sequence[Any]]
"""Dotted keys of a scenario, and the values to try."""


def load_nation(path: Path, changed: Sequence[str] = ()) -> Nation:
    """Read, change (`server.servers = 12`) and validate; raises ScenarioError."""
    return validate_nation(read_table(path), str(path), changed)


def validate_nation(table: dict[str, Any], file: str, changed: Sequence[str] = ()) -> Nation:
    """A parsed table as a Nation, cross-checked; raises ScenarioError naming every problem at once."""
    nation = _validated(table, file, changed)
    if problems := sweep_problems(table, file, nation.sweep, changed):
        raise ScenarioError(file, [f"sweep: {one}" for one in problems])
    return nation


def sweep_problems(table: dict[str, Any], file: str, sweep: Sweep, changed: Sequence[str] = ()) -> list[str]:
    """What is wrong with keys and values that are to be tried: each value is set alone, and validated."""
    found: list[str] = []
    for key, values in sweep.items():
        if not values:
            found.append(f"{key}: no value to try")
        for value in values:
            try:
                _validated(table, file, [*changed, change(key, value)])
            except ScenarioError as error:
                found += error.problems
            except ValueError as error:
                found.append(f"{key} = {value!r}: {error}")
    return list(dict.fromkeys(found))


def _validated(table: dict[str, Any], file: str, changed: Sequence[str]) -> Nation:
    if not is_nation(table):
        raise ScenarioError(file, ['scenario.kind: is not "nation"; this is the scenario of a regency'])
    try:
        nation = Nation.model_validate(with_changes(table, changed))
    except ValidationError as error:
        raise ScenarioError(file, lines_of(error, Nation)) from None
    except ValueError as error:
        raise ScenarioError(file, [str(error)]) from None
    if problems := list(nation_problems(nation)):
        raise ScenarioError(file, problems)
    return nation
