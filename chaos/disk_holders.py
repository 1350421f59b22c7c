"""Who keeps a disk from being unmounted."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import psutil

from chaos.disk import Disk
from chaos.process import ProcessId


def holders(disk: Disk) -> list[ProcessId]:
    """Processes that work in the disk or have a file of it open or mapped, us and our parents excepted."""
    spared = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    found = []
    for process in psutil.process_iter():
        if process.pid not in spared and any(_inside(path, disk) for path in _held_by(process.pid)):
            with contextlib.suppress(psutil.NoSuchProcess):
                found.append(ProcessId.of(process.pid))
    return found


def _held_by(pid: int) -> Iterator[str]:
    folder = Path("/proc") / str(pid)
    with contextlib.suppress(OSError):
        yield str((folder / "cwd").readlink())
    with contextlib.suppress(OSError):
        for link in (folder / "fd").iterdir():
            with contextlib.suppress(OSError):
                yield str(link.readlink())
    with contextlib.suppress(OSError):
        for line in (folder / "maps").read_text(encoding="utf-8", errors="replace").splitlines():
            yield line.partition("/")[1] + line.partition("/")[2]


def _inside(path: str, disk: Disk) -> bool:
    return path == disk.mount_point or path.startswith(f"{disk.mount_point}/")
