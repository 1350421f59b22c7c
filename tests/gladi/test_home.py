"""Where the stack of a run lies: on a disk of its own only if the plan needs one and it can be made."""

import json
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from chaos import FaultEvent, Ledger, Site, heal, read_ledger
from chaos.disk import read_disk, why_no_disk, write_disk_json
from chaos.disk_removal import what_is_left_of
from gladi.failures import CannotRunError
from gladi.home import choose_home, make_home, settle_home

NO_DISK = why_no_disk()
needs_disk = pytest.mark.skipif(bool(NO_DISK), reason=NO_DISK)


def event(fault: str) -> FaultEvent:
    return FaultEvent(f"01-{fault}", fault, ("disk",), 1.0, 2.0, {}, 20.0)


def site_of(run_dir: Path) -> tuple[Site, Path]:
    """A site as a rehearsal with a power cut has it, and the stack's folder."""
    home, disk_json = choose_home(run_dir, [event("process_kill"), event("power_cut")], 1 << 20)
    assert disk_json == run_dir / "disk.json"
    return Site(str(run_dir), str(home / "stack.json"), disk_json=str(disk_json)), home


def test_without_faults_of_the_disk_the_stack_lies_in_the_run_directory(tmp_path: Path) -> None:
    assert choose_home(tmp_path, [event("process_kill")], 0) == (tmp_path / "stack", None)
    assert list(tmp_path.iterdir()) == []


def test_where_no_disk_can_be_made_the_stack_lies_in_the_run_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chaos.disk.os.geteuid", lambda: 1000)
    assert choose_home(tmp_path, [event("power_cut")], 0) == (tmp_path / "stack", None)


@needs_disk
def test_the_disk_is_on_record_before_it_is_made_and_gone_with_the_run(tmp_path: Path) -> None:
    site, home = site_of(tmp_path)
    ledger = Ledger.create(tmp_path / "ledger.jsonl", site)
    with ExitStack() as held:
        make_home(site, ledger, held)
        assert [down.name for down in read_ledger(ledger.path).downs] == ["disk"]
        home.mkdir()
        (home / "secrets.json").write_text('{"admin_token": "t"}')
        (home / "logs").mkdir()
        (home / "logs" / "api-1.log").write_text("said")
        secrets = settle_home(site, home, ledger)
        assert [down.name for down in read_ledger(ledger.path).downs] == ["disk", "disk-return"]
        assert secrets == tmp_path / "stack" / "secrets.json", "readable while the disk is away"
        assert json.loads(secrets.read_text()) == {"admin_token": "t"}
        assert secrets.stat().st_mode & 0o777 == 0o600
        assert home.stat().st_dev != tmp_path.stat().st_dev
        assert not ledger.closed("test"), "a disk that is left keeps the ledger open"
    assert what_is_left_of(tmp_path / "disk.json") == []
    assert (tmp_path / "stack" / "logs" / "api-1.log").read_text() == "said"
    assert ledger.closed("test")


@needs_disk
def test_gladi_heal_takes_away_the_disk_of_a_run_that_died(tmp_path: Path) -> None:
    site, home = site_of(tmp_path)
    ledger = Ledger.create(tmp_path / "ledger.jsonl", site)
    make_home(site, ledger, ExitStack())
    home.mkdir()
    (home / "secrets.json").write_text("{}")
    settle_home(site, home, ledger)
    lines = ledger.path.read_text().splitlines()
    opened = json.loads(lines[0])
    opened["conductor"]["create_time"] -= 3600  # another process that had our pid
    ledger.path.write_text("\n".join([json.dumps(opened), *lines[1:]]) + "\n")
    report = heal(ledger.path)
    assert report.problems == []
    assert report.taken_down == ["disk-return", "disk"]
    assert what_is_left_of(tmp_path / "disk.json") == []


@needs_disk
def test_a_disk_that_cannot_be_made_is_said_and_nothing_is_left(tmp_path: Path) -> None:
    site, _ = site_of(tmp_path)
    write_disk_json(replace(read_disk(site), size_bytes=1 << 62), tmp_path / "disk.json")
    with ExitStack() as held, pytest.raises(CannotRunError, match="own disk cannot be made"):
        make_home(site, Ledger.create(tmp_path / "ledger.jsonl", site), held)
    assert what_is_left_of(tmp_path / "disk.json") == []
