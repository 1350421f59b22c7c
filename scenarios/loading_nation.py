"""From a TOML file to a `Nation`, or to an error that names file, key, value and what would be right."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from scenarios.changes import change, with_changes
from scenarios.loading import is_nation, read_table
from scenarios.mistakes import ScenarioError, dotted, lines_of
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
        whole = with_changes(table, changed)
        if "thresholds" in whole:
            raise ScenarioError(
                file,
                [
                    "thresholds: a nation's run has no record of single operations to hold them to; what it "
                    "must reach stands in [expect], and thresholds in the scenario of a regency"
                ],
            )
        if offsets := list(_offsets(whole, ())):
            raise ScenarioError(file, offsets)
        nation = Nation.model_validate(whole)
    except ValidationError as error:
        raise ScenarioError(file, lines_of(error, Nation)) from None
    except ScenarioError:
        raise
    except ValueError as error:
        raise ScenarioError(file, [str(error)]) from None
    if problems := list(nation_problems(nation)):
        raise ScenarioError(file, problems)
    return nation


def _offsets(value: Any, location: tuple[Any, ...]) -> Iterator[str]:
    """Moments that name a zone: those of a nation are all WIB."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        right = value.replace(tzinfo=None).isoformat()
        yield f"{dotted(location)} = {value.isoformat()}: moments are WIB, without an offset: {right}"
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _offsets(one, (*location, key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _offsets(one, (*location, number))
