"""Each fault: what it does to a real stack, and that healing takes all of it away."""

import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from chaos import FaultError, Network, ProcessId, Site, Toxiproxy, availability, registered
from chaos.stack import ready

if TYPE_CHECKING:
    from tests.chaos.conftest import DummyStack


def test_a_killed_store_is_dead_with_its_children_and_healing_makes_the_stack_ready(
    site: Site, stack: "DummyStack"
) -> None:
    fault = registered()["process_kill"]
    before = {process.pid for process in stack.processes()}
    assert len(before) == 4, "two workers, a store and its child"
    items = fault.aim(site, ("api-1", "postgres"), fault.settings())
    assert [item["component"] for item in items] == ["postgres", "api-1"], "the store starts first"

    detail = fault.strike(site, items)

    assert {process.pid for process in stack.processes()} == {stack.pid("api-2")}
    assert set(detail["killed_pids"]) == before - {stack.pid("api-2")}
    assert not ready(stack.url)
    assert not fault.healed(site, items).holds

    fault.heal(site, items, budget_s=10)

    assert fault.healed(site, items).holds
    assert len(stack.processes()) == 4
    fault.heal(site, items, budget_s=10)
    assert len(stack.processes()) == 4, "healing twice starts nothing twice"


def test_a_component_that_does_not_start_is_an_error_that_says_so(site: Site, stack: "DummyStack") -> None:
    fault = registered()["process_kill"]
    both = fault.aim(site, ("postgres", "api-1"), fault.settings())
    fault.strike(site, both)
    with pytest.raises(FaultError, match="api-1 does not serve"):
        fault.heal(site, [item for item in both if item["component"] == "api-1"], budget_s=10)
    assert "readyz" in fault.healed(site, [both[1]]).why


def test_a_paused_store_stands_still_with_its_children_and_goes_on(site: Site, stack: "DummyStack") -> None:
    fault = registered()["process_pause"]
    items = fault.aim(site, ("postgres",), fault.settings())
    detail = fault.strike(site, items)
    assert len(detail["stopped_pids"]) == 2
    assert {psutil.Process(pid).status() for pid in detail["stopped_pids"]} == {psutil.STATUS_STOPPED}
    assert not ready(stack.url)
    assert not fault.healed(site, items).holds
    fault.heal(site, items, budget_s=5)
    assert fault.healed(site, items).holds
    assert ready(stack.url)


def test_children_of_a_paused_parent_that_died_are_still_released(site: Site, stack: "DummyStack") -> None:
    fault = registered()["process_pause"]
    items = fault.aim(site, ("postgres",), fault.settings())
    fault.strike(site, items)
    child = items[0]["children"][0]["pid"]
    psutil.Process(stack.pid("postgres")).kill()
    time.sleep(0.05)
    assert psutil.Process(child).status() == psutil.STATUS_STOPPED
    fault.heal(site, items, budget_s=5)
    assert fault.healed(site, items).holds
    assert psutil.Process(child).status() != psutil.STATUS_STOPPED


def test_a_dark_area_refuses_on_every_link_and_its_neighbour_does_not_notice(
    site: Site, stack: "DummyStack", toxiproxy: Toxiproxy
) -> None:
    network = Network(toxiproxy, stack.url.removeprefix("http://"))
    addresses = network.open(["170801", "170802"], ["4g", "3g"])
    assert set(addresses) == {(area, link) for area in ("170801", "170802") for link in ("4g", "3g")}
    fault = registered()["area_dark"]
    items = fault.aim(site, ("170802",), fault.settings())

    fault.strike(site, items)

    for (area, _), (host, port) in addresses.items():
        assert ready(f"http://{host}:{port}") == (area == "170801")
    proof = fault.healed(site, items)
    assert not proof.holds
    assert "170802-3g (refused)" in proof.why

    fault.heal(site, items, budget_s=5)

    assert fault.healed(site, items).holds
    assert all(ready(f"http://{host}:{port}") for host, port in addresses.values())


def test_a_signal_never_reaches_a_process_that_only_has_the_same_pid(stack: "DummyStack") -> None:
    pid = stack.pid("api-1")
    earlier = ProcessId(pid, psutil.Process(pid).create_time() - 60)
    assert not earlier.alive
    assert earlier.tree() == ()
    assert not earlier.send(signal.SIGKILL)
    assert psutil.Process(pid).is_running()
    assert ProcessId.of(pid).send(signal.SIGKILL)


def test_a_kill_aimed_with_an_old_birth_hurts_nobody(site: Site, stack: "DummyStack") -> None:
    fault = registered()["process_kill"]
    items = [
        {**item, "create_time": item["create_time"] - 60}
        for item in fault.aim(site, ("api-1",), fault.settings())
    ]
    assert fault.strike(site, items)["dead_before"] == ["api-1"]
    assert len(stack.processes()) == 4


def test_availability_tells_what_the_site_lacks(site: Site, tmp_path: Path) -> None:
    here = availability(site)
    names = ("area_dark", "link_latency", "process_kill", "process_pause")
    for name in names:
        assert here[name].state == "available", here[name].why
    bare = availability(Site(str(tmp_path)))
    assert {bare[name].state for name in names} == {"unavailable"}
    assert "no toxiproxy" in bare["area_dark"].why
    gone = availability(Site(str(tmp_path), str(tmp_path / "none.json"), "http://127.0.0.1:1"))
    assert "cannot be read" in gone["process_kill"].why
    assert "no toxiproxy-server answers at http://127.0.0.1:1" in gone["area_dark"].why


def test_an_unknown_component_is_named_with_those_there_are(site: Site) -> None:
    with pytest.raises(FaultError, match='no component "redis"; it has: postgres, api-1, api-2'):
        fault = registered()["process_kill"]
        fault.aim(site, ("redis",), fault.settings())
