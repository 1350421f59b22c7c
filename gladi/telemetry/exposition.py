"""The run as Prometheus text, by prometheus_client: a registry of its own, filled anew for every scrape."""

from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from gladi.liveview.course import Course
from gladi.telemetry.measures import BOUNDS_S, Measure, measures

MISSING = "metrics need prometheus-client: pip install 'gladi[telemetry]'"


def exposition(course: Course) -> bytes | None:
    """What a scrape gets; None where prometheus_client is not installed."""
    try:
        from prometheus_client import CollectorRegistry, generate_latest
    except ImportError:
        return None
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(course))
    return generate_latest(registry)


class _Collector:
    """Reads the course when it is asked."""

    def __init__(self, course: Course) -> None:
        self._course = course

    def describe(self) -> list[Any]:
        """Nothing beforehand: names follow from what the run has done."""
        return []

    def collect(self) -> Iterator[Any]:
        """One family a measure."""
        for measure in measures(self._course):
            yield _family(measure)


def _family(measure: Measure) -> Any:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

    labels = list(measure.rows[0].labels) if measure.rows else []
    if measure.form == "histogram":
        family: Any = HistogramMetricFamily(measure.name, measure.help, labels=labels)
        for row in measure.rows:
            bounds = [*(f"{bound:g}" for bound in BOUNDS_S), "+Inf"]
            buckets = list(zip(bounds, accumulate(row.counts), strict=True))
            family.add_metric(list(row.labels.values()), buckets, row.value)
        return family
    make = CounterMetricFamily if measure.form == "counter" else GaugeMetricFamily
    family = make(measure.name, measure.help, labels=labels)
    for row in measure.rows:
        family.add_metric(list(row.labels.values()), row.value)
    return family
