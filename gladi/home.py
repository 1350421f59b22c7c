"""Where the reference stack of a run lies: in the run directory, or on a disk of its own.

A fault of the disk or of the power needs the second (see `chaos.disk`). Where this machine cannot give it,
the stack lies in the run directory all the same, and those faults are unavailable.
"""

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from chaos import FaultEvent, Ledger, Site, registered
from chaos.disk import (
    DEFAULT_SIZE_BYTES,
    DiskError,
    make_disk,
    plan_disk,
    read_disk,
    settle,
    why_no_disk,
    write_disk_json,
)
from chaos.disk_removal import removal_command, remove_disk
from chaos.disk_return import return_command
from gladi.failures import CannotRunError

_STACK = "stack"


def choose_home(run_dir: Path, plan: Iterable[FaultEvent], stored_bytes: int) -> tuple[Path, Path | None]:
    """The stack's folder, and the disk.json of its own disk if this plan needs one; makes neither.

    `stored_bytes` is what the stack will have to store, beyond its database.
    """
    needed = any(registered()[event.fault].own_disk for event in plan)
    if not needed or why_no_disk():
        return run_dir / _STACK, None
    disk, disk_json = plan_disk(run_dir, DEFAULT_SIZE_BYTES + stored_bytes), run_dir / "disk.json"
    write_disk_json(disk, disk_json)
    return disk.home, disk_json


def make_home(site: Site, ledger: Ledger, held: ExitStack) -> None:
    """The stack's own disk, if it is to have one; its removal is on record first. Raises CannotRunError."""
    if site.disk_json is None:
        return
    disk_json = Path(site.disk_json)
    ledger.down("disk", removal_command(disk_json))
    held.callback(remove_disk, disk_json)
    try:
        make_disk(read_disk(site), disk_json)
    except DiskError as error:
        raise CannotRunError(str(error)) from error


def settle_home(site: Site, home: Path, ledger: Ledger) -> Path:
    """What was installed is on the disk before the run begins, and its return is on record before any fault.

    Returns the path of the stack's secrets: with a disk of its own a copy in the run directory, which can be
    read while the disk is away. Raises CannotRunError.
    """
    secrets = home / "secrets.json"
    if site.disk_json is None:
        return secrets
    kept = Path(site.run_dir) / _STACK / secrets.name
    try:
        settle(read_disk(site))
        ledger.down("disk-return", return_command(Path(site.disk_json)))
        kept.parent.mkdir(exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.read_text())
    except (DiskError, OSError) as error:
        raise CannotRunError(f"the stack's own disk: {error}") from error
    return kept
