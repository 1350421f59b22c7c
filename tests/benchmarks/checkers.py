"""How long all checkers take over a million and over ten million operations, and what memory.

    python -m tests.benchmarks checkers [--operations 1000000 10000000]

An honest day is judged (every checker, completeness, survivability) in a process of its own, from the files;
then a day with one violation planted for each checker. The peer is the same question, lost or stored twice,
as one would write it first: rows as dicts, joined by a dict. Needs 3 GB below the temporary folder.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks.national_day import SLOTS, Day

PEER_OPERATIONS = 1_000_000
"""The peer holds every row as a dict: ten million would take 20 GB and more."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="checkers")
    parser.add_argument("--operations", type=int, nargs="+", default=[PEER_OPERATIONS, 10 * PEER_OPERATIONS])
    parser.add_argument("--alone", choices=tuple(ALONE), help=argparse.SUPPRESS)
    parser.add_argument("--run", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.alone:
        print(json.dumps(_measured(ALONE[asked.alone], asked.run)))
        return
    print(f"{'operations':>12} {'judged':26} {'wall s':>8} {'cpu s':>8} {'peak GB':>8}  verdict")
    with tempfile.TemporaryDirectory() as folder:
        for operations in asked.operations:
            _row(operations, "honest", Path(folder), ())
            _row(operations, "one violation a checker", Path(folder), tuple(_checkers()))
        _peer(Path(folder))


def _checkers() -> list[str]:
    from reports.checkers import registered

    return list(registered())


def _row(operations: int, name: str, folder: Path, spoilt: tuple[str, ...]) -> None:
    run = Day(max(1000, operations // len(SLOTS)), spoilt=spoilt).write(folder / "run")
    took = _alone("judge", run)
    said = took["said"]
    missed = [one for one in spoilt if said["checkers"][one] is not False]
    found = f"; {len(spoilt) - len(missed)} of {len(spoilt)} found {' '.join(missed)}" if spoilt else ""
    _say(said["operations"], name, took, f"{said['verdict']}{found}")


def _say(operations: int, name: str, took: dict[str, Any], more: str = "") -> None:
    used = f"{took['wall_s']:8.1f} {took['cpu_s']:8.1f} {took['peak_gb']:8.2f}"
    print(f"{operations:12,} {name:26} {used}  {more}", flush=True)


def _peer(folder: Path) -> None:
    """The same property in the same run: ours against rows as dicts."""
    run = Day(PEER_OPERATIONS // len(SLOTS)).write(folder / "run")
    ours, theirs = _alone("ours", run), _alone("dicts", run)
    assert ours["said"] == theirs["said"], (ours["said"], theirs["said"])
    _say(PEER_OPERATIONS, "lost + duplicated, ours", ours)
    _say(PEER_OPERATIONS, "lost + duplicated, dicts", theirs)
    print(
        f"dicts take {theirs['cpu_s'] / ours['cpu_s']:.1f} times the time "
        f"and {theirs['peak_gb'] / ours['peak_gb']:.1f} times the memory"
    )


def _alone(what: str, run: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.checkers", "--alone", what, "--run", str(run)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _measured(work: Callable[[Path], Any], run: Path) -> dict[str, Any]:
    begun = time.monotonic()
    said = work(run)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "wall_s": time.monotonic() - begun,
        "cpu_s": used.ru_utime + used.ru_stime,
        "peak_gb": _peak_gb(),
        "said": said,
    }


def _peak_gb() -> float:
    """Of this process alone: ru_maxrss would remember the one it was forked from."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1e9


def _judge(path: Path) -> dict[str, Any]:
    from reports import RunDirectory
    from reports.verdict import judge

    judged = judge(RunDirectory.open(path))
    return {
        "verdict": judged.verdict,
        "operations": judged.table["operations"]["all"],
        "checkers": {name: finding.valid for name, finding in judged.checkers.items()},
    }


def _ours(path: Path) -> list[int]:
    from reports import RunDirectory
    from reports.checkers.duplicated import duplicated
    from reports.checkers.lost import lost

    run = RunDirectory.open(path)
    return [lost(run).count, duplicated(run).count]


def _dicts(path: Path) -> list[int]:
    """Acknowledged receipts that are not stored, and keys or receipts that are stored again."""
    import pyarrow.parquet as pq

    columns = ["kind", "outcome", "expect", "receipt", "content_sha256"]
    history = pq.read_table(path / "history.parquet", columns=columns).to_pylist()
    columns = ["key", "receipt", "content_sha256_fetched"]
    readback = pq.read_table(path / "readback.parquet", columns=columns).to_pylist()
    stored = {row["receipt"]: row for row in readback}
    promised = {
        row["receipt"]: row
        for row in history
        if row["kind"] in {"submit_page", "correct"} and row["outcome"] == "ok" and row["expect"] == "accept"
    }
    lost = sum(
        receipt not in stored or bool(row["content_sha256"] and not stored[receipt]["content_sha256_fetched"])
        for receipt, row in promised.items()
    )
    again = 0
    for name in ("key", "receipt"):
        again += sum(count - 1 for count in Counter(row[name] for row in readback).values())
    return [lost, again]


ALONE: dict[str, Callable[[Path], Any]] = {"judge": _judge, "ours": _ours, "dicts": _dicts}

if __name__ == "__main__":
    main()
