"""Puts a run's own disk back after a death in the middle of a power cut, so that the stack on it is found.

    python -m chaos.disk_return RUN/disk.json

Only then can the stack's own command take it down and clear away what it keeps elsewhere. The command stands
in the ledger behind the stack's, so it is run before it. Whoever still holds a disk that was cut off or has
become read-only is ended: such a disk serves nobody.
"""

import sys
from pathlib import Path

from chaos import disk_command
from chaos.disk import power_on, read_disk_json, unmount
from chaos.disk_holders import holders
from chaos.process import end

_MODULE = "chaos.disk_return"
_PATIENCE_S = 0.3


def return_command(disk_json: Path) -> tuple[str, ...]:
    """The command above, for the ledger."""
    return disk_command.words(_MODULE, disk_json)


def return_disk(disk_json: Path) -> None:
    """Mounted and taking writes, unless it is gone for good; harmless when it is. Raises DiskError."""
    disk = read_disk_json(disk_json)
    if not Path(disk.image).exists():
        return
    if disk.mounted and disk.refusal():
        end(holders(disk), _PATIENCE_S)
        unmount(disk)
    power_on(disk, disk_json, repair=True)


if __name__ == "__main__":
    sys.exit(disk_command.main(_MODULE, __doc__, return_disk))
