"""All metrics of the stack as Prometheus reads them: what processes measured, and how things stand now."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from sirekap.operations.measures import lives
from sirekap.operations.standing import Standing
from sirekap.stack.layout import Layout


def exposition(layout: Layout, standing: Standing | None, reading_tries: int) -> bytes:
    """The text format; `standing` is None while the database does not say, `reading_tries` is the setting."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Measured(layout.metrics))
    registry.register(_Components(layout))
    registry.register(_Standing(standing, reading_tries))
    return generate_latest(registry)


class _Measured(Collector):
    """The numbers of all processes, added up; what is in flight counts of living ones only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        found = sorted(self._folder.glob("*.db"))
        names = {file.stem.rpartition("_")[2] for file in found}
        living = {name for name in names if lives(self._folder, name)}
        files = [
            str(file)
            for file in found
            if not file.name.startswith("gauge_live") or file.stem.rpartition("_")[2] in living
        ]
        merged: Iterable[Metric] = MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]
        return merged


class _Components(Collector):
    """Every process that stack.json names: alive, processor time, memory; the last two with its children."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def collect(self) -> Iterator[Metric]:
        label = ["component"]
        alive = GaugeMetricFamily("sirekap_component_alive", "1 when its process is there", labels=label)
        cpu = GaugeMetricFamily("sirekap_component_cpu_seconds", "Processor time", labels=label)
        rss = GaugeMetricFamily("sirekap_component_rss_bytes", "Resident memory", labels=label)
        for name, pid in _components(self._layout):
            used = _used(pid)
            alive.add_metric([name], 1.0 if used else 0.0)
            if used:
                cpu.add_metric([name], used[0])
                rss.add_metric([name], used[1])
        yield from (alive, cpu, rss)


def _components(layout: Layout) -> list[tuple[str, int]]:
    try:
        record = json.loads(layout.record.read_text())
        return [(name, int(component["pid"])) for name, component in record["components"].items()]
    except (OSError, ValueError, KeyError):
        return []


def _used(pid: int) -> tuple[float, float] | None:
    """Processor seconds and resident bytes of a process and its children, or None when it is gone."""
    try:
        parent = psutil.Process(pid)
        if parent.status() == psutil.STATUS_ZOMBIE:
            return None
        processes = [parent, *parent.children(recursive=True)]
    except psutil.Error:
        return None
    cpu_s = rss_bytes = 0.0
    for process in processes:
        try:
            times, memory = process.cpu_times(), process.memory_info()
        except psutil.Error:
            continue
        cpu_s += times.user + times.system
        rss_bytes += memory.rss
    return cpu_s, rss_bytes


class _Standing(Collector):
    """What only the database knows."""

    def __init__(self, standing: Standing | None, reading_tries: int) -> None:
        self._standing = standing
        self._reading_tries = reading_tries

    def collect(self) -> Iterator[Metric]:
        s = self._standing
        yield GaugeMetricFamily("sirekap_database_answers", "1 when it does", float(s is not None))
        if s is None:
            return
        yield GaugeMetricFamily("sirekap_sessions", "Sessions that have not ended", s.sessions)
        queue = GaugeMetricFamily("sirekap_reading_jobs", "Photos to be read", labels=["state"])
        for state in ("waiting", "taken", "failed"):
            queue.add_metric([state], getattr(s.backlog.queue, state))
        yield queue
        yield GaugeMetricFamily(
            "sirekap_reading_oldest_seconds",
            "How long the oldest photo waits",
            s.backlog.queue.oldest_waiting_s,
        )
        yield GaugeMetricFamily(
            "sirekap_reading_tries_most",
            "How often the photo that was taken most was, of those not yet done",
            s.backlog.queue.most_tries,
        )
        yield GaugeMetricFamily(
            "sirekap_reading_tries_limit",
            "How often a photo is taken at most: each try, and once more to give it up",
            self._reading_tries + 1,
        )
        age_s = s.backlog.published_s
        if age_s is not None:
            yield GaugeMetricFamily("sirekap_published_seconds", "Age of the public totals", age_s)
