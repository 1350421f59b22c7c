"""Takes a run's own disk away: unmounted, detached, its files deleted, whoever still holds it ended.

    python -m chaos.disk_removal RUN/disk.json

The stack's logs are kept, as RUN/stack/logs.

The command stands in the ledger before the disk is made, so it must work from any state in between, and
again after it has worked.
"""

import contextlib
import shutil
import sys
from pathlib import Path

from chaos import disk_command
from chaos.disk import Disk, DiskError, loop_device_of, read_disk_json, unmount
from chaos.disk_holders import holders
from chaos.process import end

_MODULE = "chaos.disk_removal"
_PATIENCE_S = 1.0


def removal_command(disk_json: Path) -> tuple[str, ...]:
    """The command above, for the ledger."""
    return disk_command.words(_MODULE, disk_json)


def remove_disk(disk_json: Path) -> None:
    """Leaves nothing of the disk but disk.json; harmless when nothing is left. Raises DiskError."""
    if not disk_json.exists():
        return
    disk = read_disk_json(disk_json)
    if disk.mounted:
        end(holders(disk), _PATIENCE_S)
        _keep_logs(disk, disk_json.with_name("stack"))
    unmount(disk)
    with contextlib.suppress(FileNotFoundError):
        Path(disk.mount_point).rmdir()
    Path(disk.image).unlink(missing_ok=True)


def what_is_left_of(disk_json: Path) -> list[str]:
    """Each a line for a person; empty when the disk is gone or was never made."""
    try:
        disk = read_disk_json(disk_json)
    except DiskError:
        return []
    left = [f"{disk.mount_point} is mounted"] if disk.mounted else []
    device = loop_device_of(disk.image)
    left += [f"{device} is attached"] if device else []
    return left + [f"{path} exists" for path in (disk.mount_point, disk.image) if Path(path).exists()]


def _keep_logs(disk: Disk, folder: Path) -> None:
    """As far as they can be read: a disk that was cut off no longer gives them."""
    with contextlib.suppress(OSError):
        shutil.copytree(disk.home / "logs", folder / "logs", dirs_exist_ok=True)


if __name__ == "__main__":
    sys.exit(disk_command.main(_MODULE, __doc__, remove_disk))
