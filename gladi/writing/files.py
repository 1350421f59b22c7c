"""The kinds of files that people write, each with its schema and with what only gladi as a whole knows.

A model of `scenarios` does not know which faults are registered or which regions are on file as a list for
editors; here they are added, so that an editor offers them.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from gladi.writing.schema import DRAFT, Schema, schema_of

NAMES = {
    "scenario": "Scenario of a regency, a city or a province (gladi rehearse, gladi simulate)",
    "nation": "Scenario of a whole nation (gladi simulate)",
    "claims": "Capacity claims (gladi claim)",
    "changes": "Changes to a nation's scenario (gladi simulate --set, --sweep), as a run keeps them",
}
"""Kinds of files, and what each is for."""


def schemas() -> dict[str, Schema]:
    """Every schema by kind."""
    return {kind: schema(kind) for kind in NAMES}


def file_name(kind: str) -> str:
    """The name under which a schema is shipped and written."""
    return f"{kind}.schema.json"


@cache
def schema(kind: str) -> Schema:
    """The schema of one kind of file, not to be changed; raises KeyError."""
    from scenarios import Nation, Scenario
    from scenarios.claims import Claims

    title = NAMES[kind]
    match kind:
        case "scenario":
            made = schema_of(Scenario, title)
            _regions(made)
            _faults(made, ("FaultSpec", "Candidate"))
            _thresholds(made)
        case "nation":
            made = schema_of(Nation, title)
            made["properties"]["sweep"]["propertyNames"] = {"pattern": _KEY}
        case "claims":
            made = schema_of(Claims, title)
            _faults(made, ("During",))
        case _:
            made = _changes(title)
    return made


_KEY = r"^[A-Za-z0-9_-]+(\[[1-9][0-9]*\])*(\.[A-Za-z0-9_-]+(\[[1-9][0-9]*\])*)*$"


def _changes(title: str) -> Schema:
    line = _KEY.removesuffix("$") + r"\s*=\s*\S.*$"
    return {
        "$schema": DRAFT,
        "title": title,
        "description": "Lines KEY = VALUE: a dotted key (sessions[2]: the second) and a TOML value.",
        "type": "array",
        "items": {"type": "string", "pattern": line, "examples": ["server.servers = 12"]},
    }


def _offer(table: Schema, key: str, choices: Mapping[str, str]) -> None:
    """Closes a key to some texts, and says what each stands for (Taplo's own key; others overlook it)."""
    said: dict[str, Any] = table["properties"][key]
    said["enum"] = list(choices)
    said["x-taplo"] = {"docs": {"enumValues": list(choices.values())}}


def _regions(made: Schema) -> None:
    from scenarios.regions import province_names, regency_names

    choices = regency_names() | province_names()
    _offer(made["$defs"]["Region"], "code", dict(sorted(choices.items())))


def _faults(made: Schema, tables: tuple[str, ...]) -> None:
    from chaos import registered

    said = {name: str(type(fault).__doc__ or "").split("\n")[0] for name, fault in registered().items()}
    for table in tables:
        _offer(made["$defs"][table], "fault", said)


def _thresholds(made: Schema) -> None:
    from scenarios.thresholds import GROUPS, KINDS

    made["properties"]["thresholds"]["propertyNames"] = {"enum": [*GROUPS, *KINDS]}
