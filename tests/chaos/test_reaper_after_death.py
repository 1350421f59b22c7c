"""However the conductor ends, its faults are healed, its processes gone, and soon."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from chaos import Ledger, LedgerError, ProcessId, Site, heal, read_ledger, registered
from chaos.process import end, wait_gone
from chaos.stack import ready, starts_under_way

if TYPE_CHECKING:
    from tests.chaos.conftest import DummyStack

PROJECT = Path(__file__).parents[2]


class Conducted:
    """A conductor in a process of its own, once its faults are struck."""

    def __init__(self, run_dir: Path, stack: "DummyStack", *words: str) -> None:
        self.run_dir = run_dir
        run_dir.mkdir()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.conductor", str(run_dir), str(stack.folder), *words],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        word, *pids = self.said().split()
        assert word == "struck"
        self.reaper, self.worker, self.toxiproxy = (ProcessId.of(int(pid)) for pid in pids)

    def said(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def kill(self) -> float:
        """kill -9; returns the moment."""
        moment = time.monotonic()
        self.process.kill()
        self.process.wait()
        return moment

    def wait_reaped(self) -> None:
        left = wait_gone([self.reaper, self.worker, self.toxiproxy], 15)
        assert not left, (self.run_dir / "reaper.log").read_text()


Conduct = Callable[..., Conducted]


@pytest.fixture
def conduct(tmp_path: Path, stack: "DummyStack") -> Iterator[Conduct]:
    """Starts conductors; whatever a failing test leaves of them is ended."""
    runs: list[Conducted] = []

    def start(*words: str) -> Conducted:
        runs.append(Conducted(tmp_path / "run", stack, *words))
        return runs[-1]

    yield start
    for run in runs:
        run.process.kill()
        run.process.wait()
        end([run.reaper, run.worker, run.toxiproxy], patience_s=0.1)


def until(true: object, timeout_s: float) -> float:
    """Seconds until `true()` is; fails after `timeout_s`."""
    began = time.monotonic()
    while not true():  # type: ignore[operator]
        assert time.monotonic() < began + timeout_s, "still not so"
        time.sleep(0.002)
    return time.monotonic() - began


def test_kill_9_of_the_conductor_heals_every_fault_within_a_second_and_leaves_no_process(
    conduct: Conduct, stack: "DummyStack"
) -> None:
    run = conduct("process_pause:postgres", "area_dark:170802", "process_kill:api-2")
    paused = psutil.Process(stack.pid("postgres"))
    assert paused.status() == psutil.STATUS_STOPPED
    assert len(stack.processes()) == 3

    moment = run.kill()

    until(lambda: paused.status() != psutil.STATUS_STOPPED, 1.0)
    resumed_s = time.monotonic() - moment
    until(lambda: ProcessId.of(stack.pid("api-2")).alive and ready(stack.url), 1.0)
    assert time.monotonic() - moment < 1.0
    print(f"paused process goes on {resumed_s * 1000:.0f} ms after kill -9")
    run.wait_reaped()
    assert len(stack.processes()) == 4, "a stack that is not the run's own is left running, and whole"
    state = read_ledger(run.run_dir / "ledger.jsonl")
    assert state.closed
    assert not state.open_faults
    report = heal(run.run_dir / "ledger.jsonl")
    assert report.already_closed
    assert report.ok


def test_kill_9_amid_a_flapping_fault_and_a_cascade_heals_both_and_strikes_nothing_that_still_waits(
    conduct: Conduct, stack: "DummyStack"
) -> None:
    run = conduct(
        "process_pause:postgres",
        "process_pause:postgres:struck 01-process_pause + 0.1s",
        "process_kill:api-2:struck 02-process_pause",
        "process_kill:api-1:complete >= 0.5",
    )
    run.kill()
    run.wait_reaped()
    assert psutil.Process(stack.pid("postgres")).status() != psutil.STATUS_STOPPED
    assert len(stack.processes()) == 4
    assert ready(stack.url)
    struck = {line["id"] for line in map(json.loads, (run.run_dir / "ledger.jsonl").read_text().splitlines())
              if line["entry"] == "intent"}  # fmt: skip
    assert struck == {"01-process_pause", "02-process_pause", "03-process_kill"}
    assert read_ledger(run.run_dir / "ledger.jsonl").closed


def test_kill_9_takes_the_runs_own_stack_down_too(conduct: Conduct, stack: "DummyStack") -> None:
    run = conduct("process_pause:api-1", "process_kill:postgres", "--own-stack")
    run.kill()
    run.wait_reaped()
    assert stack.processes() == []
    assert read_ledger(run.run_dir / "ledger.jsonl").closed


def test_a_stack_whose_down_command_fails_is_ended_by_pid(conduct: Conduct, stack: "DummyStack") -> None:
    table = stack.read()
    stack.stack_json.write_text(json.dumps(table | {"down": [sys.executable, "-c", "raise SystemExit(3)"]}))
    run = conduct("process_pause:api-1", "--own-stack")
    run.kill()
    run.wait_reaped()
    assert stack.processes() == []


def test_a_forked_child_that_holds_the_pipe_does_not_hide_the_death(
    conduct: Conduct, stack: "DummyStack"
) -> None:
    run = conduct("process_pause:postgres", "--fork")
    paused = psutil.Process(stack.pid("postgres"))
    moment = run.kill()
    until(lambda: paused.status() != psutil.STATUS_STOPPED, 1.0)
    assert time.monotonic() - moment < 1.0
    os.killpg(run.process.pid, signal.SIGKILL)
    run.wait_reaped()


def test_ctrl_c_heals_in_the_conductor_and_the_reaper_has_no_work(
    conduct: Conduct, stack: "DummyStack"
) -> None:
    run = conduct("process_kill:postgres,api-1", "area_dark:170801,170802")
    assert len(stack.processes()) == 1
    os.killpg(run.process.pid, signal.SIGINT)
    assert run.said() == "healed () () 0\n"
    assert run.process.wait(timeout=10) == 0
    assert not run.reaper.alive
    assert ready(stack.url)
    assert len(stack.processes()) == 4
    events = [json.loads(line) for line in (run.run_dir / "faults.jsonl").read_text().splitlines()]
    assert [one["event"] for one in events if one["id"] == "01-process_kill"] == [
        "planned",
        "struck",
        "felt",
        "healing",
        "healed",
    ]


def test_signals_of_a_terminal_do_not_end_the_reaper(conduct: Conduct, stack: "DummyStack") -> None:
    run = conduct("process_pause:postgres")
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        assert run.reaper.send(number)
    time.sleep(0.1)
    assert run.reaper.alive
    run.kill()
    run.wait_reaped()
    assert psutil.Process(stack.pid("postgres")).status() != psutil.STATUS_STOPPED


def test_a_lost_reaper_leaves_a_ledger_that_heals_by_hand(conduct: Conduct, stack: "DummyStack") -> None:
    run = conduct("process_pause:postgres", "area_dark:170802")
    ledger = run.run_dir / "ledger.jsonl"
    with pytest.raises(LedgerError, match=f"is still going: stop pid {run.process.pid}"):
        heal(ledger)
    run.reaper.send(signal.SIGKILL)
    run.kill()
    assert psutil.Process(stack.pid("postgres")).status() == psutil.STATUS_STOPPED
    report = heal(ledger)
    assert report.ok, report.problems
    assert sorted(report.healed) == ["01-process_pause", "02-area_dark"]
    assert sorted(report.ended_pids) == sorted([run.worker.pid, run.toxiproxy.pid])
    assert ready(stack.url)


def test_a_toxiproxy_that_died_with_the_run_leaves_nothing_to_heal(
    conduct: Conduct, stack: "DummyStack"
) -> None:
    run = conduct("area_dark:170802")
    run.toxiproxy.send(signal.SIGKILL)
    run.kill()
    run.wait_reaped()
    assert read_ledger(run.run_dir / "ledger.jsonl").closed


def test_a_restart_left_under_way_does_not_outlive_the_stack(conduct: Conduct, stack: "DummyStack") -> None:
    """It is frozen here where it stands, as on a busy machine, and wakes up after the conductor has died."""
    run = conduct("process_kill:postgres", "--own-stack", "--heal-soon")
    site = Site(str(run.run_dir), str(stack.stack_json))
    until(lambda: starts_under_way(site), 10)
    (restart,) = starts_under_way(site)
    restart.send(signal.SIGSTOP)
    run.kill()
    time.sleep(1.0)
    restart.send(signal.SIGCONT)
    run.wait_reaped()
    assert not wait_gone([restart], 5)
    assert stack.processes() == []


def test_a_recorded_pid_that_belongs_to_another_now_is_left_alone(
    tmp_path: Path, stack: "DummyStack"
) -> None:
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger.create(path, Site(str(tmp_path)))
    stranger = ProcessId.of(stack.pid("api-1"))
    ledger.process("worker", ProcessId(stranger.pid, stranger.create_time - 60))
    _disown(path)
    report = heal(path)
    assert report.ok
    assert report.ended_pids == []
    assert stranger.alive


def test_an_entry_cut_off_by_the_death_is_dropped_and_the_rest_is_healed(
    tmp_path: Path, stack: "DummyStack"
) -> None:
    path = tmp_path / "ledger.jsonl"
    site = Site(str(tmp_path), str(stack.stack_json))
    ledger = Ledger.create(path, site)
    fault = registered()["process_pause"]
    items = fault.aim(site, ("api-1", "api-2"), fault.settings())
    ledger.intent("01-process_pause", "process_pause", ("api-1", "api-2"), items)
    fault.strike(site, items)
    _disown(path)
    with path.open("a") as file:
        file.write('{"entry": "intent", "id": "02-process_ki')
    assert list(read_ledger(path).open_faults) == ["01-process_pause"]
    assert heal(path).healed == ["01-process_pause"]
    assert ready(stack.url)
    for line in path.read_text().splitlines():
        json.loads(line)
    assert read_ledger(path).closed


def test_a_fault_that_cannot_be_healed_is_reported_and_the_ledger_stays_open(
    tmp_path: Path, stack: "DummyStack"
) -> None:
    path = tmp_path / "ledger.jsonl"
    site = Site(str(tmp_path), str(stack.stack_json))
    ledger = Ledger.create(path, site)
    fault = registered()["process_kill"]
    items = fault.aim(site, ("api-1",), fault.settings())
    ledger.intent("01-process_kill", "process_kill", ("api-1",), items)
    fault.strike(site, items)
    good = stack.stack_json.read_text()
    stack.stack_json.write_text("{}")
    _disown(path)
    report = heal(path, budget_s=1.0)
    assert not report.ok
    assert "fault 01-process_kill is not healed" in report.problems[0]
    assert "does not describe a stack" in report.problems[0]
    assert not read_ledger(path).closed
    stack.stack_json.write_text(good)
    assert heal(path).ok
    assert len(stack.processes()) == 4


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read"), ("", "is empty"), ('{"entry": "struck"}\n', ":1 is no ledger entry")],
)
def test_what_is_no_ledger_is_refused(tmp_path: Path, content: str | None, said: str) -> None:
    path = tmp_path / "ledger.jsonl"
    if content is not None:
        path.write_text(content)
    with pytest.raises(LedgerError, match=said):
        heal(path)


def test_a_ledger_is_not_closed_over_a_stack_that_still_runs(tmp_path: Path, stack: "DummyStack") -> None:
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger.create(path, Site(str(tmp_path), str(stack.stack_json)))
    ledger.down("stack", tuple(stack.read()["down"]), is_stack=True)
    assert not ledger.closed("conductor")
    assert not read_ledger(path).closed
    _disown(path)
    assert heal(path).taken_down == ["stack"]
    assert stack.processes() == []
    assert read_ledger(path).closed


def test_a_ledger_is_not_closed_over_an_open_fault_nor_a_running_process(
    tmp_path: Path, stack: "DummyStack"
) -> None:
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger.create(path, Site(str(tmp_path), str(stack.stack_json)))
    ledger.intent("01-process_pause", "process_pause", ("api-1",), [])
    ledger.process("worker", ProcessId.of(stack.pid("api-2")))
    assert not ledger.closed("conductor")
    left = json.loads(path.read_text().splitlines()[-1])["left"]
    assert left == ["fault 01-process_pause is not healed", f"worker (pid {stack.pid('api-2')}) runs"]
    ledger.healed("01-process_pause", "test")
    ledger.ended(ProcessId.of(stack.pid("api-2")))
    assert ledger.closed("conductor")


def test_a_run_directory_is_not_used_twice(tmp_path: Path) -> None:
    Ledger.create(tmp_path / "ledger.jsonl", Site(str(tmp_path)))
    with pytest.raises(LedgerError, match="is the ledger of another run"):
        Ledger.create(tmp_path / "ledger.jsonl", Site(str(tmp_path)))


def _disown(path: Path) -> None:
    """Makes the ledger that of a dead conductor, instead of this test."""
    first, *rest = path.read_text().splitlines(keepends=True)
    table = json.loads(first)
    table["conductor"]["create_time"] -= 60
    path.write_text("".join([json.dumps(table) + "\n", *rest]))
