"""A short rehearsal before real watchers: Prometheus scrapes it, an OpenTelemetry Collector takes its pushes.

Every expression of the dashboard is asked of that Prometheus while the run plays. It needs `prometheus`
(Debian) and the Collector that `sh deploy/prove.sh collector` builds; what is missing is skipped and said.
"""

import json
import math
import re
import subprocess
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.deploy.watchers import (
    COLLECTOR,
    PROMETHEUS,
    PROMTOOL,
    ROOT,
    SCRAPE,
    Collector,
    Prometheus,
    attributes,
    free_port,
)
from tests.gladi.runs import SPRINT, begin

pytestmark = [pytest.mark.slow, pytest.mark.alone]

needs_prometheus = pytest.mark.skipif(
    not (PROMETHEUS and PROMTOOL), reason="prometheus is not installed: apt-get install prometheus"
)
needs_collector = pytest.mark.skipif(
    not COLLECTOR.exists(), reason="no OpenTelemetry Collector: sh deploy/prove.sh collector builds it (Go)"
)

DASHBOARD = json.loads((ROOT / "deploy/grafana/gladi.json").read_text(encoding="utf-8"))


def asked_for(dashboard: dict[str, Any]) -> list[tuple[str, str]]:
    """Expression and legend of every query of a dashboard, annotations included."""
    targets = [one for panel in dashboard["panels"] for one in panel.get("targets", ())]
    annotations = [one for one in dashboard["annotations"]["list"] if "expr" in one]
    return [
        (one["expr"], one.get("legendFormat", one.get("titleFormat", ""))) for one in targets + annotations
    ]


@dataclass
class Watched:
    """What the watchers saw of one run."""

    folder: Path
    seen: dict[str, list[tuple[dict[str, str], float]]] = field(default_factory=dict)
    page: str = ""
    code: int = -1
    err: str = ""
    targets: list[dict[str, Any]] = field(default_factory=list)
    last: list[tuple[dict[str, str], float]] = field(default_factory=list)
    collector: Collector | None = None


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("watched")
    seen = Watched(folder / "run")
    port = free_port()
    with ExitStack() as programs:
        prometheus = None
        arguments: list[object] = [
            "rehearse", SPRINT, "--scale", 20, "--out", seen.folder, "--json", "--live", port,
        ]  # fmt: skip
        if PROMETHEUS:
            prometheus = Prometheus(folder, port)
            programs.enter_context(prometheus.watching())
        if COLLECTOR.exists():
            seen.collector = Collector(folder)
            programs.enter_context(seen.collector.watching())
            arguments += ["--otlp", seen.collector.url]
        run = begin(*arguments)
        try:
            watch(run, prometheus, port, seen)
        finally:
            if run.poll() is None:
                run.terminate()
                run.communicate(timeout=60)
    yield seen


def watch(run: "subprocess.Popen[str]", prometheus: Prometheus | None, port: int, seen: Watched) -> None:
    """Ask for everything once a second until the run ends."""
    until = time.monotonic() + 150.0
    while run.poll() is None and time.monotonic() < until:
        time.sleep(1.0)
        if prometheus is None:
            continue
        for expression, _ in asked_for(DASHBOARD):
            finite = [one for one in prometheus.series(expression) if math.isfinite(one[1])]
            if len(finite) > len(seen.seen.get(expression, ())):
                seen.seen[expression] = finite
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
                seen.page = answer.read().decode()
        except OSError:
            pass  # it does not listen yet, or any more
        seen.targets = prometheus.ask("targets")["activeTargets"] or seen.targets
        seen.last = prometheus.series("max_over_time(gladi_operations_total[10m])") or seen.last
    _, seen.err = run.communicate(timeout=30)
    seen.code = run.returncode


def outcomes(folder: Path) -> Counter[tuple[str, str]]:
    rows = pq.read_table(folder / "history.parquet", columns=["kind", "outcome"]).to_pylist()
    return Counter((row["kind"], row["outcome"]) for row in rows)


@needs_prometheus
def test_promtool_finds_nothing_wrong_with_the_scrape_configuration() -> None:
    assert PROMTOOL is not None
    done = subprocess.run([PROMTOOL, "check", "config", SCRAPE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@needs_prometheus
def test_promtool_finds_nothing_to_mend_in_the_metrics(watched: Watched) -> None:
    assert PROMTOOL is not None
    assert "gladi_operations_total{" in watched.page
    done = subprocess.run(
        [PROMTOOL, "check", "metrics"], input=watched.page, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@needs_prometheus
def test_prometheus_scrapes_a_run_without_an_error(watched: Watched) -> None:
    assert watched.code in {0, 1, 4}, watched.err
    [target] = watched.targets
    assert target["labels"]["job"] == "gladi"


@needs_prometheus
@pytest.mark.parametrize(("expression", "legend"), sorted(set(asked_for(DASHBOARD))))
def test_every_panel_of_the_dashboard_shows_something(watched: Watched, expression: str, legend: str) -> None:
    found = watched.seen.get(expression, [])
    assert found, f"{expression} never gave a number"
    for name in re.findall(r"{{\s*(\w+)\s*}}", legend):
        assert all(name in labels for labels, _ in found), f"the legend {legend} wants the label {name}"


@needs_prometheus
def test_the_last_scrape_is_the_record(watched: Watched) -> None:
    scraped = {(one["kind"], one["outcome"]): int(value) for one, value in watched.last if value}
    assert scraped == dict(outcomes(watched.folder))


@needs_collector
def test_a_real_collector_took_the_metrics_and_they_are_the_record(watched: Watched) -> None:
    assert watched.collector is not None
    pushes = watched.collector.pushes()
    assert len(pushes) >= 4, "one every five seconds, and one at the end"
    operations = pushes[-1]["gladi_operations"]["sum"]
    assert operations["isMonotonic"]
    pushed = {
        (attributes(point)["kind"], attributes(point)["outcome"]): int(point["asDouble"])
        for point in operations["dataPoints"]
        if point["asDouble"]
    }
    assert pushed == dict(outcomes(watched.folder))
    waited = pushes[-1]["gladi_operation_duration_seconds"]["histogram"]["dataPoints"]
    assert all(int(one.get("count", 0)) == sum(map(int, one.get("bucketCounts", ()))) for one in waited)


@needs_collector
def test_a_real_collector_took_the_run_as_one_trace(watched: Watched) -> None:
    assert watched.collector is not None
    spans = {one["name"]: one for one in watched.collector.spans()}
    planned = (watched.folder / "plan.jsonl").read_text().splitlines()
    faults = [json.loads(line)["id"] for line in planned]
    root = "gladi rehearse sprint"
    assert sorted(spans) == sorted([root, "persiapan", "Aktivasi", "Pengiriman", *faults])
    assert len(watched.collector.spans()) == len(spans), "each once"
    assert len({one["traceId"] for one in spans.values()}) == 1
    assert {one.get("parentSpanId") for name, one in spans.items() if name != root} == {spans[root]["spanId"]}
    verdict = json.loads((watched.folder / "verdict.json").read_text())["verdict"]
    assert attributes(spans[root])["gladi.verdict"] == verdict
    assert all(int(one["startTimeUnixNano"]) <= int(one["endTimeUnixNano"]) for one in spans.values())
    undone = {
        line["id"]
        for line in map(json.loads, (watched.folder / "faults.jsonl").read_text().splitlines())
        if line.get("event") == "healed"
    }
    healed = {
        name for name in faults if [e["name"] for e in spans[name].get("events", ())] == ["struck", "healed"]
    }
    assert healed == undone


@needs_collector
def test_what_reaches_the_collector_names_the_run_and_no_tps_or_kecamatan(watched: Watched) -> None:
    assert watched.collector is not None
    resources = watched.collector.resources()
    assert all(one["service.name"] == "gladi" and one["gladi.scenario"] == "sprint" for one in resources)
    words = re.findall(r'"(?:name|stringValue|description)":"([^"]*)"', watched.collector.taken())
    population = pq.read_table(watched.folder / "population.parquet", columns=["tps", "kecamatan"])
    codes = {str(code) for column in population.columns for code in column.to_pylist()}
    assert len(codes) > 20
    assert not [word for word in set(words) if any(code in word for code in codes)]
