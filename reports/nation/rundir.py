"""A nation's run directory as its readers see it: facts, the scenario played, columns.

A directory without `run.json` or `scenario.toml` is no run and cannot be opened. A table that is missing or
torn is a `problem`: what would be computed from it is unknown.
"""

import json
import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from reports.columns import RunDirectoryError
from reports.nation.schema import KIND, LATENCY, MINUTES, NATION_VERSION, POOLS, tps_schema
from reports.words import Text
from scenarios.changes import with_changes
from scenarios.nation import Nation

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One Parquet file, read."""

    arrow: pa.Table
    _numpy: dict[str, NDArray[Any]] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.arrow.num_rows)

    def numbers(self, name: str) -> NDArray[Any]:
        """A column of numbers or booleans."""
        if name not in self._numpy:
            self._numpy[name] = self.arrow.column(name).to_numpy()
        return self._numpy[name]

    def times(self, name: str) -> Floats:
        """A column of seconds, in double precision; NaN: never."""
        return self.numbers(name).astype(np.float64)

    def words(self, name: str) -> tuple[Ints, list[str]]:
        """A column of words: an index into the words for each row, and the words in order of the alphabet."""
        column = self.arrow.column(name).unify_dictionaries().combine_chunks()
        if isinstance(column, pa.ChunkedArray):
            column = column.chunk(0) if column.num_chunks else pa.array([], column.type)
        known = column.dictionary.to_pylist()
        order = sorted(range(len(known)), key=known.__getitem__)
        rank = np.empty(len(known), np.int64)
        rank[order] = np.arange(len(known))
        return rank[column.indices.to_numpy(zero_copy_only=False)], [known[index] for index in order]


@dataclass(frozen=True, eq=False)
class NationRun:
    """An opened directory. `facts` is run.json; `problems` names each table that cannot be used, and why."""

    path: Path
    facts: dict[str, Any]
    nation: Nation
    server: dict[str, Any]
    problems: dict[str, Text] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path | str) -> "NationRun":
        """Raises RunDirectoryError for a directory that holds no nation's run."""
        folder = Path(path)
        facts = _json(folder / "run.json")
        if facts.get("kind") != KIND:
            raise RunDirectoryError(
                f'{folder / "run.json"}: kind is {facts.get("kind")!r}; expected "{KIND}"'
            )
        if facts.get("nation_version") != NATION_VERSION:
            raise RunDirectoryError(
                f"{folder / 'run.json'}: nation_version is {facts.get('nation_version')!r}; "
                f"this gladi reads {NATION_VERSION}"
            )
        scenario = folder / "scenario.toml"
        try:
            table = tomllib.loads(scenario.read_text(encoding="utf-8"))
            nation = Nation.model_validate(with_changes(table, facts.get("changed", ())))
        except (OSError, ValueError) as error:
            raise RunDirectoryError(f"{scenario}: is not the scenario of this run: {error}") from error
        return cls(folder, facts, nation, _json(folder / "server.json"))

    @property
    def forms(self) -> list[str]:
        """In counting order; the first is the one that is judged."""
        return list(self.facts["forms"])

    @property
    def midnight(self) -> datetime:
        """WIB at second 0 of the run clock."""
        return self.nation.calendar.start.replace(hour=0, minute=0, second=0, microsecond=0)

    def wib(self, run_s: float) -> datetime:
        """Clock on the wall in Jakarta."""
        return self.midnight + timedelta(seconds=float(run_s))

    @cached_property
    def tps(self) -> Table | None:
        """One row a TPS; None with a problem noted."""
        return self._table("tps.parquet", tps_schema(self.forms))

    @cached_property
    def minutes(self) -> Table | None:
        """Requests by minute and kind."""
        return self._table("minutes.parquet", MINUTES)

    @cached_property
    def pools(self) -> Table | None:
        """Work by minute and pool."""
        return self._table("pools.parquet", POOLS)

    @cached_property
    def latency(self) -> Table | None:
        """Answered requests by hour, kind and time to the answer."""
        return self._table("latency.parquet", LATENCY)

    def _table(self, name: str, schema: pa.Schema) -> Table | None:
        path = self.path / name
        try:
            found = pq.read_table(path, memory_map=False)
            lacking = [one.name for one in schema if one.name not in found.column_names]
            wanted = self.facts.get("rows", {}).get(name)
            if lacking:
                raise ValueError(f"lacks {', '.join(lacking)}")
            if found.num_rows != wanted:
                raise ValueError(f"{found.num_rows} rows, run.json says {wanted}")
            return Table(found.select(schema.names).cast(schema))
        except FileNotFoundError:
            self.problems[name] = Text(f"{name} tidak ada", f"{name} is missing")
        except (OSError, ValueError, pa.ArrowException) as error:
            self.problems[name] = Text(
                f"{name} tidak dapat dipakai: {error}", f"{name} cannot be used: {error}"
            )
        return None


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RunDirectoryError(
            f"{path}: cannot be read: {error.strerror}; a run directory holds this file"
        ) from error
    except ValueError as error:
        raise RunDirectoryError(f"{path}: is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise RunDirectoryError(f"{path}: must be a JSON object")
    return found
