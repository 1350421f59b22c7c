"""Pushes a run to an OpenTelemetry collector: metrics every few seconds, the run and its faults as spans.

OTLP over HTTP with protobuf, by the SDK's own exporters, in a thread of its own. A collector that cannot be
reached is said once and disturbs nothing. Headers and certificates come from the standard variables
(OTEL_EXPORTER_OTLP_HEADERS, OTEL_EXPORTER_OTLP_CERTIFICATE).
"""

import logging
import threading
import time
from collections.abc import Callable

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    Gauge,
    Histogram,
    HistogramDataPoint,
    Metric,
    MetricExportResult,
    MetricsData,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

from gladi.liveview.course import Course
from gladi.telemetry.measures import BOUNDS_S, Measure, Row, measures
from gladi.telemetry.spans import Spans

EVERY_S = 5.0
_PATIENCE_S = 3.0
"""Longest that one push may take, tries anew included."""
_SCOPE = InstrumentationScope("gladi")
_CUMULATIVE = AggregationTemporality.CUMULATIVE


class Pusher:
    """Pushes `course` to the collector at `url` from `start` to `stop`; `warn` hears once of a failure."""

    def __init__(self, course: Course, url: str, warn: Callable[[str], None]) -> None:
        scenario = course.setting.scenario.scenario
        resource = Resource.create(
            {
                "service.name": "gladi",
                "gladi.scenario": scenario.id,
                "gladi.seed": course.setting.seed,
                "gladi.region": course.setting.population.region,
                "gladi.tps": len(course.setting.population),
            }
        )
        base = url.rstrip("/")
        self._course = course
        self._url = url
        self._warn = warn
        self._warned = False
        self._resource = resource
        self._began_ns = time.time_ns()
        self._metrics = OTLPMetricExporter(endpoint=f"{base}/v1/metrics", timeout=_PATIENCE_S)
        self._traces = OTLPSpanExporter(endpoint=f"{base}/v1/traces", timeout=_PATIENCE_S)
        self._spans = Spans(course, resource, self._began_ns)
        self._words = _Words()
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._push_on, name="otlp", daemon=True)

    def start(self) -> None:
        """Push from now on."""
        logger = logging.getLogger("opentelemetry")
        logger.addHandler(self._words)
        logger.propagate = False  # the terminal belongs to the run; what matters is warned of, once
        self._thread.start()

    def tick(self) -> None:
        """Nothing: it keeps its own time."""

    def stop(self) -> None:
        """Push the end of the run, and leave."""
        self._enough.set()
        self._thread.join(2 * _PATIENCE_S)
        if not self._thread.is_alive():
            self._push(over=True)
        self._metrics.shutdown()
        self._traces.shutdown()  # type: ignore[no-untyped-call]

    def _push_on(self) -> None:
        while not self._enough.wait(EVERY_S):
            self._push()

    def _push(self, over: bool = False) -> None:
        sent = self._metrics.export(self._as_data()) is MetricExportResult.SUCCESS
        if sent and (spans := self._spans.ended(over)):
            sent = self._traces.export(spans) is SpanExportResult.SUCCESS
        if not sent and not self._warned:
            self._warned = True
            self._warn(
                f"--otlp {self._url}: the collector did not take it; the run goes on. {self._words.last}"
            )

    def _as_data(self) -> MetricsData:
        now_ns = time.time_ns()
        metrics = [self._metric(one, now_ns) for one in measures(self._course) if one.rows]
        scope = ScopeMetrics(_SCOPE, metrics, "")
        return MetricsData([ResourceMetrics(self._resource, [scope], "")])

    def _metric(self, measure: Measure, now_ns: int) -> Metric:
        began_ns = self._began_ns
        if measure.form == "histogram":
            points = [_histogram(row, began_ns, now_ns) for row in measure.rows]
            return Metric(measure.name, measure.help, measure.unit, Histogram(points, _CUMULATIVE))
        numbers = [
            NumberDataPoint(dict(row.labels), began_ns, now_ns, float(row.value)) for row in measure.rows
        ]
        data = Sum(numbers, _CUMULATIVE, True) if measure.form == "counter" else Gauge(numbers)
        return Metric(measure.name, measure.help, measure.unit, data)


def _histogram(row: Row, began_ns: int, now_ns: int) -> HistogramDataPoint:
    """Without smallest and largest value, which buckets do not know (optional in the protocol)."""
    unknown: float = None  # type: ignore[assignment]
    return HistogramDataPoint(
        dict(row.labels), began_ns, now_ns, sum(row.counts), row.value, row.counts, BOUNDS_S, unknown, unknown
    )


class _Words(logging.Handler):
    """The last thing the exporters complained of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it, cut short."""
        self.last = record.getMessage()[:300]
