"""The runner: on time, overlaps composed, every healing proved, nothing ever raised into the run."""

import json
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from chaos import (
    FaultEvent,
    FaultRunner,
    Ledger,
    Network,
    ProcessId,
    Site,
    Toxiproxy,
    ToxiproxyServer,
    read_ledger,
)
from chaos.stack import ready

if TYPE_CHECKING:
    from tests.chaos.conftest import DummyStack


class Run:
    """A runner on a clock that begins now."""

    def __init__(self, site: Site, *plan: FaultEvent, folder: Path | None = None) -> None:
        place = folder or Path(site.run_dir)
        began = time.monotonic()
        self.now: Callable[[], float] = lambda: time.monotonic() - began
        self.path = place / "faults.jsonl"
        self.ledger = Ledger.create(Path(site.run_dir) / "ledger.jsonl", site)
        self.runner = FaultRunner(plan, site, self.ledger, self.now, self.path)
        self.runner.start()

    def until(self, fault_id: str, name: str, within_s: float = 8.0) -> None:
        """Waits for an event on record; the machine may be busy, so no test counts on moments."""
        deadline = time.monotonic() + within_s
        while all(event != name for event, _, _ in self.events(fault_id)):
            assert time.monotonic() < deadline, f"{fault_id} not {name}: {self.events(fault_id)}"
            time.sleep(0.01)

    def events(self, fault_id: str) -> list[tuple[str, float, dict[str, Any]]]:
        lines = [json.loads(line) for line in self.path.read_text().splitlines()]
        return [(one["event"], one["at_s"], one["detail"]) for one in lines if one["id"] == fault_id]


def event(
    number: int, fault: str, target: str, strike_s: float, heal_s: float, deadline_s: float = 15
) -> FaultEvent:
    return FaultEvent(f"{number:02d}-{fault}", fault, (target,), strike_s, heal_s, {}, deadline_s)


def test_a_fault_is_struck_and_healed_on_time_and_put_on_record(site: Site, stack: "DummyStack") -> None:
    run = Run(site, event(1, "process_pause", "postgres", 0.4, 1.4))
    run.until("01-process_pause", "struck")
    assert not ready(stack.url)
    assert list(run.runner.in_force) == ["01-process_pause"]
    assert run.runner.wait(5)
    assert ready(stack.url)
    planned, struck, felt, healing, healed = run.events("01-process_pause")
    assert planned[0] == "planned"
    assert planned[2] == {"strike_s": 0.4, "heal_s": 1.4, "settings": {}}
    assert struck[0] == "struck"
    assert 0.4 <= struck[1] < 0.9
    assert felt[0] == "felt"
    assert struck[1] <= felt[1] < healing[1]
    assert healing[0] == "healing"
    assert 1.4 <= healing[1] < 1.9
    assert healed[0] == "healed"
    assert healing[1] <= healed[2]["undone_at_s"] <= healed[1]
    assert run.runner.failures == ()
    assert not run.runner.in_force
    line = json.loads(run.path.read_text().splitlines()[0])
    assert list(line) == ["id", "name", "target", "event", "at_s", "detail"]
    assert (line["name"], line["target"]) == ("process_pause", ["postgres"])


def test_the_intent_is_on_disk_before_anything_is_hurt(
    site: Site, stack: "DummyStack", monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    send = ProcessId.send

    def watched(self: ProcessId, number: signal.Signals) -> bool:
        if number == signal.SIGSTOP:
            seen.append(list(read_ledger(Path(site.run_dir) / "ledger.jsonl").open_faults))
        return send(self, number)

    monkeypatch.setattr(ProcessId, "send", watched)
    run = Run(site, event(1, "process_pause", "api-1", 0.1, 0.3))
    assert run.runner.wait(5)
    assert seen
    assert all(one == ["01-process_pause"] for one in seen)
    assert read_ledger(run.ledger.path).open_faults == {}


def test_of_two_overlapping_pauses_the_last_to_end_lets_go(site: Site, stack: "DummyStack") -> None:
    run = Run(
        site,
        event(1, "process_pause", "postgres", 0.1, 1.0),
        event(2, "process_pause", "postgres", 0.3, 60),
    )
    run.until("02-process_pause", "struck")
    run.until("01-process_pause", "healed")
    assert run.events("01-process_pause")[-1][0] == "healed"
    assert run.events("01-process_pause")[-2][2] == {"left_to": ["02-process_pause"]}
    assert psutil.Process(stack.pid("postgres")).status() == psutil.STATUS_STOPPED
    assert run.runner.heal_all(10) == ()
    assert psutil.Process(stack.pid("postgres")).status() != psutil.STATUS_STOPPED
    assert run.runner.failures == ()


def test_a_killed_component_stays_dead_until_the_last_of_its_faults_ends(
    site: Site, stack: "DummyStack"
) -> None:
    run = Run(
        site,
        event(1, "process_kill", "postgres", 0.1, 1.0),
        event(2, "process_kill", "postgres", 0.3, 60),
    )
    run.until("01-process_kill", "healed")
    assert len(stack.processes()) == 2, "both workers, no store"
    assert run.events("02-process_kill")[1][2]["dead_before"] == ["postgres"]
    assert run.runner.heal_all(15) == ()
    assert run.runner.failures == ()
    assert len(stack.processes()) == 4


def test_dark_areas_overlap_and_come_back_in_another_order(site: Site, stack: "DummyStack") -> None:
    assert site.toxiproxy_url is not None
    lines = Network(Toxiproxy(site.toxiproxy_url), stack.url.removeprefix("http://")).open(
        ["170801", "170802"], ["4g"]
    )
    urls = {area: f"http://{host}:{port}" for (area, _), (host, port) in lines.items()}
    run = Run(
        site,
        event(1, "area_dark", "170801", 0.1, 60),
        event(2, "area_dark", "170802", 0.2, 1.5),
    )
    run.until("01-area_dark", "struck")
    run.until("02-area_dark", "struck")
    assert [ready(url) for url in urls.values()] == [False, False]
    run.until("02-area_dark", "healed")
    assert [ready(url) for url in urls.values()] == [False, True]
    assert run.runner.heal_all(10) == ()
    assert [ready(url) for url in urls.values()] == [True, True]
    assert run.runner.failures == ()


def test_a_restart_waits_for_the_pause_that_stands_in_its_way(site: Site, stack: "DummyStack") -> None:
    """The worker cannot be ready while the store is paused; that is not a failure to heal."""
    run = Run(
        site,
        event(1, "process_kill", "api-1", 0.1, 0.6, deadline_s=1.0),
        event(2, "process_pause", "postgres", 0.2, 3.0),
    )
    assert run.runner.wait(15)
    assert run.runner.failures == ()
    assert run.events("01-process_kill")[-1][1] > 3.0
    assert ready(stack.url)


def test_heal_all_heals_at_once_and_strikes_nothing_more(site: Site, stack: "DummyStack") -> None:
    run = Run(
        site,
        event(1, "process_pause", "api-1", 0.1, 60),
        event(2, "process_kill", "postgres", 0.1, 60),
        event(3, "process_pause", "api-2", 30, 60),
    )
    run.until("01-process_pause", "struck")
    run.until("02-process_kill", "struck")
    assert set(run.runner.in_force) == {"01-process_pause", "02-process_kill"}
    assert run.runner.heal_all(10) == ()
    assert run.now() < 20
    assert ready(stack.url)
    assert run.events("03-process_pause")[-1][0] == "skipped"
    assert [(one.id, one.event) for one in run.runner.failures] == [("03-process_pause", "skipped")]


def test_what_cannot_be_struck_is_skipped_with_its_reason_and_the_rest_goes_on(
    site: Site, stack: "DummyStack", tmp_path: Path
) -> None:
    only_stack = Site(str(tmp_path), str(stack.stack_json))
    run = Run(
        only_stack,
        event(1, "area_dark", "170802", 0.05, 0.2),
        event(2, "process_kill", "redis", 0.1, 0.2),
        event(3, "proces_kill", "api-1", 0.1, 0.2),
        event(4, "process_pause", "api-1", 0.15, 0.3),
    )
    assert run.runner.wait(5)
    assert {one.id: (one.event, one.why) for one in run.runner.failures} == {
        "01-area_dark": (
            "skipped",
            "area_dark is unavailable: the run has no toxiproxy: every TPS is wired straight to the target",
        ),
        "02-process_kill": (
            "skipped",
            'the stack has no component "redis"; it has: postgres, api-1, api-2',
        ),
        "03-proces_kill": ("skipped", "proces_kill is unavailable: no such fault"),
    }
    assert run.events("04-process_pause")[-1][0] == "healed"


def test_a_healing_that_cannot_be_proved_is_a_failure_that_stays_open_until_it_can(
    site: Site, stack: "DummyStack"
) -> None:
    run = Run(site, event(1, "process_kill", "api-1", 0.1, 1.5, deadline_s=2.0))
    run.until("01-process_kill", "struck")
    whole = stack.stack_json.read_text()
    stack.stack_json.write_text("{}")
    assert run.runner.wait(10)
    assert run.events("01-process_kill")[-1][0] == "failed"
    assert "does not describe a stack" in run.runner.failures[0].why
    assert list(read_ledger(run.ledger.path).open_faults) == ["01-process_kill"]
    stack.stack_json.write_text(whole)
    assert run.runner.heal_all(10) == ()
    assert read_ledger(run.ledger.path).open_faults == {}
    assert len(stack.processes()) == 4


def test_a_full_disk_under_the_ledger_means_that_nothing_is_struck(
    site: Site, stack: "DummyStack", monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(site, event(1, "process_kill", "api-1", 0.3, 0.5))

    def full(fd: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("chaos.ledger.os.write", full)
    assert run.runner.wait(5)
    assert "cannot be written: No space left on device" in run.runner.failures[0].why
    assert run.events("01-process_kill")[-1][0] == "skipped"
    assert len(stack.processes()) == 4


def test_a_record_that_cannot_be_written_is_a_failure_and_faults_still_heal(
    site: Site, stack: "DummyStack", tmp_path: Path
) -> None:
    run = Run(site, event(1, "process_pause", "api-1", 0.1, 0.2), folder=tmp_path / "missing")
    assert run.runner.wait(5)
    assert any("faults.jsonl cannot be written" in one.why for one in run.runner.failures)
    assert psutil.Process(stack.pid("api-1")).status() != psutil.STATUS_STOPPED


def test_a_toxiproxy_that_dies_in_the_dark_is_a_failure_that_says_so(
    site: Site, stack: "DummyStack", toxiproxy_server: ToxiproxyServer
) -> None:
    Network(Toxiproxy(toxiproxy_server.url), stack.url.removeprefix("http://")).open(["170801"], ["4g"])
    run = Run(
        site,
        event(1, "area_dark", "170801", 0.1, 1.5, deadline_s=0.5),
        event(2, "area_dark", "170801", 1.4, 1.5),
    )
    run.until("01-area_dark", "struck")
    toxiproxy_server.stop()
    assert run.runner.wait(10)
    gone = f"no toxiproxy-server answers at {toxiproxy_server.url}"
    assert [(one.id, one.event) for one in sorted(run.runner.failures, key=lambda one: one.id)] == [
        ("01-area_dark", "failed"),
        ("02-area_dark", "skipped"),
    ]
    assert all(gone in one.why for one in run.runner.failures)
