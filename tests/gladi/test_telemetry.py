"""Metrics and spans of a run: as Prometheus reads them, and as an OpenTelemetry collector takes them in."""

import gzip
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client.parser import text_string_to_metric_families

from gladi.failures import UsageError
from gladi.liveview import Course
from gladi.setting import Setting
from gladi.telemetry.collector import collector_url, pusher
from gladi.telemetry.exposition import exposition
from gladi.telemetry.measures import BOUNDS_S, measures
from tests.gladi.scripted import LOGIN_S, LOGINS_A_SECOND, Played, setting

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def day() -> Setting:
    return setting()


@pytest.fixture
def course(day: Setting) -> Course:
    """Five seconds of a run: five TPS whole, a few refused and unknown, one fault healed, one in force."""
    course = Course(day, workers=3)
    course.begin(time.time() - 5.0)
    run = Played(course)
    for _ in range(5):
        run.second(unknown=1, refused=2, lost={2: "it died"})
    run.fault(0, "struck", 1.0)
    run.fault(0, "healed", 3.0)
    run.fault(1, "struck", 2.0)
    return course


Series = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def scraped(course: Course) -> Series:
    text = exposition(course)
    assert text is not None
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def value(series: Series, name: str, /, **labels: str) -> float:
    return series[name, tuple(sorted(labels.items()))]


# --- Prometheus


def test_a_scrape_says_what_the_run_has_done(course: Course) -> None:
    now = scraped(course)
    assert value(now, "gladi_operations_total", kind="login", outcome="ok") == 5 * LOGINS_A_SECOND
    assert value(now, "gladi_operations_total", kind="login", outcome="unknown") == 5
    assert value(now, "gladi_operations_total", kind="login", outcome="fail") == 10
    assert value(now, "gladi_operations_begun_total", kind="submit_page") == 15
    assert value(now, "gladi_complete_tps", province="17") == 5
    assert value(now, "gladi_tps", province="17") == 20
    assert (value(now, "gladi_workers"), value(now, "gladi_workers_lost")) == (2, 1)
    one, other = course.setting.plan
    assert value(now, "gladi_fault_active", fault=one.id, name=one.fault) == 0
    assert value(now, "gladi_fault_active", fault=other.id, name=other.fault) == 1
    assert value(now, "gladi_generator_trusted") == 1


def test_a_histogram_is_whole_cumulative_and_agrees_with_its_sum(course: Course) -> None:
    now = scraped(course)
    buckets = {
        dict(labels)["le"]: count
        for (name, labels), count in now.items()
        if name == "gladi_operation_duration_seconds_bucket" and ("kind", "login") in labels
    }
    counts = list(buckets.values())
    answered = value(now, "gladi_operation_duration_seconds_count", kind="login")
    assert counts == sorted(counts)
    assert buckets["+Inf"] == answered == 5 * LOGINS_A_SECOND + 10
    assert buckets["0.128"] - buckets["0.064"] == 5 * LOGINS_A_SECOND
    seconds = value(now, "gladi_operation_duration_seconds_sum", kind="login")
    assert seconds == pytest.approx(5 * LOGINS_A_SECOND * LOGIN_S + 10 * 0.05)
    assert value(now, "gladi_lateness_seconds_sum") == pytest.approx(0.001 * (5 * (LOGINS_A_SECOND + 6)))


def test_names_and_units_are_as_prometheus_wants_them(course: Course) -> None:
    text = exposition(course)
    assert text is not None
    for family in text_string_to_metric_families(text.decode()):
        assert family.name.startswith("gladi_")
        assert family.documentation.endswith("."), f"{family.name} says what it is in a sentence"
        assert family.type in {"counter", "gauge", "histogram"}
        assert (family.type == "counter") == all(one.name.endswith("_total") for one in family.samples)
        assert not family.name.endswith(("_ms", "_percent", "_count", "_sum")), "base units"
    assert "1708" not in text.decode(), "no code of a TPS or kecamatan"


def test_before_the_first_beat_there_is_something_to_scrape(day: Setting) -> None:
    now = scraped(Course(day, workers=1))
    assert value(now, "gladi_complete_tps", province="17") == 0
    assert value(now, "gladi_run_stage", stage="preparing") == 1


def test_everything_the_dashboard_asks_for_is_exported(course: Course) -> None:
    asked = names_in((ROOT / "deploy/grafana/gladi.json").read_text())
    exported = {name for name, _ in scraped(course)}
    assert len(asked) >= 10
    assert asked <= exported, f"not exported: {', '.join(sorted(asked - exported))}"


def names_in(dashboard: str) -> set[str]:
    """Names of metrics in every expression of a Grafana dashboard."""
    found: set[str] = set()

    def look(value: Any) -> None:
        if isinstance(value, dict):
            for key, one in value.items():
                if key in {"expr", "query"} and isinstance(one, str):
                    words = "".join(c if c.isalnum() or c == "_" else " " for c in one).split()
                    found.update(word for word in words if word.startswith("gladi_"))
                look(one)
        elif isinstance(value, list):
            for one in value:
                look(one)

    look(json.loads(dashboard))
    return found


# --- OTLP


class Collector:
    """Takes in what is pushed; `status` is what it answers."""

    def __init__(self) -> None:
        self.status = 200
        self.metrics: list[ExportMetricsServiceRequest] = []
        self.traces: list[ExportTraceServiceRequest] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""

    def take(self, path: str, headers: dict[str, str], body: bytes) -> int:
        self.headers.append(headers)
        if self.status == 200:
            if path == "/v1/metrics":
                self.metrics.append(ExportMetricsServiceRequest.FromString(body))
            else:
                assert path == "/v1/traces"
                self.traces.append(ExportTraceServiceRequest.FromString(body))
        return self.status

    def last(self) -> dict[str, Any]:
        """Metrics of the last push, by name."""
        [resource] = self.metrics[-1].resource_metrics
        return {metric.name: metric for scope in resource.scope_metrics for metric in scope.metrics}

    def spans(self) -> list[Any]:
        return [
            span
            for one in self.traces
            for resource in one.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as one:
        yield one


@contextmanager
def collecting() -> Iterator[Collector]:
    one = Collector()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            self.send_response(one.take(self.path, dict(self.headers), body))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    one.url = f"http://127.0.0.1:{server.server_port}"
    yield one
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_a_collector_gets_the_same_figures(
    course: Course, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=pusdatin")
    said: list[str] = []
    one = pusher(course, collector.url, said.append)
    one.start()
    course.verdict("passed", "/r/report.html", "")
    one.stop()
    assert said == []
    got = collector.last()
    assert {measure.name for measure in measures(course) if measure.rows} == set(got)
    logins = {
        {pair.key: pair.value.string_value for pair in point.attributes}["outcome"]: point.as_double
        for point in got["gladi_operations"].sum.data_points
        if any(pair.value.string_value == "login" for pair in point.attributes)
    }
    assert logins == {"ok": 5 * LOGINS_A_SECOND, "fail": 10, "unknown": 5}
    assert got["gladi_operations"].sum.is_monotonic
    [late] = got["gladi_lateness_seconds"].histogram.data_points
    assert late.count == sum(late.bucket_counts) == 5 * (LOGINS_A_SECOND + 6)
    assert tuple(late.explicit_bounds) == BOUNDS_S
    assert not late.HasField("min"), "what is not known is not told"
    assert all(one["x-tenant"] == "pusdatin" for one in collector.headers)
    everything = b"".join(one.SerializeToString() for one in [*collector.metrics, *collector.traces])
    assert str(course.setting.population.tps[0]).encode() not in everything


def test_the_run_its_phases_and_faults_are_spans_with_real_moments(
    course: Course, collector: Collector
) -> None:
    one = pusher(course, collector.url, lambda words: None)
    one.start()
    zero_s = course.latest()["zero_epoch_s"]
    course.verdict("failed", "/r/report.html", "")
    one.stop()
    spans = {span.name: span for span in collector.spans()}
    healed, unhealed = (event.id for event in course.setting.plan)
    assert set(spans) == {
        "gladi rehearse sprint", "persiapan", "Aktivasi", "Pengiriman", healed, unhealed
    }  # fmt: skip
    root = spans["gladi rehearse sprint"]
    assert all(span.parent_span_id == root.span_id for name, span in spans.items() if span is not root)
    assert len({span.trace_id for span in spans.values()}) == 1
    assert spans[healed].start_time_unix_nano == pytest.approx((zero_s + 1.0) * 1e9, abs=1e6)
    assert spans[healed].end_time_unix_nano == pytest.approx((zero_s + 3.0) * 1e9, abs=1e6)
    assert [event.name for event in spans[healed].events] == ["struck", "healed"]
    assert spans[unhealed].status.code == 2, "an error: not proved healed"
    assert root.status.code == 2, "the verdict was failed"


def test_a_collector_that_is_not_there_is_told_once_and_holds_nobody_up(course: Course) -> None:
    with collecting() as gone:
        url = gone.url
    said: list[str] = []
    one = pusher(course, url, said.append)
    one.start()
    began = time.monotonic()
    one._push()
    one.stop()
    assert time.monotonic() - began < 10.0
    assert len(said) == 1
    assert said[0].startswith(f"--otlp {url}: the collector did not take it; the run goes on.")


def test_a_collector_that_refuses_is_told_once(course: Course, collector: Collector) -> None:
    collector.status = 401
    said: list[str] = []
    one = pusher(course, collector.url, said.append)
    one.start()
    one._push()
    one.stop()
    assert len(said) == 1
    assert collector.metrics == []


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("127.0.0.1:4318", "must be the http or https address"),
        ("grpc://collector:4317", "must be the http or https address"),
        ("http://collector:4317", "4317 is the port for gRPC"),
        ("http://collector:port", "port"),
        ("http://collector:4318/v1/metrics", "must be the address before"),
        ("http://collector:4318?token=1", "must have neither"),
        ("http://me:secret@collector:4318", "no user or password"),
    ],
)
def test_a_wrong_address_is_told_with_what_would_be_right(url: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as told:
        collector_url(url)
    assert "secret" not in str(told.value)


def test_without_the_libraries_it_says_how_to_get_them(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "gladi.telemetry.otlp", None)
    with pytest.raises(UsageError, match=r"pip install 'gladi\[telemetry\]'"):
        pusher(course, "http://127.0.0.1:4318", lambda words: None)


def test_without_prometheus_client_there_are_no_metrics(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "prometheus_client", None)
    assert exposition(course) is None
