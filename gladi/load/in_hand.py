"""What a worker has under way, noted with every beat, so that its death leaves as little as possible untold.

An operation that is still under way at a beat goes once to a file beside the record, as the row it will be if
nothing more is ever heard: outcome `unknown`. A worker elsewhere sends that file with its beats like its
record. Where a worker dies, the rows that its record does not have join it. What it began after its last beat
is in neither, and cannot be.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gladi.materials import Page
from gladi.recorder import RECORD, Recorder
from reports.schema import WORKER_DIED
from simulators.operations import Answer, Operation

NAME = "worker-{}.hand"
_WORKER_SHIFT = 40
_SAME = (
    "kind", "actor", "operator", "form", "page", "attempt", "tps", "account_tps", "intended_s", "started_s",
    "key",
)  # fmt: skip
"""Columns that tell one operation from every other; nobody begins two of the same at one moment."""


class InHand:
    """Notes what is under way to a file of `logs`."""

    def __init__(self, logs: Path, worker: int) -> None:
        self.path = logs / NAME.format(worker)
        self._rows = Recorder(self.path, worker)
        self._noted: set[int] = set()

    def note(self, under_way: Iterable[tuple[int, Operation, Page, float]]) -> None:
        """Those that were not noted before: number, operation, what it sends, start on the run clock."""
        still = set()
        for number, operation, page, started_s in under_way:
            still.add(number)
            if number not in self._noted:
                answer = Answer("unknown", reason=WORKER_DIED)
                self._rows.write(
                    operation, answer, started_s, started_s, page.photo_sha256, page.numbers_sha256
                )
        self._noted = still
        self._rows.flush()

    def close(self) -> None:
        """Nothing is under way any more."""
        self._rows.close()


def hand_in(logs: Path, dead: Mapping[int, float]) -> dict[int, int]:
    """Append to the records of dead workers what they had in hand; how many operations each.

    `dead` has the moment of the run clock at which each death was noticed: by then its phones were gone.
    """
    return {worker: _hand_in(logs, worker, ended_s) for worker, ended_s in dead.items()}


def _hand_in(logs: Path, worker: int, ended_s: float) -> int:
    record, hand = logs / f"worker-{worker}.rec", logs / NAME.format(worker)
    written, rows = _rows(record), _rows(hand)
    rows = rows[rows["started_s"] != 0.0]  # a beat that was lost leaves zeros
    known = set(written[list(_SAME)].tolist())
    left = rows[[row not in known for row in rows[list(_SAME)].tolist()]]
    left["ended_s"] = np.maximum(ended_s, left["started_s"])
    left["op_id"] = (worker << _WORKER_SHIFT) + len(written) + np.arange(len(left))
    record.write_bytes(written.tobytes() + left.tobytes())
    return len(left)


def _rows(path: Path) -> Any:
    """The whole rows of a record; none where there is no file."""
    data = path.read_bytes() if path.exists() else b""
    return np.frombuffer(data[: len(data) - len(data) % RECORD.itemsize], dtype=RECORD).copy()


def without_end(
    deaths: Sequence[Mapping[str, Any]], workers: Sequence[Mapping[str, Any]]
) -> dict[int, float]:
    """Workers that died and never handed in their whole record, with the moment it was noticed.

    `deaths` are the master's events, `workers` what it said of each at the end.
    """
    whole = {int(one["index"]) for one in workers if "operations" in one}
    return {int(one["worker"]): float(one["died_s"]) for one in deaths if int(one["worker"]) not in whole}
