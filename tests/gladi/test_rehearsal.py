"""Whole rehearsals of a short day against the real stack: clean passes, planted defects are caught by name.

Every part is real: PostgreSQL, API, toxiproxy, Locust's master and two workers, photos.
"""

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pyarrow.parquet as pq
import pytest

from reports.checkers import registered
from tests.gladi.runs import SPRINT, begin, gladi, left_running

pytestmark = pytest.mark.alone

TPS = 48


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rendered once; every run below sends the same bytes."""
    return tmp_path_factory.mktemp("photos")


@pytest.fixture(scope="module")
def play(
    photos: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., tuple[int, dict[str, Any], Path]]:
    def run(*defects: str) -> tuple[int, dict[str, Any], Path]:
        folder = tmp_path_factory.mktemp("run")
        scenario = folder / "sprint.toml"
        planted = f"\n[stack]\ndefects = {json.dumps(list(defects))}\n" if defects else ""
        scenario.write_text(SPRINT.read_text() + planted)
        out = folder / "out"
        done = gladi("rehearse", scenario, "--scale", TPS, "--photos", photos, "--out", out, "--json")
        assert done.out, done.err
        assert left_running(out) == []
        return done.code, done.json, out

    return run


@pytest.fixture(scope="module")
def clean(play: Callable[..., tuple[int, dict[str, Any], Path]]) -> tuple[int, dict[str, Any], Path]:
    return play()


def test_a_clean_run_passes(clean: tuple[int, dict[str, Any], Path]) -> None:
    code, verdict, _ = clean
    assert (code, verdict["verdict"]) == (0, "passed"), verdict
    assert {name: one["valid"] for name, one in verdict["checkers"].items()} == dict.fromkeys(
        registered(), True
    )
    assert verdict["checkers"]["lost"]["checked"] > 2 * TPS


def test_a_run_leaves_the_whole_directory(clean: tuple[int, dict[str, Any], Path]) -> None:
    _, verdict, out = clean
    expected = {
        "scenario.toml", "run.json", "population.parquet", "timetable.parquet", "history.parquet",
        "plan.jsonl", "faults.jsonl", "resources.parquet", "readback.parquet", "verdict.json",
        "report.html", "junit.xml",
    }  # fmt: skip
    assert expected <= {path.name for path in out.iterdir()}
    history = pq.read_table(out / "history.parquet")
    run = json.loads((out / "run.json").read_text())
    assert run["load"]["locust"]["requests"] == history.num_rows, "Locust's own count agrees with the record"
    assert set(history["worker"].to_pylist()) == {0, 1}, "both workers carried load"
    assert verdict["national_equivalent"] == TPS * 1500


def test_faults_struck_and_healed(clean: tuple[int, dict[str, Any], Path]) -> None:
    _, _, out = clean
    events = [json.loads(line) for line in (out / "faults.jsonl").read_text().splitlines()]
    assert {(one["name"], one["event"]) for one in events} >= {
        ("process_kill", "struck"), ("process_kill", "healed"), ("area_dark", "struck"),
        ("area_dark", "healed"),
    }  # fmt: skip
    history = pq.read_table(out / "history.parquet").to_pylist()
    assert any(row["outcome"] == "fail" and row["reason"] == "refused" for row in history), (
        "darkness was felt"
    )
    assert any(row["outcome"] == "unknown" for row in history), "the crash left requests in doubt"


def test_the_verdict_can_be_computed_again(clean: tuple[int, dict[str, Any], Path]) -> None:
    _, verdict, out = clean
    before = (out / "verdict.json").read_bytes()
    again = gladi("check", out, "--json")
    assert again.code == 0
    assert (out / "verdict.json").read_bytes() == before
    assert again.json["checkers"] == verdict["checkers"]


def test_no_secret_is_in_any_log(clean: tuple[int, dict[str, Any], Path]) -> None:
    _, _, out = clean
    secrets = json.loads((out / "stack" / "secrets.json").read_text())
    words = [value.encode() for value in secrets.values() if isinstance(value, str)]
    assert words
    for path in [*out.rglob("*.log"), out / "run.json", out / "ledger.jsonl", out / "report.html"]:
        content = path.read_bytes()
        assert not any(word in content for word in words), path


@pytest.mark.parametrize(
    "planted",
    [
        {"ack_before_commit": "lost", "truncated_photo_accepted": "torn"},
        {"retry_not_idempotent": "duplicated", "foreign_write_accepted": "crossed"},
    ],
    ids=" and ".join,
)
def test_planted_defects_are_caught_by_name(
    play: Callable[..., tuple[int, dict[str, Any], Path]], planted: dict[str, str]
) -> None:
    code, verdict, _ = play(*planted)
    assert sorted(verdict["defects"]) == sorted(planted)
    caught = {name for name, found in verdict["checkers"].items() if found["valid"] is False}
    # between receipt and commit a status does not know the page, and a correction finds none
    consequences = {"untruthful", "false_refusal"} if "ack_before_commit" in planted else set()
    assert caught - consequences == set(planted.values()), "each by its own name, and nothing else accused"
    assert all(verdict["checkers"][name]["examples"] for name in caught)
    assert (code, verdict["verdict"]) == (1, "failed")


def _wait_for_strike(out: Path, name: str) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        path = out / "faults.jsonl"
        if path.is_file() and any(
            json.loads(line)["name"] == name and json.loads(line)["event"] == "struck"
            for line in path.read_text().splitlines()
        ):
            return
        time.sleep(0.1)
    raise AssertionError(f"{name} never struck")


def test_ctrl_c_heals_and_keeps_the_evidence(photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    running = begin("rehearse", SPRINT, "--scale", TPS, "--photos", photos, "--out", out, "--json")
    _wait_for_strike(out, "area_dark")
    running.send_signal(signal.SIGINT)
    said, words = running.communicate(timeout=60)
    assert running.returncode == 4, words
    assert json.loads(said)["verdict"] == "unknown"
    assert json.loads((out / "run.json").read_text())["ended"] == "interrupted"
    events = [json.loads(line) for line in (out / "faults.jsonl").read_text().splitlines()]
    struck = {one["id"] for one in events if one["event"] == "struck"}
    assert struck == {one["id"] for one in events if one["event"] == "healed"}
    assert (out / "report.html").is_file()
    assert left_running(out) == []


@pytest.mark.slow
def test_a_toxiproxy_that_dies_ends_the_run_and_is_said(photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    running = begin("rehearse", SPRINT, "--scale", TPS, "--photos", photos, "--out", out, "--json")
    _wait_for_strike(out, "area_dark")
    ledger = [json.loads(line) for line in (out / "ledger.jsonl").read_text().splitlines()]
    [toxiproxy] = [one["pid"] for one in ledger if one["entry"] == "process" and one["name"] == "toxiproxy"]
    os.kill(toxiproxy, signal.SIGKILL)
    _, words = running.communicate(timeout=90)
    assert running.returncode not in (0, 1), "neither passed nor the system's fault"
    assert "toxiproxy-server died at" in words
    assert json.loads((out / "run.json").read_text())["ended"] == "aborted"
    assert left_running(out) == []


def test_kill_9_of_gladi_leaves_nothing_behind(photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    running = begin("rehearse", SPRINT, "--scale", TPS, "--photos", photos, "--out", out, "--json")
    _wait_for_strike(out, "area_dark")
    family = [one.pid for one in psutil.Process(running.pid).children(recursive=True)]
    assert family
    os.kill(running.pid, signal.SIGKILL)
    running.wait(timeout=10)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and left_running(out):
        time.sleep(0.2)
    assert left_running(out) == []
    ledger = [json.loads(line) for line in (out / "ledger.jsonl").read_text().splitlines()]
    assert ledger[-1]["entry"] == "closed"
    opened = {one["id"] for one in ledger if one["entry"] == "intent"}
    assert opened and opened == {one["id"] for one in ledger if one["entry"] == "healed"}

    healed = gladi("heal", out, "--json")
    assert healed.code == 0, healed.err
    assert healed.json["history_kept"], "what the workers recorded is not lost"
    judged = gladi("check", out, "--json")
    assert (judged.code, judged.json["verdict"]) == (4, "unknown"), judged.err
    assert judged.json["operations"]["all"] > 100
    assert gladi("report", out).code == 0
