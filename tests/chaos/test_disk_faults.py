"""Faults of the disk and of the power: what each takes away, and that healing leaves nothing of it."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chaos import Fault, FaultError, Ground, Ledger, ProcessId, Site, read_ledger, registered
from chaos.components import OF_COMPONENTS
from chaos.control_groups import hierarchy
from chaos.disk import (
    DiskError,
    cut_off,
    device_number,
    disk_availability,
    loop_device_of,
    plan_disk,
    power_on,
    read_disk_json,
    unmount,
    why_no_disk,
    write_disk_json,
)
from chaos.disk_removal import remove_disk, what_is_left_of
from chaos.process import end, wait_gone
from chaos.stack import read_stack, ready
from tests.chaos.own_disk import Housed, housed, own_disk

PROJECT = Path(__file__).parents[2]
NO_DISK = why_no_disk()
needs_disk = pytest.mark.skipif(bool(NO_DISK), reason=NO_DISK)
PHOTO = os.urandom(30_000)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Housed]:
    """A stack on a disk of its own."""
    with housed(tmp_path) as fresh:
        yield fresh


def struck(name: str, site: Site, **settings: Any) -> tuple[Fault, list[dict[str, Any]], dict[str, Any]]:
    """The fault, aimed and struck, with what it told."""
    fault = registered()[name]
    assert fault.availability(site).state == "available"
    items = fault.aim(site, ("disk",), fault.settings(**settings))
    return fault, items, fault.strike(site, items)


def heal(fault: Fault, site: Site, items: list[dict[str, Any]]) -> None:
    """Heals twice, for healing must be harmless when it is done, and sees the proof."""
    assert not fault.healed(site, items).holds
    for _ in range(2):
        fault.heal(site, items, budget_s=20)
        assert proved(fault, site, items)


def proved(fault: Fault, site: Site, items: list[dict[str, Any]]) -> bool:
    """Whether healing is proved within some seconds, as the runner asks for it."""
    until_s = time.monotonic() + 5.0
    while not fault.healed(site, items).holds:
        if time.monotonic() > until_s:
            return False
        time.sleep(0.05)
    return True


def store(folder: Path, name: str, *, durable: bool) -> None:
    """A photo as a careful stack stores it (tmp, fsync, rename, fsync of the folder), or a careless one."""
    draft = folder / f"{name}.tmp"
    with draft.open("wb") as file:
        file.write(PHOTO)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    draft.rename(folder / name)
    if durable:
        place = os.open(folder, os.O_RDONLY)
        os.fsync(place)
        os.close(place)


# --- power cut


@needs_disk
def test_after_a_power_cut_what_was_fsynced_is_there_and_the_rest_is_gone(house: Housed) -> None:
    for number in range(100):
        store(house.mount, f"durable-{number}.jpg", durable=True)
    for number in range(100):
        store(house.mount, f"careless-{number}.jpg", durable=False)
    assert len(list(house.mount.glob("*.jpg"))) == 200, "before the cut nobody can tell them apart"
    pids = {process.pid for process in house.stack.processes()}
    url = house.stack.url

    fault, items, told = struck("power_cut", house.site)

    assert set(told["killed_pids"]) == pids
    assert fault.felt(house.site, items).holds
    assert not house.disk.mounted
    assert loop_device_of(house.disk.image) is None
    assert not ready(url)
    heal(fault, house.site, items)
    whole = [path.name for path in house.mount.glob("*.jpg") if path.read_bytes() == PHOTO]
    assert sorted(whole) == sorted(f"durable-{number}.jpg" for number in range(100))
    assert len(house.stack.processes()) == 4
    assert ready(house.stack.url)


@needs_disk
@pytest.mark.parametrize("how_far", ["halted", "cut off"])
def test_a_power_cut_that_was_broken_off_is_healed_from_its_items_alone(house: Housed, how_far: str) -> None:
    fault = registered()["power_cut"]
    items = fault.aim(house.site, ("disk",), fault.settings())
    for one in read_stack(house.site).components:
        one.process.send(signal.SIGSTOP)
    if how_far == "cut off":
        cut_off(house.disk)
    heal(fault, house.site, items)
    assert house.disk.mounted
    assert len(house.stack.processes()) == 4


@needs_disk
def test_while_the_power_is_off_it_cannot_be_cut_and_no_ballast_fills_the_machine(house: Housed) -> None:
    full = registered()["disk_full"]
    ballast = full.aim(house.site, ("disk",), full.settings())
    fault, items, _ = struck("power_cut", house.site)
    with pytest.raises(FaultError, match="the power is off already"):
        fault.aim(house.site, ("disk",), fault.settings())
    with pytest.raises(FaultError, match="would fill the machine's own"):
        full.strike(house.site, ballast)
    with pytest.raises(FaultError, match="not mounted"):
        full.heal(house.site, ballast, budget_s=1)
    assert list(house.mount.iterdir()) == []
    fault.heal(house.site, items, budget_s=20)


# --- full, slow, read-only


@needs_disk
@pytest.mark.parametrize("left_bytes", [0, 8 << 20])
def test_a_full_disk_takes_no_more_than_is_left_until_the_ballast_goes(
    house: Housed, left_bytes: int
) -> None:
    before = os.statvfs(house.mount).f_bavail
    fault, items, told = struck("disk_full", house.site, left_bytes=left_bytes)
    assert fault.felt(house.site, items).holds
    assert told["free_bytes"] <= left_bytes
    assert told["ballast_bytes"] > 100 << 20
    assert Path(house.disk.image).stat().st_blocks * 512 < 64 << 20, "the ballast takes no room outside"
    if left_bytes:
        (house.mount / "photo").write_bytes(PHOTO)
    with pytest.raises(OSError, match="No space left") as refused, (house.mount / "large").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, left_bytes + (1 << 20))
    assert refused.value.errno == errno.ENOSPC
    (house.mount / "large").unlink()
    (house.mount / "photo").unlink(missing_ok=True)
    heal(fault, house.site, items)
    assert os.statvfs(house.mount).f_bavail == before
    assert not fault.felt(house.site, items).holds


@needs_disk
def test_healing_a_full_disk_starts_who_died_of_it_but_nobody_whom_another_fault_keeps_dead(
    house: Housed,
) -> None:
    ledger = Ledger.create(Path(house.site.run_dir) / "ledger.jsonl", house.site)
    full, items, _ = struck("disk_full", house.site)
    kill = registered()["process_kill"]
    held = kill.aim(house.site, ("api-1",), kill.settings())
    ledger.intent("02-process_kill", "process_kill", ("api-1",), held)
    kill.strike(house.site, held)
    victim = ProcessId.of(house.stack.pid("api-2"))
    victim.send(signal.SIGKILL)  # as if it could not bear that it cannot write
    assert not wait_gone([victim], 2)

    full.heal(house.site, items, budget_s=20)

    alive = {one.name for one in read_stack(house.site).components if one.process.alive}
    assert alive == {"postgres", "api-2"}
    assert proved(full, house.site, items)
    ledger.healed("02-process_kill", by="test")
    assert not full.healed(house.site, items).holds, "nobody holds api-1 down any more"


@needs_disk
def test_a_slow_disk_lets_few_writes_through_and_no_rule_is_left(house: Housed) -> None:
    fault = registered()["disk_slow"]
    found = fault.availability(house.site)
    if found.state == "unavailable":
        pytest.skip(found.why)
    fault, items, _ = struck("disk_slow", house.site, writes_per_s=20)
    felt = fault.felt(house.site, items)
    assert felt.holds, felt.why
    rules = hierarchy("blkio").top / "blkio.throttle.write_iops_device"
    assert f"{device_number(house.disk)} 20" in rules.read_text().splitlines()
    heal(fault, house.site, items)
    assert not any(
        line.startswith(f"{device_number(house.disk)} ") for line in rules.read_text().splitlines()
    )
    assert not fault.felt(house.site, items).holds


@needs_disk
def test_a_read_only_disk_still_reads_and_healing_mounts_it_anew_with_all_that_was_fsynced(
    house: Housed,
) -> None:
    store(house.mount, "before.jpg", durable=True)
    held_open = (house.mount / "log").open("w")  # an orderly remount would be refused
    with held_open:
        fault, items, _ = struck("disk_read_only", house.site)
        assert "Read-only" in fault.felt(house.site, items).why
        assert (house.mount / "before.jpg").read_bytes() == PHOTO
        with pytest.raises(OSError, match="Read-only"):
            (house.mount / "after.jpg").write_bytes(PHOTO)
    heal(fault, house.site, items)
    assert (house.mount / "before.jpg").read_bytes() == PHOTO
    (house.mount / "after.jpg").write_bytes(PHOTO)
    assert len(house.stack.processes()) == 4


# --- the disk itself


@needs_disk
def test_what_e2fsck_leaves_to_a_person_is_put_right_as_that_person_would(tmp_path: Path) -> None:
    with own_disk(tmp_path) as (disk, disk_json):
        store(Path(disk.mount_point), "before.jpg", durable=True)
        store(Path(disk.mount_point), "hurt.jpg", durable=True)
        unmount(disk)
        damage = ("debugfs", "-w", "-R", "sif /hurt.jpg mode 0", disk.image)
        subprocess.run(damage, check=True, capture_output=True)
        unclean = ("debugfs", "-w", "-R", "ssv state 2", disk.image)
        subprocess.run(unclean, check=True, capture_output=True)
        twin = tmp_path / "twin.img"
        subprocess.run(("cp", "--sparse=always", disk.image, twin), check=True)
        cautious = subprocess.run(("e2fsck", "-p", twin), capture_output=True, check=False)
        assert cautious.returncode == 4, "else this test proves nothing"
        power_on(disk, disk_json, repair=True)
        assert disk.mounted
        assert (Path(disk.mount_point) / "before.jpg").read_bytes() == PHOTO


@needs_disk
def test_every_user_may_pass_to_the_stack_on_its_disk(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with own_disk(tmp_path) as (disk, _):
        disk.home.mkdir()
        done = subprocess.run(
            ["stat", disk.home], user="nobody", group="nogroup", extra_groups=[], check=False
        )
        assert done.returncode == 0
        assert disk.home.stat().st_dev != tmp_path.stat().st_dev


@needs_disk
@pytest.mark.parametrize("state", ["planned", "imaged", "mounted", "unmounted", "cut off", "held"])
def test_from_every_state_its_removal_leaves_nothing(tmp_path: Path, state: str) -> None:
    disk_json = tmp_path / "disk.json"
    if state in ("planned", "imaged"):
        disk = plan_disk(tmp_path)
        write_disk_json(disk, disk_json)
        if state == "imaged":
            Path(disk.image).touch()
            Path(disk.mount_point).mkdir()
        remove_disk(disk_json)
    else:
        with own_disk(tmp_path) as (disk, _):
            (disk.home / "logs").mkdir(parents=True)
            (disk.home / "logs" / "api-1.log").write_text("said")
            holder = None
            if state == "unmounted":
                subprocess.run(["umount", disk.mount_point], check=True)
            elif state == "cut off":
                cut_off(disk)
            elif state == "held":
                holder = subprocess.Popen(["sleep", "60"], cwd=disk.home, start_new_session=True)
            remove_disk(disk_json)
            if holder is not None:
                assert holder.wait(1) == -signal.SIGTERM
                assert (tmp_path / "stack" / "logs" / "api-1.log").read_text() == "said"
    assert what_is_left_of(disk_json) == []
    remove_disk(disk_json)


@needs_disk
@pytest.mark.parametrize("moment", ["in the dark", pytest.param("while it restarts", marks=pytest.mark.slow)])
def test_a_conductor_killed_in_a_power_cut_leaves_no_mount_no_device_and_no_file(
    house: Housed, tmp_path: Path, moment: str
) -> None:
    run_dir = tmp_path / "run"
    run_dir.mkdir()
    words = ["power_cut:disk", "--own-stack", f"--disk={house.disk_json}"]
    if moment == "while it restarts":
        words.append("--heal-soon")
    conductor = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.conductor", str(run_dir), str(house.stack.folder), *words],
        cwd=PROJECT, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    theirs: list[ProcessId] = []
    try:
        assert conductor.stdout is not None
        word, *pids = conductor.stdout.readline().split()
        assert word == "struck"
        theirs = [ProcessId.of(int(pid)) for pid in pids]
        if moment == "while it restarts":
            while '"healing"' not in (run_dir / "faults.jsonl").read_text():
                time.sleep(0.01)
        else:
            assert what_is_left_of(house.disk_json), "the image is there, the disk is off"
            assert not house.disk.mounted
        conductor.kill()
        conductor.wait()
        assert not wait_gone(theirs, 15), (run_dir / "reaper.log").read_text()
    finally:
        conductor.kill()
        end(theirs, patience_s=0.1)
    assert what_is_left_of(house.disk_json) == [], (run_dir / "reaper.log").read_text()
    assert read_ledger(run_dir / "ledger.jsonl").closed
    assert house.stack.processes() == []
    said = (run_dir / "logs" / "down-stack.log").read_text()
    assert "Traceback" not in said, "the stack's own command found its stack again, and cleared away itself"


# --- bad input


def test_without_root_it_says_so_and_nothing_is_struck(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chaos.disk.os.geteuid", lambda: 1000)
    site = Site(str(tmp_path), str(tmp_path / "stack.json"))
    for name in ("power_cut", "disk_full", "disk_slow", "disk_read_only"):
        found = registered()[name].availability(site)
        assert found.state == "unavailable"
        assert "only root may mount" in found.why
        assert registered()[name].own_disk


def test_without_loop_devices_or_programs_it_names_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("chaos.disk.os.geteuid", lambda: 0)
    monkeypatch.setattr("chaos.disk._may_mount", lambda: False)
    assert "CAP_SYS_ADMIN" in why_no_disk()
    monkeypatch.setattr("chaos.disk._may_mount", lambda: True)
    monkeypatch.setattr("chaos.disk._program", lambda name: None if name == "mkfs.ext4" else name)
    assert "mkfs.ext4 missing; on Debian: apt-get install e2fsprogs" in why_no_disk()
    elsewhere = disk_availability(Site(str(tmp_path)))
    assert (elsewhere.state, elsewhere.why) == (
        "unavailable",
        "the stack is not on this machine, nor is its disk",
    )


def test_a_run_without_a_disk_of_its_own_refuses_to_aim(tmp_path: Path) -> None:
    for name in ("power_cut", "disk_full", "disk_read_only"):
        fault = registered()[name]
        with pytest.raises(FaultError, match="no filesystem of its own"):
            fault.aim(Site(str(tmp_path), str(tmp_path / "stack.json")), ("disk",), fault.settings())


def test_a_damaged_disk_json_is_named(tmp_path: Path) -> None:
    disk_json = tmp_path / "disk.json"
    disk_json.write_text("{}")
    with pytest.raises(DiskError, match=r"disk\.json does not describe a disk"):
        read_disk_json(disk_json)


def test_what_the_targets_stand_for_decides_what_a_power_cut_excludes() -> None:
    ground = Ground(("postgres", "api-1"), {})
    faults = registered()
    assert faults["power_cut"].targets(ground) == {"server": ("disk", "postgres", "api-1")}
    assert faults["disk_full"].targets(ground) == {"disk": ("disk",)}
    for name in (*OF_COMPONENTS, "disk_full", "disk_read_only"):
        assert name in faults, "an excluded fault that nobody registers excludes nothing"
        assert name in faults["power_cut"].excludes
