"""A real rehearsal with everybody looking on: page, Prometheus, a collector and Locust's own page agree.

What the last state, the last push and Locust's last statistics say is held against the record of the run.
"""

import json
import re
import subprocess
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.gladi.runs import SPRINT, begin, gladi, left_running
from tests.gladi.test_telemetry import Collector, collecting

pytestmark = [pytest.mark.slow, pytest.mark.alone]


@dataclass
class Looked:
    """What was seen of a run while it played, and how it ended."""

    folder: Path
    code: int = -1
    states: list[dict[str, Any]] = field(default_factory=list)
    locust: list[dict[str, Any]] = field(default_factory=list)
    pushed: dict[str, Any] = field(default_factory=dict)
    spans: list[str] = field(default_factory=list)
    refused: int = 0
    err: str = ""


def fetch(url: str, data: bytes | None = None) -> Any:
    with urllib.request.urlopen(url, data, timeout=5) as answer:
        return json.loads(answer.read())


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looked]:
    folder = tmp_path_factory.mktemp("looked") / "run"
    seen = Looked(folder)
    with collecting() as collector:
        run = begin(
            "rehearse", SPRINT, "--scale", 20, "--out", folder, "--json",
            "--live", 0, "--locust-ui", 0, "--otlp", collector.url,
        )  # fmt: skip
        try:
            look(run, seen, collector)
        finally:
            if run.poll() is None:
                run.terminate()
                run.communicate(timeout=60)
    yield seen


def look(run: "subprocess.Popen[str]", seen: Looked, collector: Collector) -> None:
    assert run.stderr is not None
    urls = {}
    while len(urls) < 2:
        line = run.stderr.readline()
        assert line, "it ended before it said where to look"
        if found := re.search(r"(Langsung|Locust): (http://127.0.0.1:\d+)", line):
            urls[found[1]] = found[2]
    with urllib.request.urlopen(f"{urls['Langsung']}/events", timeout=120) as events:
        for line in events:
            if line.startswith(b'data: {"'):
                seen.states.append(json.loads(line.removeprefix(b"data: ")))
            if seen.states and seen.states[-1]["stage"] == "playing":
                look_at_locust(urls["Locust"], seen)
    out, seen.err = run.communicate(timeout=120)
    seen.code = run.returncode
    assert out, seen.err
    seen.pushed = collector.last()
    seen.spans = [span.name for span in collector.spans()]


def look_at_locust(url: str, seen: Looked) -> None:
    """Its statistics, and that its button does nothing."""
    try:
        seen.locust.append(fetch(f"{url}/stats/requests"))
    except OSError:
        return  # the master is gone: the load is over
    if not seen.refused:
        try:
            fetch(f"{url}/swarm", b"user_count=500&spawn_rate=500")
        except urllib.error.HTTPError as error:
            seen.refused = error.code


def outcomes(folder: Path) -> Counter[tuple[str, str]]:
    rows = pq.read_table(folder / "history.parquet", columns=["kind", "outcome"]).to_pylist()
    return Counter((row["kind"], row["outcome"]) for row in rows)


def test_nobody_who_looks_on_changes_how_the_run_ends(looked: Looked) -> None:
    assert looked.code in {0, 1, 4}, looked.err
    assert json.loads((looked.folder / "run.json").read_text())["ended"] == "complete"
    assert left_running(looked.folder) == []


def test_the_page_was_told_about_once_a_second_and_ends_with_the_verdict(looked: Looked) -> None:
    playing = [state for state in looked.states if state["stage"] == "playing"]
    assert len(playing) >= 10
    assert {state["phase"] for state in playing} == {"aktivasi", "hari-h"}
    last = looked.states[-1]
    assert last["verdict"]["verdict"] == json.loads((looked.folder / "verdict.json").read_text())["verdict"]
    assert last["verdict"]["report"] == str(looked.folder / "report.html")
    assert {fault["state"] for fault in last["faults"]} == {"healed"}


def test_the_last_state_is_the_record(looked: Looked) -> None:
    shown = {
        (kind, outcome): one[outcome]
        for kind, one in looked.states[-1]["kinds"].items()
        for outcome in ("ok", "fail", "unknown")
        if one[outcome]
    }
    assert shown == dict(outcomes(looked.folder))
    assert looked.states[-1]["operations"] == sum(shown.values())


def test_the_collector_got_the_record_too(looked: Looked) -> None:
    pushed = {}
    for point in looked.pushed["gladi_operations"].sum.data_points:
        labels = {pair.key: pair.value.string_value for pair in point.attributes}
        if point.as_double:
            pushed[labels["kind"], labels["outcome"]] = int(point.as_double)
    assert pushed == dict(outcomes(looked.folder))
    planned = [json.loads(line)["id"] for line in (looked.folder / "plan.jsonl").read_text().splitlines()]
    assert sorted(looked.spans) == sorted(
        ["gladi rehearse sprint", "persiapan", "Aktivasi", "Pengiriman", *planned]
    )


def test_locusts_own_page_runs_beside_it_and_its_buttons_do_nothing(looked: Looked) -> None:
    assert looked.refused == 403
    states = [one["state"] for one in looked.locust]
    life = ["spawning", "running", "stopping", "stopped"]
    assert states == sorted(states, key=life.index), "it runs until we end it"
    running = [one for one in looked.locust if one["state"] == "running"]
    assert len(running) >= 8
    assert {one["user_count"] for one in running[2:]} == {2}, "two shards, and no swarm"
    counted = [one["total"]["num_requests"] if "total" in one else total(one) for one in looked.locust]
    assert counted == sorted(counted)
    assert counted[-1] > 0
    totals = json.loads((looked.folder / "run.json").read_text())["load"]["locust"]
    assert totals["requests"] == sum(outcomes(looked.folder).values())


def total(one: dict[str, Any]) -> int:
    return next(int(row["num_requests"]) for row in one["stats"] if row["name"] == "Aggregated")


def test_a_wrong_address_of_a_collector_is_told_before_anything_is_made(tmp_path: Path) -> None:
    done = gladi("rehearse", SPRINT, "--out", tmp_path / "run", "--otlp", "http://collector:4317")
    assert done.code == 2
    assert "4317 is the port for gRPC" in done.err
    assert not (tmp_path / "run").exists()
