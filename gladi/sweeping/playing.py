"""One point, played from beginning to end in this process: run directory, verdict, one row of figures.

What is kept of a finished point is small: run.json, server.json and outcome.json; the columns of its TPS are
dropped (the row names the command that plays it again).
"""

import json
import resource
import time
import traceback
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from gladi.failures import CannotRunError, UsageError
from gladi.runfolder import RunFolder, whole_file
from gladi.sweeping.asked import Asked
from gladi.sweeping.points import Point
from reports.sweep.worst_hour import worst_hour

OUTCOME = "outcome.json"
TABLES = ("tps.parquet", "minutes.parquet", "pools.parquet", "latency.parquet")
"""What a nation's run consists of; the digest of a point is over them."""

Row = dict[str, Any]


def play_point(asked: Asked, point: Point, folder: str) -> Row:
    """Play it into `folder`/points/<digest> unless it is there; a point that fails is a row that says why."""
    begun = time.monotonic()
    row: Row = {
        "values": dict(point.values),
        "replication": point.replication,
        "seed": point.seed,
        "changed": [*asked.changed, *point.changed],
    }
    try:
        digest = point.digest(asked)
        path = Path(folder) / "points" / digest
        row |= {"point": digest, **_played(asked, point, path)}
    except (UsageError, CannotRunError, OSError, MemoryError, ValueError) as error:
        row |= {"ended": "failed", "why": str(error) or type(error).__name__}
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        row |= {
            "ended": "failed",
            "why": f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})",
        }
    return row | {"took_s": round(time.monotonic() - begun, 2)}


def finished(folder: Path, digest: str) -> Row | None:
    """The row of a point that was played before, None for one that was not, or not to its end."""
    try:
        found = json.loads((folder / "points" / digest / OUTCOME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and "ended" in found else None


def _played(asked: Asked, point: Point, path: Path) -> Row:
    from gladi.nation.judging import judged_nation
    from gladi.nation.run import play

    whole = asked.with_changes(point.changed)
    nation = whole.nation()
    model = whole.model(nation)
    RunFolder(path).discard()
    run = RunFolder.create(path, nation.id)
    ended = play(
        nation,
        Path(asked.file),
        run,
        lambda now_s, end_s: None,
        model=model,
        seed=point.seed,
        changed=whole.changed,
        roll=whole.roll(nation),
    )
    if ended not in {"complete", "METASTABLE"}:
        raise CannotRunError(f"it was broken off ({ended})")
    verdict = judged_nation(path)
    row = _flat(verdict.table["headline"]) | {
        "goodput_worst": worst_hour(verdict.run),
        "ended": ended,
        "verdict": verdict.verdict,
        "digest": digest_of(path),
    }
    row["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    for name in TABLES:
        (path / name).unlink(missing_ok=True)
    with whole_file(path / OUTCOME) as unfinished:
        unfinished.write_text(json.dumps(row, indent=1, ensure_ascii=False, default=str) + "\n")
    return row


def _flat(headline: Mapping[str, Any]) -> Row:
    """One name a figure: `availability` of login becomes `availability_login`."""
    flat: Row = {}
    for name, value in headline.items():
        flat |= (
            {f"{name}_{part}": one for part, one in value.items()}
            if isinstance(value, dict)
            else {name: value}
        )
    return flat


def digest_of(run: Path) -> str:
    """SHA-256 over the tables of a run: bit for bit the same run, the same digest."""
    total = sha256()
    for name in TABLES:
        if (run / name).is_file():
            total.update(name.encode() + (run / name).read_bytes())
    return total.hexdigest()
