"""A dummy stack on a disk of its own, made and taken away as a rehearsal does it."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from chaos import Site
from chaos.disk import Disk, make_disk, plan_disk, read_disk_json, settle, write_disk_json
from chaos.disk_removal import remove_disk, what_is_left_of
from tests.chaos.conftest import DummyStack

SIZE_BYTES = 256 << 20


@dataclass(frozen=True)
class Housed:
    """A stack and the disk it has to itself."""

    site: Site
    stack: DummyStack
    disk_json: Path

    @property
    def disk(self) -> Disk:
        """As disk.json has it now."""
        return read_disk_json(self.disk_json)

    @property
    def mount(self) -> Path:
        """Where the disk is mounted."""
        return Path(self.disk.mount_point)


@contextlib.contextmanager
def own_disk(run_dir: Path, size_bytes: int = SIZE_BYTES) -> Iterator[tuple[Disk, Path]]:
    """A fresh disk and its disk.json; nothing of it is left afterwards."""
    disk, disk_json = plan_disk(run_dir, size_bytes), run_dir / "disk.json"
    write_disk_json(disk, disk_json)
    try:
        yield make_disk(disk, disk_json), disk_json
    finally:
        remove_disk(disk_json)
        assert not what_is_left_of(disk_json)


@contextlib.contextmanager
def housed(run_dir: Path) -> Iterator[Housed]:
    """A dummy stack that is up on a disk of its own, all of it on the disk."""
    with own_disk(run_dir) as (disk, disk_json):
        disk.home.mkdir()
        stack = DummyStack(disk.home)
        try:
            stack.up()
            settle(disk)
            site = Site(str(run_dir), str(stack.stack_json), disk_json=str(disk_json))
            yield Housed(site, stack, disk_json)
        finally:
            for process in stack.processes():
                process.kill()
            psutil.wait_procs(stack.processes(), timeout=3)
