"""The run directory: opened, validated, and read column by column. Everything a report says starts here.

`RunDirectory.open` checks every file it finds before any judgement begins, so a corrupt run is an error for
a person and never a verdict.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from reports import connections
from reports.columns import Columns, RunDirectoryError
from reports.schema import (
    HEALTH,
    HISTORY,
    OUTCOMES,
    PEOPLE,
    POPULATION_MORE,
    PORTAL,
    READBACK,
    RESOURCES,
    RUN_VERSION,
    SHEETS,
)
from scenarios import Threshold, kinds_of, threshold

__all__ = ["AskedThreshold", "FaultEvent", "PhaseInfo", "RunDirectory", "RunDirectoryError", "RunInfo"]

PROMISED: Mapping[str, float] = {"shown_s": 5.0, "backwards_s": 1.5, "logged_out_s": 5.0}
"""Promised times (seconds) where `run.json` does not state them in its `slo`."""

_EVENTS = ("planned", "struck", "felt", "unfelt", "healing", "healed", "failed", "skipped")


@dataclass(frozen=True, slots=True)
class PhaseInfo:
    """A phase as it was played, on the calendar of the story and on the run clock (seconds)."""

    id: str
    title: str
    start_local: datetime
    end_local: datetime
    run_start_s: float
    run_end_s: float
    compression: float

    def local(self, run_s: float) -> datetime:
        """Story time at `run_s`, also a little beyond the phase's ends."""
        return self.start_local + timedelta(seconds=(run_s - self.run_start_s) * self.compression)


@dataclass(frozen=True, slots=True)
class AskedThreshold:
    """A limit of the scenario: over which kind of operation (or `all`, `read`), in which phase ("": all)."""

    kind: str
    threshold: Threshold
    phase: str = ""
    abort: bool = False


@dataclass(frozen=True, slots=True)
class RunInfo:
    """`run.json`: what was run, on which clock, against what, and how it ended."""

    gladi_version: str
    mode: str
    scenario: str
    title: str
    region_code: str
    region_name: str
    seed: int
    scale: int
    compression: float
    national_equivalent: float
    workers: int
    cores: int
    """Processors of the machine that ran it; 0 where `run.json` does not say."""
    load_cores: int
    """Processors kept for the load alone; 0 where load and server shared them."""
    started_at: str
    t0_epoch_s: float
    duration_s: float
    utc_offset_s: int
    phases: tuple[PhaseInfo, ...]
    target_kind: str
    target_url: str
    ended: str
    slo: Mapping[str, float]
    expect: Mapping[str, float]
    digests: Mapping[str, str]
    faults_available: Mapping[str, str]
    defects: tuple[str, ...]
    faults_tried: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Kind of fault to the checkers whose property it puts to the test; empty where it was not recorded."""
    written: Mapping[int, int] = field(default_factory=dict)
    """Operations that each load worker says it put on record; {} where `run.json` does not say."""
    connections: Mapping[str, int] = field(default_factory=dict)
    """Connections and TLS handshakes that the load asked for (see `reports.connections`)."""
    elsewhere: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    """Load workers on other machines by number: `host`, and the most they used (see `reports.elsewhere`)."""
    not_offered: tuple[Mapping[str, Any], ...] = ()
    """An entry of each load worker that died in the run (see `reports.not_offered`)."""
    activation_phase: str = ""
    """Id of the phase of the activation window; "" where `run.json` does not say."""
    thresholds: tuple[AskedThreshold, ...] = ()
    """Limits that the scenario sets beside `expect`."""

    def phase_at(self, run_s: float) -> PhaseInfo:
        """The phase that plays at `run_s`; the first before the start, the last after the end."""
        playing = [phase for phase in self.phases if phase.run_start_s <= run_s]
        return playing[-1] if playing else self.phases[0]

    def local(self, run_s: float) -> datetime:
        """Local time of the story at `run_s`."""
        return self.phase_at(run_s).local(run_s)


@dataclass(frozen=True, slots=True)
class FaultEvent:
    """One line of `faults.jsonl`; `at_s` in seconds of the run clock."""

    id: str
    name: str
    target: str
    event: str
    at_s: float
    detail: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class RunDirectory:
    """A validated run, compared by identity.

    `readback`, `resources`, `portal`, `health` and `sheets` are None where none was written.
    """

    path: Path
    info: RunInfo
    population: Columns
    history: Columns
    readback: Columns | None
    resources: Columns | None
    portal: Columns | None
    health: Columns | None
    sheets: Columns | None
    faults: tuple[FaultEvent, ...]

    @classmethod
    def open(cls, path: Path | str) -> "RunDirectory":
        """Open and validate; raises RunDirectoryError that names the file and what would be right."""
        path = Path(path)
        if not path.is_dir():
            raise RunDirectoryError(
                f"{path}: no such run directory; gladi makes one under runs/ for every run"
            )
        info = _run_info(path / "run.json")
        history = Columns(path / "history.parquet", HISTORY)
        history.only("outcome", OUTCOMES)
        history.only("expect", ("accept", "reject"))
        for name in ("intended_s", "started_s", "ended_s"):
            history.finite(name)
        history.in_order("started_s", "ended_s")
        return cls(
            path=path,
            info=info,
            population=Columns(path / "population.parquet", PEOPLE, POPULATION_MORE),
            history=history,
            readback=_optional(path / "readback.parquet", READBACK),
            resources=_optional(path / "resources.parquet", RESOURCES),
            portal=_optional(path / "portal.parquet", PORTAL),
            health=_optional(path / "health.parquet", HEALTH),
            sheets=_optional(path / "sheets.parquet", SHEETS),
            faults=_faults(path / "faults.jsonl"),
        )


def _optional(path: Path, schema: Any) -> Columns | None:
    return Columns(path, schema) if path.exists() else None


def _json_file(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunDirectoryError(
            f"{path}: missing; without it {path.parent} is not a run directory of gladi"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise RunDirectoryError(f"{path}: cannot be read ({error})") from None
    except json.JSONDecodeError as error:
        raise RunDirectoryError(
            f"{path}: is not valid JSON (line {error.lineno}: {error.msg}); it is truncated or was edited"
        ) from None
    if not isinstance(value, dict):
        raise RunDirectoryError(f"{path}: must be a JSON object, found {type(value).__name__}")
    return value


class _Reader:
    """Takes typed keys out of a JSON object; raises RunDirectoryError that names file and key."""

    def __init__(self, path: Path, table: Mapping[str, Any], where: str = "") -> None:
        self.path, self.table, self.where = path, table, where

    def get(self, key: str, kind: type | tuple[type, ...], says: str) -> Any:
        """The value of `key`, which must be of `kind`; `says` names the kind for a person."""
        full = f"{self.where}{key}"
        if key not in self.table:
            raise RunDirectoryError(f"{self.path}: missing key {full}, which must be {says}")
        value = self.table[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise RunDirectoryError(f"{self.path}: {full} = {value!r}, which must be {says}")
        return value

    def text(self, key: str) -> str:
        """A string."""
        return str(self.get(key, str, "a string"))

    def number(self, key: str) -> float:
        """A number."""
        return float(self.get(key, (int, float), "a number"))

    def whole(self, key: str) -> int:
        """A whole number."""
        return int(self.get(key, int, "a whole number"))

    def moment(self, key: str) -> datetime:
        """An ISO time, without its offset: the story is told in local time."""
        text = self.text(key)
        try:
            return datetime.fromisoformat(text).replace(tzinfo=None)
        except ValueError:
            raise RunDirectoryError(
                f'{self.path}: {self.where}{key} = {text!r}, which must be a time like "2024-02-14T13:00:00"'
            ) from None

    def inner(self, key: str) -> "_Reader":
        """A table within."""
        return _Reader(self.path, self.get(key, dict, "a table"), f"{self.where}{key}.")

    def numbers(self, key: str) -> dict[str, float]:
        """A table of numbers."""
        inside = self.inner(key)
        return {name: inside.number(name) for name in inside.table}

    def texts(self, key: str) -> dict[str, str]:
        """A table of strings."""
        return {str(name): str(value) for name, value in self.inner(key).table.items()}

    def lists(self, key: str) -> dict[str, tuple[str, ...]]:
        """A table of lists of strings."""
        inside = self.inner(key)
        return {
            name: tuple(str(one) for one in inside.get(name, list, "a list of names"))
            for name in inside.table
        }


def _run_info(path: Path) -> RunInfo:
    table = _json_file(path)
    read = _Reader(path, table)
    version = read.whole("run_version")
    if version != RUN_VERSION:
        raise RunDirectoryError(
            f"{path}: run_version {version}, but this gladi reads version {RUN_VERSION}; "
            f"use the gladi that made it ({table.get('gladi_version', 'version not stated')})"
        )
    ended = read.text("ended")
    if ended not in ("complete", "interrupted", "aborted"):
        raise RunDirectoryError(f'{path}: ended = "{ended}", which must be complete, interrupted or aborted')
    phases = tuple(
        _phase(_Reader(path, phase if isinstance(phase, dict) else {}, f"phases[{number}]."))
        for number, phase in enumerate(read.get("phases", list, "a list of phases"), start=1)
    )
    if not phases:
        raise RunDirectoryError(f"{path}: phases is empty; a run plays at least one")
    region, target = read.inner("region"), read.inner("target")
    return RunInfo(
        gladi_version=read.text("gladi_version"),
        mode=read.text("mode"),
        scenario=read.text("scenario"),
        title=read.text("title"),
        region_code=region.text("code"),
        region_name=region.text("name"),
        seed=read.whole("seed"),
        scale=read.whole("scale"),
        compression=read.number("compression"),
        national_equivalent=read.number("national_equivalent"),
        workers=read.whole("workers"),
        cores=read.whole("cores") if "cores" in table else 0,
        load_cores=read.whole("load_cores") if "load_cores" in table else 0,
        written=_written(table.get("load")),
        connections=connections.counted(table.get("load")),
        elsewhere=_elsewhere(path, table.get("load")),
        not_offered=_not_offered(path, table.get("load")),
        started_at=read.text("started_at"),
        t0_epoch_s=read.number("t0_epoch_s"),
        duration_s=read.number("duration_s"),
        utc_offset_s=read.whole("utc_offset_s"),
        phases=phases,
        target_kind=target.text("kind"),
        target_url=target.text("url"),
        ended=ended,
        slo={**PROMISED, **read.numbers("slo")},
        expect=read.numbers("expect"),
        digests=read.texts("digests"),
        faults_available=read.texts("faults_available"),
        defects=tuple(str(one) for one in read.get("defects", list, "a list of names")),
        faults_tried=read.lists("faults_tried") if "faults_tried" in table else {},
        activation_phase=read.text("activation_phase") if "activation_phase" in table else "",
        thresholds=_thresholds(read) if "thresholds" in table else (),
    )


def _thresholds(read: _Reader) -> tuple[AskedThreshold, ...]:
    out = []
    for number, one in enumerate(read.get("thresholds", list, "a list of limits"), start=1):
        inside = _Reader(read.path, one if isinstance(one, dict) else {}, f"thresholds[{number}].")
        kind = inside.text("kind")
        try:
            kinds_of(kind)
            limit = threshold(inside.text("check"))
        except KeyError:
            raise RunDirectoryError(
                f"{read.path}: {inside.where}kind: no operation is called {kind!r}"
            ) from None
        except ValueError as error:
            raise RunDirectoryError(f"{read.path}: {inside.where}check: {error}") from None
        abort = bool(inside.get("abort", bool, "true or false"))
        out.append(AskedThreshold(kind, limit, inside.text("phase"), abort))
    return tuple(out)


def _not_offered(path: Path, load: Any) -> tuple[Mapping[str, Any], ...]:
    """Load workers that died; an entry of another shape is an error: it would hide what is missing."""
    found = load.get("not_offered", []) if isinstance(load, dict) else []
    wanted = {"worker", "host", "died_s", "last_beat_s", "tps_taken_over", "tps_cut_off", "operators_cut_off"}
    for one in found:
        if not isinstance(one, dict) or not wanted <= set(one):
            listed = ", ".join(sorted(wanted))
            raise RunDirectoryError(f"{path}: each entry of load.not_offered must have {listed}")
    return tuple(found)


_USED = ("cpu", "machine", "own_cores", "rss_bytes", "open_files", "count_cores", "count_own_cores")


def _elsewhere(path: Path, load: Any) -> dict[int, Mapping[str, Any]]:
    """Load workers on other machines that sampled themselves."""
    workers = load.get("workers") if isinstance(load, dict) else None
    found: dict[int, Mapping[str, Any]] = {}
    for one in workers or ():
        if not isinstance(one, dict) or not one.get("elsewhere") or "use" not in one:
            continue
        use = one["use"]
        if not isinstance(use, dict) or not all(isinstance(use.get(name), int | float) for name in _USED):
            listed = ", ".join(_USED)
            raise RunDirectoryError(f"{path}: each use in load.workers must have the numbers {listed}")
        found[int(one["index"])] = {"host": str(one.get("host", "")), "use": use}
    return found


def _written(load: Any) -> dict[int, int]:
    """What the load workers said at their end; one that was lost said nothing."""
    workers = load.get("workers") if isinstance(load, dict) else None
    return {
        int(one["index"]): int(one["operations"])
        for one in workers or ()
        if isinstance(one, dict) and "index" in one and "operations" in one
    }


def _phase(read: _Reader) -> PhaseInfo:
    return PhaseInfo(
        id=read.text("id"),
        title=read.text("title"),
        start_local=read.moment("start_local"),
        end_local=read.moment("end_local"),
        run_start_s=read.number("run_start_s"),
        run_end_s=read.number("run_end_s"),
        compression=read.number("compression"),
    )


def _faults(path: Path) -> tuple[FaultEvent, ...]:
    if not path.exists():
        return ()
    events: list[FaultEvent] = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RunDirectoryError(f"{path}: cannot be read ({error})") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            table = json.loads(line)
        except json.JSONDecodeError as error:
            raise RunDirectoryError(
                f"{path}: line {number} is not valid JSON ({error.msg}); one event a line is expected"
            ) from None
        read = _Reader(path, table if isinstance(table, dict) else {}, f"line {number}: ")
        event = read.text("event")
        if event not in _EVENTS:
            raise RunDirectoryError(
                f'{path}: line {number}: event = "{event}", which must be one of {", ".join(_EVENTS)}'
            )
        detail = table.get("detail")
        events.append(
            FaultEvent(
                id=read.text("id"),
                name=read.text("name"),
                target=_target(read),
                event=event,
                at_s=read.number("at_s"),
                detail=detail if isinstance(detail, dict) else {},
            )
        )
    return tuple(events)


def _target(read: _Reader) -> str:
    """A name, or a list of names as one text."""
    target = read.get("target", (str, list), "a name or a list of names")
    return target if isinstance(target, str) else ", ".join(map(str, target))
