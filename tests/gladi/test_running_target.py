"""A system that already runs, as a vendor's would: gladi drives it, judges it, and says when it is gone."""

import json
import time
from pathlib import Path

import pytest

from tests.gladi.runs import SPRINT, begin, gladi, left_running

pytestmark = [pytest.mark.slow, pytest.mark.alone]

TPS = 12


@pytest.fixture
def stack(tmp_path: Path):  # type: ignore[no-untyped-def]
    """A reference stack started apart from any run: (URL, folder)."""
    folder = tmp_path / "stack"
    up = gladi("stack", "up", "--dir", folder, "--json")
    assert up.code == 0, up.err
    yield up.json["url"], folder
    gladi("stack", "down", "--dir", folder)


def test_what_cannot_be_broken_is_unknown(stack: tuple[str, Path], tmp_path: Path) -> None:
    """Nobody gave us the processes of this system, so what a crash would show is unknown, not passed."""
    url, folder = stack
    out = tmp_path / "out"
    done = gladi(
        "rehearse", SPRINT, "--scale", TPS, "--target", url, "--out", out, "--json",
        GLADI_SECRETS=str(folder / "secrets.json"),
    )  # fmt: skip
    assert done.code == 4, done.err
    verdict = done.json
    assert verdict["verdict"] == "unknown"
    # What the kill would have put to the test is in doubt; nothing is accused, and the rest holds.
    tried = json.loads((out / "run.json").read_text())["faults_tried"]["process_kill"]
    missed = {*tried, "ineffective"}
    assert tried
    for name, one in verdict["checkers"].items():
        assert one["valid"] == ("unknown" if name in missed else True), (name, one["why"])
    assert verdict["faults_available"]["process_kill"] == "unavailable"
    assert gladi("stack", "status", "--dir", folder).code == 0, "a system that is not ours is left running"
    assert left_running(out) == []


def test_a_system_that_goes_away_is_said(
    stack: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, folder = stack
    out = tmp_path / "out"
    monkeypatch.setenv("GLADI_SECRETS", str(folder / "secrets.json"))
    running = begin("rehearse", SPRINT, "--scale", TPS, "--target", url, "--out", out, "--json")
    deadline = time.monotonic() + 60
    while not (out / "run.json").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(8.0)
    assert gladi("stack", "down", "--dir", folder).code == 0
    said, words = running.communicate(timeout=120)
    assert running.returncode == 3, words
    assert "could not be read back" in words and "did not answer" in words
    assert "Traceback" not in words
    verdict = json.loads(said)
    # Service that never came back fails its expectation; what was stored nobody knows, and none is accused.
    assert verdict["verdict"] in {"unknown", "failed"}
    assert verdict["checkers"]["lost"]["valid"] == "unknown"
    assert not [name for name, one in verdict["checkers"].items() if one["valid"] is False]
    assert (out / "report.html").is_file(), "what was seen is kept"
    assert left_running(out) == []
