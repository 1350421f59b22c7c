"""A sweep from its options to its directory: points, what came of them, and a page that answers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from gladi.failures import COULD_NOT, FAILED, PASSED, UNKNOWN, CannotRunError, UsageError
from gladi.interruption import interruptible
from gladi.leaving import explained, keeps, means
from gladi.runfolder import whole_file
from gladi.show import Show
from gladi.sweeping.asked import Asked
from gladi.sweeping.conditions import Condition, condition
from gladi.sweeping.halving import Found, halve
from gladi.sweeping.hands import WORKER_BYTES, Hands, fitting_workers
from gladi.sweeping.playing import Row
from gladi.sweeping.points import grid, searched, swept
from gladi.sweeping.series import Series
from reports.columns import RunDirectoryError
from scenarios import Nation, builtin_nations

SWEEP = "sweep.json"


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options of the command line, as they were given."""

    sweep: tuple[str, ...]
    replications: int
    until: str | None
    dask: str | None
    workers: int | None
    seed: int | None
    out: Path | None


@dataclass(frozen=True, slots=True)
class Swept:
    """What came of it: the sweep as a table, its directory, and the exit code."""

    table: Mapping[str, Any]
    path: Path
    page: Path
    code: int


def play_sweep(asked: Asked, wishes: Wishes, lang: Literal["id", "en"], show: Show) -> Swept:
    """Play what is not there yet; raises UsageError, CannotRunError. Ctrl-C keeps what is done."""
    import reports.sweep

    nation = asked.nation()
    asked.model(nation)
    asked.roll(nation)
    target = condition(wishes.until) if wishes.until else _expected(nation)
    wanted = searched(asked, wishes.sweep)
    keys = {} if wanted else swept(asked, wishes.sweep, nation.sweep)
    seed = nation.scenario.seed if wishes.seed is None else wishes.seed
    if not 0 <= seed < 2**63:
        raise UsageError(f"--seed {seed}: must be between 0 and {2**63 - 1}")
    points = [] if wanted else grid(keys, wishes.replications, seed)
    out = _checked(wishes.out, nation.id)
    hands = _hands(wishes, nation, len(points) or 2 * wishes.replications, show)
    folder = _folder(out)
    means("sweep")
    keeps(folder)
    about: dict[str, Any] = {
        "kind": "sweep",
        "scenario": nation.id,
        "title": nation.scenario.title,
        "file": asked.file,
        "called": nation.id if _comes_with_gladi(asked.file, nation.id) else asked.file,
        "changed": list(asked.changed),
        "seed": seed,
        "replications": wishes.replications,
        "keys": {wanted.key: list(wanted.steps)} if wanted else keys,
        "searched": wanted is not None,
        "condition": asdict(target),
        "by": nation.expect.by.isoformat(),
    }
    total = len(points)
    found: list[Found] = []
    ended = "complete"
    try:
        with interruptible(), show.stage("Titik simulasi") as advance:
            series = Series(
                asked, folder, hands.play, lambda row: _tell(row, series, total, target, advance, show)
            )
            try:
                if wanted:
                    found = halve(wanted, target, wishes.replications, seed, series.play, hands.count)
                else:
                    series.play(points)
            except KeyboardInterrupt:
                ended = "interrupted"
    finally:
        hands.close()
    rows = [row | {"enough": target.met(row)} for row in series.rows]
    table = about | {"ended": ended, "resumed": series.resumed, "found": [asdict(one) for one in found]}
    _write(folder, table, rows)
    page = rendered_sweep(folder, lang)
    if ended == "interrupted":
        for line in explained():
            show.warn(line)
    return Swept(table | {"points": rows, "answers": reports.sweep.answers(folder, lang)}, folder, page,
                 _code(rows, ended))  # fmt: skip


def is_sweep(folder: Path) -> bool:
    """Whether a directory is that of a sweep."""
    return (folder / SWEEP).is_file()


def rendered_sweep(folder: Path, lang: Literal["id", "en"]) -> Path:
    """Write the page of a sweep; raises UsageError for one that was not played to an end."""
    import reports.sweep

    try:
        return reports.sweep.render(folder, lang)
    except RunDirectoryError as error:
        raise UsageError(str(error)) from error


def _comes_with_gladi(file: str, name: str) -> bool:
    path = builtin_nations().get(name)
    return path is not None and path.resolve() == Path(file)


def _expected(nation: Nation) -> Condition:
    return Condition("complete_by", ">=", nation.expect.complete)


def _checked(out: Path | None, scenario: str) -> Path:
    """Where the sweep is to be: a new directory, or that of an earlier sweep, which is gone on with."""
    if out is None:
        return Path("runs") / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{scenario}-sweep"
    if out.exists() and not (out / SWEEP).is_file() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out}: exists already and is no sweep; choose a new --out")
    return out


def _folder(out: Path) -> Path:
    try:
        (out / "points").mkdir(parents=True, exist_ok=True)
        if not (out / SWEEP).exists():
            (out / SWEEP).write_text('{"kind": "sweep", "ended": "begun"}\n', encoding="utf-8")
    except OSError as error:
        raise CannotRunError(f"{out}: cannot be made: {error.strerror}") from error
    return out.resolve()


def _hands(wishes: Wishes, nation: Nation, points: int, show: Show) -> Hands:
    """Workers: those of the cluster, or as many of our own as cores, memory and points allow."""
    if wishes.dask:
        return Hands(wishes.dask, 0)
    scale = nation.population.scale
    share = scale if scale <= 1 else min(1.0, scale / 400_000)
    fit = fitting_workers(share)
    workers = min(wishes.workers or fit, points)
    if wishes.workers and wishes.workers > fit:
        show.warn(f"--workers {wishes.workers}: inti dan memori mesin ini cukup untuk {fit}")
    need_gb = WORKER_BYTES * share / 1e9
    show.say(f"  {workers} proses Dask, masing-masing satu simulasi (memori sampai {need_gb:.1f} GB)")
    return Hands(None, workers)


def _tell(row: Row, series: Series, total: int, target: Condition, advance: Any, show: Show) -> None:
    done = len(series.rows)
    where = ", ".join(f"{key}={value}" for key, value in row["values"].items()) or "apa adanya"
    figure = row.get(target.figure)
    words = row["why"] if row["ended"] == "failed" else row["ended"]
    if row["ended"] == "complete" and isinstance(figure, int | float):
        words = f"{target.figure} {figure:.4g} {'cukup' if target.met(row) else 'tidak cukup'}"
    show.say(f"    {where}  ulangan {row['replication'] + 1}: {words}  ({row['took_s']:.0f} dtk)")
    advance(done, max(total, done + (total == 0)), where)


def _write(folder: Path, table: Mapping[str, Any], rows: Sequence[Row]) -> None:
    with whole_file(folder / "points.json") as unfinished:
        unfinished.write_text(json.dumps(rows, indent=1, ensure_ascii=False, default=str) + "\n")
    flat = [{**{f"key:{k}": str(v) for k, v in row["values"].items()}, **_plain(row)} for row in rows]
    names = list(dict.fromkeys(name for row in flat for name in row))
    columns = {name: [row.get(name) for row in flat] for name in names}
    with whole_file(folder / "points.parquet") as unfinished:
        pq.write_table(pa.table({name: _column(values) for name, values in columns.items()}), unfinished)
    with whole_file(folder / SWEEP) as unfinished:
        unfinished.write_text(json.dumps(table, indent=1, ensure_ascii=False, default=str) + "\n")


def _plain(row: Row) -> Row:
    return {key: value for key, value in row.items() if not isinstance(value, dict | list)}


def _column(values: Sequence[Any]) -> pa.Array:
    """Numbers as numbers, truth as truth, everything else as text."""
    there = [one for one in values if one is not None]
    if there and all(isinstance(one, bool) for one in there):
        return pa.array(values, pa.bool_())
    if there and all(isinstance(one, int) and not isinstance(one, bool) for one in there):
        return pa.array(values, pa.int64())
    if there and all(isinstance(one, int | float) and not isinstance(one, bool) for one in there):
        return pa.array([None if one is None else float(one) for one in values], pa.float64())
    return pa.array([None if one is None else str(one) for one in values], pa.string())


def _code(rows: Sequence[Row], ended: str) -> int:
    """0: some value suffices each time; 1: none does; 3: a point could not be played; 4: broken off."""
    if ended != "complete":
        return UNKNOWN
    if any(row["ended"] == "failed" for row in rows):
        return COULD_NOT
    by_value: dict[str, list[bool]] = {}
    for row in rows:
        by_value.setdefault(str(row["values"]), []).append(bool(row["enough"]))
    return PASSED if any(all(one) for one in by_value.values()) else FAILED
