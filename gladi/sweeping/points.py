"""Where a sweep looks: keys of the scenario with their values, times replications, each one point."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import product
from math import isclose
from pathlib import Path
from typing import Any

from gladi import __version__
from gladi.failures import UsageError
from gladi.sweeping.asked import Asked
from scenarios import ScenarioError, change, read_table, sweep_problems, value_of, values_of
from scenarios.durations import seconds
from simulators.draws import subseed

POINTS_MOST = 10_000
"""A sweep with more is a mistake in writing."""

GRID = 64
"""Steps of a range of fractions or durations that is searched."""

_RANGE = re.compile(r"(.+?)\.\.(.+)")


@dataclass(frozen=True, slots=True)
class Point:
    """One simulation: values of the swept keys (in their order), which replication, and its seed."""

    values: tuple[tuple[str, Any], ...]
    replication: int
    seed: int

    @property
    def name(self) -> str:
        """Unlike that of any other point of the sweep."""
        return "; ".join([*self.changed, f"seed {self.seed}"])

    @property
    def changed(self) -> tuple[str, ...]:
        """What is set, one line each."""
        return tuple(change(key, value) for key, value in self.values)

    def digest(self, asked: Asked) -> str:
        """Of all that decides the outcome: the same digest, the same verdict."""
        nation = asked.with_changes(self.changed).nation()
        model = asked.model(nation)
        roll = nation.population.roll
        content = (Path(asked.file).parent / roll).read_bytes() if roll else b""
        told = f"{__version__}\0{nation.model_dump_json(exclude={'sweep'})}\0{model!r}\0{self.seed}"
        return sha256(told.encode() + content).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Range:
    """What is searched by halving: every step from the first value to the last."""

    key: str
    steps: tuple[Any, ...]


def seed_of(seed: int, replication: int) -> int:
    """Replication 0 is the scenario's own seed; the others follow from it."""
    return seed if replication == 0 else subseed(seed, f"replication {replication}") >> 1


def swept(asked: Asked, written: Sequence[str], in_file: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """Keys and values of --sweep, or of the file's [sweep]; raises UsageError naming every problem."""
    keys: dict[str, list[Any]] = {}
    for one in written:
        if not one:
            if not in_file:
                raise UsageError(f"--sweep: {asked.file} has no [sweep] table; write --sweep KEY=V1,V2,...")
            keys |= {key: list(values) for key, values in in_file.items()}
            continue
        key, values = _parted(one)
        if key in keys:
            raise UsageError(f"--sweep {key}: is there twice; write all its values into one")
        keys[key] = list(dict.fromkeys(values_of(values))) if "[" not in values else values_of(values)
    _validated(asked, keys)
    return keys


def searched(asked: Asked, written: Sequence[str]) -> Range | None:
    """The one --sweep KEY=LOW..HIGH that is searched by halving, None for a list; raises UsageError."""
    ranges = [one for one in written if _RANGE.fullmatch(one.partition("=")[2])]
    if not ranges:
        return None
    if len(written) > 1:
        raise UsageError(f"--sweep {ranges[0]}: a range is searched alone; set other keys with --set")
    key, text = _parted(ranges[0])
    match = _RANGE.fullmatch(text)
    assert match is not None
    low, high = value_of(match[1].strip()), value_of(match[2].strip())
    steps = _steps(key, low, high)
    _validated(asked, {key: [steps[0], steps[-1]]})
    return Range(key, steps)


def grid(keys: Mapping[str, Sequence[Any]], replications: int, seed: int) -> list[Point]:
    """Every combination of values, every replication; raises UsageError when they are too many."""
    points = list(_product(keys, replications, seed))
    if len(points) > POINTS_MOST:
        raise UsageError(f"--sweep: {len(points):,} points; at most {POINTS_MOST:,}")
    return points


def _product(keys: Mapping[str, Sequence[Any]], replications: int, seed: int) -> Iterator[Point]:
    for values in product(*keys.values()):
        for replication in range(replications):
            yield Point(tuple(zip(keys, values, strict=True)), replication, seed_of(seed, replication))


def _parted(text: str) -> tuple[str, str]:
    key, equals, values = text.partition("=")
    if not equals or not key.strip() or not values.strip():
        raise UsageError(
            f"--sweep {text}: must be KEY=V1,V2,... such as server.servers=3,6,12, "
            "or KEY=LOW..HIGH with --until"
        )
    return key.strip(), values.strip()


def _validated(asked: Asked, keys: Mapping[str, Sequence[Any]]) -> None:
    try:
        table = read_table(Path(asked.file))
        problems = sweep_problems(table, asked.file, keys, asked.changed)
    except ScenarioError as error:
        raise UsageError(str(error)) from error
    if problems:
        raise UsageError("\n".join(f"--sweep: {one}" for one in problems))


def _steps(key: str, low: Any, high: Any) -> tuple[Any, ...]:
    """All whole numbers of a range, or GRID equal steps of a range of fractions or durations."""
    wrong = UsageError(
        f"--sweep {key}={low}..{high}: must be two numbers or durations, the smaller one first"
    )
    if isinstance(low, bool) or isinstance(high, bool) or isinstance(low, str) != isinstance(high, str):
        raise wrong
    if isinstance(low, str):
        try:
            first, last = seconds(low), seconds(high)
        except ValueError:
            raise wrong from None
        if first >= last:
            raise wrong
        return tuple(f"{one:.10g}s" for one in _spaced(first, last))
    if not isinstance(low, int | float) or not isinstance(high, int | float) or low >= high:
        raise wrong
    if isinstance(low, int) and isinstance(high, int):
        return tuple(range(low, high + 1))
    return tuple(_spaced(float(low), float(high)))


def _spaced(first: float, last: float) -> list[float]:
    made = [first + (last - first) * step / GRID for step in range(GRID + 1)]
    made[-1] = last
    return [0.0 if isclose(one, 0.0, abs_tol=1e-12) else float(f"{one:.10g}") for one in made]
