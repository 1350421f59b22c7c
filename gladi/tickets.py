"""Calls of the help desk on their way to the run directory: a line each while a worker plays, then a table.

A worker elsewhere sends its lines with its beats, as it does its record (`gladi.load.gathering`).
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import IO

import pyarrow as pa

from reports.help_desk import TICKETS
from simulators.desk import Ticket

NAME = "desk-{}.jsonl"


class Tickets:
    """Notes the calls that one worker's operators make; written out with every `flush`."""

    def __init__(self, logs: Path, worker: int) -> None:
        self.path = logs / NAME.format(worker)
        self._file: IO[str] = self.path.open("w", encoding="utf-8")

    def note(self, ticket: Ticket) -> None:
        """One call."""
        self._file.write(json.dumps(asdict(ticket)) + "\n")

    def flush(self) -> None:
        """Hand what is buffered to the operating system."""
        self._file.flush()

    def close(self) -> None:
        """No more of them."""
        self._file.close()


def gathered(logs: Path) -> pa.Table:
    """All calls of a run, in order; a line that was cut off when its worker died is left out."""
    return _table(
        [
            json.loads(line)
            for path in sorted(logs.glob(NAME.format("*")))
            for line in path.read_text(encoding="utf-8").splitlines(keepends=True)
            if line.endswith("\n")
        ]
    )


def tabled(tickets: Iterable[Ticket]) -> pa.Table:
    """The calls of a simulation."""
    return _table([asdict(one) for one in tickets])


def _table(rows: list[dict[str, object]]) -> pa.Table:
    rows.sort(key=lambda row: (row["called_s"], row["tps"], row["operator"]))
    return pa.Table.from_pylist(rows, schema=TICKETS)
