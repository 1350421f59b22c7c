"""What a worker elsewhere takes of its machine, read from /proc once a second and sent with its beats.

The conductor samples its own machine (`gladi.resources`); nobody but the worker can sample another.
"""

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

EVERY_S = 1.0
_PROC = Path("/proc")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")
_AT_WORK = (0, 1, 2, 5, 6, 7)
"""Columns of /proc/stat in which a core works: user, nice, system, irq, softirq, steal."""


@dataclass(frozen=True, slots=True)
class Sample:
    """At `at_s` of the run clock. Seconds are cumulative; cores are those that the worker may run on."""

    at_s: float
    cpu_s: float
    """Processor time of the worker's process, all its threads."""
    rss_bytes: int
    open_files: int
    machine_s: float
    """Busy seconds of all cores of the machine."""
    own_cores_s: float
    machine_bytes: int
    """Memory in use on the machine."""
    cores: int
    own_cores: int


class OwnUse:
    """Samples this very process and its machine."""

    def __init__(self) -> None:
        self._own = os.sched_getaffinity(0)
        self._next_s = float("-inf")

    def due(self, at_s: float) -> dict[str, Any] | None:
        """A sample, when a second has passed since the last one."""
        if at_s < self._next_s:
            return None
        self._next_s = at_s + EVERY_S * 0.9  # beats come by a clock of their own
        return asdict(self.sample(at_s))

    def sample(self, at_s: float) -> Sample:
        """As it is now."""
        times = os.times()
        busy = _busy_s()
        return Sample(
            at_s=at_s,
            cpu_s=times.user + times.system,
            rss_bytes=int((_PROC / "self/statm").read_text().split()[1]) * _PAGE,
            open_files=sum(1 for _ in (_PROC / "self/fd").iterdir()),
            machine_s=sum(busy.values()),
            own_cores_s=sum(busy.get(core, 0.0) for core in self._own),
            machine_bytes=_used_bytes(),
            cores=len(busy),
            own_cores=len(self._own),
        )


def _busy_s() -> dict[int, float]:
    """Seconds that each core has worked since boot."""
    found = {}
    for line in (_PROC / "stat").read_text().splitlines():
        name, *ticks = line.split()
        if name.startswith("cpu") and name != "cpu":
            found[int(name[3:])] = sum(int(ticks[column]) for column in _AT_WORK) / _TICKS
    return found


def _used_bytes() -> int:
    told = dict(line.split(":") for line in (_PROC / "meminfo").read_text().splitlines())
    total, free = (int(told[name].split()[0]) for name in ("MemTotal", "MemAvailable"))
    return (total - free) * 1024
