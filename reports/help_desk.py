"""The help desk of a run: who called, why, how long it took, and how many called in each hour."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from reports.columns import Columns
from reports.rundir import RunDirectory

FILE = "help_desk.parquet"

TICKETS = pa.schema(
    [
        ("tps", pa.string()),
        ("operator", pa.uint8()),
        ("why", pa.string()),  # code phone account wait, see simulators.desk
        ("ending", pa.string()),  # helped hung_up closed
        ("called_s", pa.float64()),
        ("taken_s", pa.float64()),  # when somebody answered; of others the moment at which they gave up
        ("ended_s", pa.float64()),
    ]
)
"""One row a call of the help desk; moments of the run clock."""


@dataclass(frozen=True, slots=True)
class DeskLoad:
    """`by_hour` counts the calls of each local hour; `wait_minutes` is the median of who got through."""

    calls: int
    helped: int
    hung_up: int
    closed: int
    by_hour: tuple[tuple[datetime, int], ...]
    wait_minutes: float | None
    why: tuple[tuple[str, int], ...]

    @property
    def busiest(self) -> tuple[datetime, int] | None:
        """The hour with most calls, the first of them."""
        return max(self.by_hour, key=lambda one: one[1], default=None)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "calls": self.calls,
            "helped": self.helped,
            "hung_up": self.hung_up,
            "closed": self.closed,
            "by_hour": [{"hour": hour.isoformat(), "calls": calls} for hour, calls in self.by_hour],
            "wait_minutes": self.wait_minutes,
            "why": dict(self.why),
        }


def desk_load(run: RunDirectory) -> DeskLoad | None:
    """The load of the help desk; None where the scenario has none. Raises RunDirectoryError."""
    if not (run.path / FILE).is_file():
        return None
    table = Columns(run.path / FILE, TICKETS)
    ending = table.arrow("ending").to_pylist()
    called = table.numpy("called_s")
    hours = Counter(run.info.local(float(at)).replace(minute=0, second=0, microsecond=0) for at in called)
    waits = [
        (run.info.local(float(taken)) - run.info.local(float(at))).total_seconds() / 60.0
        for at, taken, how in zip(called, table.numpy("taken_s"), ending, strict=True)
        if how == "helped"
    ]
    return DeskLoad(
        calls=len(ending),
        helped=ending.count("helped"),
        hung_up=ending.count("hung_up"),
        closed=ending.count("closed"),
        by_hour=tuple(sorted(hours.items())),
        wait_minutes=float(np.median(waits)) if waits else None,
        why=tuple(sorted(Counter(table.arrow("why").to_pylist()).items())),
    )
