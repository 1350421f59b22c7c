"""Control groups: a few processes with a limit of their own, set and lifted while they run.

The kernel shows each controller as a tree of folders. Version 1 has a tree for each controller, so a group
is made below the one that the process is in; version 2 has one tree, in which only the topmost group may hold
both processes and groups with limits (https://docs.kernel.org/admin-guide/cgroup-v2.html, "No Internal
Process Constraint"), so it is made there. A group whose processes have gone home is removed.
"""

import contextlib
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from chaos.fault import Availability, FaultError, Item
from chaos.process import ProcessId
from chaos.stack import Component

Controller = Literal["cpu", "memory", "blkio"]

_TRY_EVERY_S = 0.02


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """The tree that carries a controller, and which version's words its files understand."""

    controller: Controller
    version: Literal[1, 2]
    top: Path

    def home_of(self, pid: int) -> Path:
        """The group that a process is in; the topmost when it cannot be told, as in a container."""
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/cgroup").read_text(encoding="utf-8").splitlines():
                _, controllers, path = line.split(":", 2)
                mine = self.controller in controllers.split(",") if self.version == 1 else not controllers
                home = self.top / path.lstrip("/")
                if mine and home.is_dir():
                    return home
        return self.top

    def place_for(self, pid: int) -> Path:
        """Below which group one for this process may be made."""
        return self.home_of(pid) if self.version == 1 else self.top


def hierarchy(controller: Controller) -> Hierarchy:
    """The tree of a controller on this machine; raises FaultError when there is none."""
    for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines():
        _, folder, kind, options, *_ = line.split()
        top = Path(folder)
        if kind == "cgroup" and controller in options.split(","):
            return Hierarchy(controller, 1, top)
        if kind == "cgroup2" and controller in _words(top / "cgroup.controllers"):
            return Hierarchy(controller, 2, top)
    raise FaultError(f"the kernel offers no {controller} controller: no control groups are mounted here")


def group_availability(controller: Controller, instead: str) -> Availability:
    """Whether we may make groups of this controller; `instead` is what can be done without."""
    try:
        place = hierarchy(controller).place_for(os.getpid())
    except FaultError as error:
        return Availability("unavailable", f"{error}; without it: {instead}")
    if not os.access(place, os.W_OK):
        return Availability(
            "unavailable",
            f"needs root, or write permission to the {controller} control groups; without it: {instead}",
        )
    return Availability("available")


def group_item(controller: Controller, component: Component) -> Item:
    """What must be known to undo: the group that will be made for a component, and where it came from."""
    tree = hierarchy(controller)
    pid = component.process.pid
    return {
        "key": f"{controller}:{component.name}:{pid}",
        "component": component.name,
        **component.process.to_json(),
        "group": str(tree.place_for(pid) / f"gladi-{controller}-{component.name}-{pid}"),
        "home": str(tree.home_of(pid)),
        "version": tree.version,
    }


def enclose(controller: Controller, item: Item, limits: dict[str, str]) -> list[int]:
    """Makes the group with these limits (file to content), moves the component in; returns the pids.

    Raises FaultError.
    """
    group = Path(item["group"])
    try:
        if item["version"] == 2:
            (group.parent / "cgroup.subtree_control").write_text(f"+{controller}")
        group.mkdir(exist_ok=True)
        for file, content in limits.items():
            (group / file).write_text(content)
        return _move_family(ProcessId.from_json(item), group)
    except OSError as error:
        raise FaultError(
            f"{item['component']} cannot be given a {controller} group: {error.strerror}"
        ) from error


def release(items: Iterable[Item], limits: dict[str, str], budget_s: float) -> None:
    """Lifts the limits, sends the processes home and removes the groups; raises FaultError when one stays."""
    deadline = time.monotonic() + budget_s
    for item in items:
        group = Path(item["group"])
        for file, content in limits.items():
            with contextlib.suppress(OSError):  # a group that was never made, or is gone already
                (group / file).write_text(content)
        home = Path(item["home"])
        while group.is_dir():
            for pid in members(item):
                _move(pid, home if home.is_dir() else group.parent)
            with contextlib.suppress(OSError):
                group.rmdir()
                break
            if time.monotonic() > deadline:
                raise FaultError(f"the group of {item['component']} still holds pid {members(item)}")
            time.sleep(_TRY_EVERY_S)


def standing(items: Iterable[Item]) -> list[str]:
    """Components whose group is still there."""
    return [item["component"] for item in items if Path(item["group"]).exists()]


def members(item: Item) -> list[int]:
    """Pids in the group now; none when it is gone."""
    try:
        return [int(word) for word in _words(Path(item["group"]) / "cgroup.procs")]
    except OSError:
        return []


def counters(item: Item, file: str) -> dict[str, int]:
    """A file of the group with a name and a number in each line; empty when the group is gone."""
    try:
        lines = (Path(item["group"]) / file).read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    return {name: int(number) for name, number in (line.split() for line in lines)}


def read_limit(item: Item, file: str) -> str:
    """The content of a file of the group, "" when it is gone."""
    try:
        return (Path(item["group"]) / file).read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _move_family(root: ProcessId, group: Path) -> list[int]:
    """The parent first: what it starts from then on is born inside, so a second look finds the rest."""
    inside: set[int] = set()
    while missing := [one.pid for one in root.tree() if one.pid not in inside]:
        for pid in missing:
            _move(pid, group)
        inside |= set(missing)
    return sorted(inside)


def _move(pid: int, group: Path) -> None:
    with contextlib.suppress(ProcessLookupError):
        (group / "cgroup.procs").write_text(str(pid))


def _words(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").split()
