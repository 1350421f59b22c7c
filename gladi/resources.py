"""Samples processor time and memory of every process of a run, once a second, from a thread."""

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import psutil
import pyarrow as pa

from reports.schema import RESOURCES

Roots = Callable[[], Mapping[str, int]]
"""Process ids by component; asked at every sample, since components are restarted. Children count with their
component, except those of this very process: what it starts are components of their own."""


class Sampler:
    """Collects rows for resources.parquet.

    `now` gives the run clock. The component "machine" carries the busy seconds of all cores since boot,
    "load_cores" those of the cores that the load runs on.
    """

    def __init__(
        self, roots: Roots, now: Callable[[], float], load_cores: Sequence[int], every_s: float = 1.0
    ) -> None:
        self._roots = roots
        self._now = now
        self._load_cores = load_cores
        self._every_s = every_s
        self._over = threading.Event()
        self._rows: list[tuple[float, str, int, float, int]] = []
        self._known: dict[int, psutil.Process] = {}
        self._thread = threading.Thread(target=self._watch, name="resources", daemon=True)

    def start(self) -> None:
        """Begin to sample."""
        self._thread.start()

    def stop(self) -> pa.Table:
        """End, and return the table."""
        self._over.set()
        self._thread.join(timeout=5.0)
        columns = list(zip(*self._rows, strict=True)) if self._rows else [()] * 5
        return pa.table(
            {field.name: pa.array(columns[i], field.type) for i, field in enumerate(RESOURCES)},
            schema=RESOURCES,
        )

    def _watch(self) -> None:
        while not self._over.wait(self._every_s):
            at = self._now()
            # The machine first: on a busy one, looking at every process takes a good part of a second.
            each = [_busy_s(core) for core in psutil.cpu_times(percpu=True)]
            self._rows.append((at, "machine", 0, sum(each), psutil.virtual_memory().used))
            load_s = sum(each[core] for core in self._load_cores)
            self._rows.append((at, "load_cores", 0, load_s, 0))
            children = _children()
            for component, pid in self._roots().items():
                self._sample(at, component, pid, children)

    def _sample(self, at: float, component: str, pid: int, children: Mapping[int, list[int]]) -> None:
        try:
            root = self._known.setdefault(pid, psutil.Process(pid))
            if root.status() == psutil.STATUS_ZOMBIE:
                return
        except psutil.Error:
            self._known.pop(pid, None)
            return
        family = [pid] if pid == os.getpid() else _family(pid, children)
        cpu_s, memory = 0.0, 0
        for member in family:
            try:
                process = root if member == pid else psutil.Process(member)
                times = process.cpu_times()
                cpu_s += times.user + times.system
                # Pages that PostgreSQL's processes share are counted once: in its parent.
                shared = component == "postgres" and process is not root
                memory += process.memory_full_info().uss if shared else process.memory_info().rss
            except psutil.Error:
                continue
        self._rows.append((at, component, pid, cpu_s, memory))


def _children() -> dict[int, list[int]]:
    """Children of every process of the machine, looked up once a sample for all components."""
    found: dict[int, list[int]] = {}
    for process in psutil.process_iter(["ppid"]):
        found.setdefault(process.info["ppid"], []).append(process.pid)
    return found


def _family(pid: int, children: Mapping[int, list[int]]) -> list[int]:
    """A process, its children, and theirs."""
    family = [pid]
    for member in family:
        family += children.get(member, [])
    return family


def _busy_s(core: Any) -> float:
    """Seconds a core has worked since boot."""
    return float(core.user + core.nice + core.system + core.irq + core.softirq + core.steal)
