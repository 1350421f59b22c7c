"""A sweep's directory as values: what was asked, and one row for every point that was played."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import Any

from reports.columns import RunDirectoryError
from reports.opened import json_of
from scenarios.durations import seconds

Values = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One simulation: its values, how it ended (complete, METASTABLE, failed) and its headline figures."""

    values: Mapping[str, Any]
    replication: int
    ended: str
    enough: bool
    figures: Mapping[str, Any]

    def figure(self, name: str) -> float | None:
        """A number of the headline; None where there is none."""
        found = self.figures.get(name)
        good = isinstance(found, int | float) and not isinstance(found, bool) and isfinite(found)
        return float(found) if good and found is not None else None


@dataclass(frozen=True, slots=True)
class Sweep:
    """`about` is sweep.json; rows are in the order in which they were asked for."""

    path: Path
    about: Mapping[str, Any]
    rows: tuple[Row, ...]

    @classmethod
    def open(cls, folder: Path) -> "Sweep":
        """Read sweep.json and points.json; raises RunDirectoryError that names the file."""
        about, points = json_of(folder / "sweep.json"), json_of(folder / "points.json")
        try:
            if about["ended"] not in {"complete", "interrupted"}:
                raise RunDirectoryError(f"{folder / 'sweep.json'}: the sweep was not played to an end")
            rows = tuple(
                Row(one["values"], int(one["replication"]), one["ended"], bool(one["enough"]), one)
                for one in points
            )
            return cls(folder, {**about, "by": datetime.fromisoformat(about["by"])}, rows)
        except (KeyError, TypeError, ValueError) as error:
            raise RunDirectoryError(f"{folder}: is not the directory of a sweep: {error}") from error

    @property
    def keys(self) -> tuple[str, ...]:
        """The swept keys, in order."""
        return tuple(self.about["keys"])

    def tried(self, key: str) -> list[Any]:
        """Values of a key that were played, the smaller first where they have an order."""
        found: list[Any] = []
        for row in self.rows:
            if row.values.get(key) not in found:
                found.append(row.values.get(key))
        return sorted(found, key=size) if all(ordered(one) for one in found) else found

    def panels(self) -> list[Values]:
        """Every combination of the keys after the first, in order of appearance."""
        return list(dict.fromkeys(frozen(row.values, self.keys[1:]) for row in self.rows))

    def of(self, panel: Values) -> list[Row]:
        """The rows of one combination."""
        return [row for row in self.rows if frozen(row.values, self.keys[1:]) == panel]


def frozen(values: Mapping[str, Any], keys: Sequence[str]) -> Values:
    """Some of the values, so that they can be compared; a list becomes its text."""
    return tuple((key, str(v) if isinstance(v := values.get(key), list | dict) else v) for key in keys)


def ordered(value: Any) -> bool:
    """Whether a value is larger or smaller than others: a number or a duration."""
    try:
        size(value)
    except ValueError:
        return False
    return True


def size(value: Any) -> float:
    """A number, or the seconds of a duration; ValueError for anything else."""
    if isinstance(value, bool):
        raise ValueError(f"{value!r} has no size")
    if isinstance(value, int | float):
        return float(value)
    return seconds(value)


def group(rows: Sequence[Row], by: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    """Rows under what `by` says of them, in order of appearance."""
    out: dict[Any, list[Row]] = {}
    for row in rows:
        out.setdefault(by(row), []).append(row)
    return out
