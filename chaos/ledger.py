"""The write-ahead ledger of a run: whatever must be undone is written and on disk before it is done.

JSON lines, one entry each, appended and fsynced. If the conductor dies, whoever reads the ledger knows which
faults are open and how to heal them, which processes to end and which commands take the stack down. An entry
cut off by the death itself stands for something that had not begun, and is dropped.

    opened   site, conductor (pid and birth)      intent   id, fault, target, items (how to undo)
    process  name, pid, create_time               struck   id
    down     name, argv, timeout_s                healed   id, by
    ended    pid                                  closed   nothing is left to undo
    cleared  what a healer has done
"""

import json
import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chaos.disk_removal import what_is_left_of
from chaos.fault import Item
from chaos.process import ProcessId
from chaos.site import Site
from chaos.stack import running_components


class LedgerError(RuntimeError):
    """A ledger that cannot be read or written."""


@dataclass(frozen=True, slots=True)
class OpenFault:
    """A fault whose intent is on record and whose healing is not."""

    id: str
    fault: str
    target: tuple[str, ...]
    items: list[Item]


@dataclass(frozen=True, slots=True)
class RecordedProcess:
    """A process of the run that must not outlive it."""

    name: str
    process: ProcessId


@dataclass(frozen=True, slots=True)
class Down:
    """A command that takes something down; `is_stack` tells that the site's stack goes with it."""

    name: str
    argv: tuple[str, ...]
    timeout_s: float
    is_stack: bool


@dataclass(slots=True)
class LedgerState:
    """What a ledger says, summed up; processes and downs in the order in which they were recorded."""

    site: Site
    conductor: ProcessId
    open_faults: dict[str, OpenFault] = field(default_factory=dict)
    processes: list[RecordedProcess] = field(default_factory=list)
    downs: list[Down] = field(default_factory=list)
    closed: bool = False


class Ledger:
    """Appends to a ledger; safe from several threads. Every method raises LedgerError if the disk refuses."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
            self._drop_torn_entry()
        except OSError as error:
            raise LedgerError(f"the ledger {path} cannot be opened: {error.strerror}") from error

    @classmethod
    def create(cls, path: Path, site: Site) -> "Ledger":
        """A new ledger whose conductor is this process."""
        if path.exists():
            raise LedgerError(f"{path} is the ledger of another run; a run needs a directory of its own")
        ledger = cls(path)
        ledger.append("opened", site=site.to_json(), conductor=ProcessId.of(os.getpid()).to_json())
        return ledger

    def process(self, name: str, process: ProcessId) -> None:
        """A process we started, to be ended with the run; write it right after the start."""
        self.append("process", name=name, **process.to_json())

    def ended(self, process: ProcessId) -> None:
        """A recorded process is gone."""
        self.append("ended", **process.to_json())

    def down(
        self, name: str, argv: tuple[str, ...], timeout_s: float = 10.0, *, is_stack: bool = False
    ) -> None:
        """A command for when the run is cleared away; write it *before* starting what it takes down."""
        self.append("down", name=name, argv=list(argv), timeout_s=timeout_s, is_stack=is_stack)

    def intent(self, event_id: str, fault: str, target: tuple[str, ...], items: list[Item]) -> None:
        """About to strike; on disk when this returns."""
        self.append("intent", id=event_id, fault=fault, target=list(target), items=items)

    def struck(self, event_id: str) -> None:
        """The strike is done."""
        self.append("struck", id=event_id)

    def healed(self, event_id: str, by: str) -> None:
        """Healing is proved, or nothing was left to heal."""
        self.append("healed", id=event_id, by=by)

    def closed(self, by: str) -> bool:
        """The run is over and nothing is left to undo: the reaper has no work.

        Looks first: while a fault is open, or something recorded still runs, the ledger is left open, the
        reaper will see to it when it is released, and the answer is False.
        """
        left = what_is_left(read_ledger(self.path))
        if left:
            self.append("not_closed", by=by, left=left)
        else:
            self.append("closed", by=by)
        return not left

    def append(self, entry: str, **content: Any) -> None:
        """Any entry, on disk when this returns."""
        line = json.dumps({"entry": entry, "epoch_s": round(time.time(), 3), **content}) + "\n"
        data = line.encode()
        with self._lock:
            try:
                if os.write(self._fd, data) != len(data):
                    self._drop_torn_entry()
                    raise LedgerError(f"the ledger {self.path} cannot be written: disk full")
                os.fsync(self._fd)
            except OSError as error:
                raise LedgerError(f"the ledger {self.path} cannot be written: {error.strerror}") from error

    def _drop_torn_entry(self) -> None:
        content = self.path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole != len(content):
            os.ftruncate(self._fd, whole)


def read_ledger(path: Path) -> LedgerState:
    """What the ledger says; an entry cut off at the end is left out; raises LedgerError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LedgerError(f"the ledger {path} cannot be read: {error.strerror}") from error
    state: LedgerState | None = None
    for number, line in enumerate(content.split(b"\n")[:-1], start=1):
        try:
            table = json.loads(line)
            if state is None:
                state = LedgerState(Site.from_json(table["site"]), ProcessId.from_json(table["conductor"]))
            else:
                _apply(state, table)
        except (ValueError, KeyError, TypeError) as error:
            raise LedgerError(f"{path}:{number} is no ledger entry: {error!r}") from error
    if state is None:
        raise LedgerError(f"{path} is empty: it tells nothing to heal")
    return state


def what_is_left(state: LedgerState) -> list[str]:
    """What a ledger holds that is not undone yet, each a line for a person; looks at the machine."""
    left = [f"fault {one.id} is not healed" for one in state.open_faults.values()]
    left += [f"{one.name} (pid {one.process.pid}) runs" for one in state.processes if one.process.alive]
    if any(down.is_stack for down in state.downs):
        left += [f"{name} of the stack runs" for name in running_components(state.site)]
    if state.site.disk_json is not None:
        left += what_is_left_of(Path(state.site.disk_json))
    return left


def _apply(state: LedgerState, table: dict[str, Any]) -> None:
    entry = table["entry"]
    if entry == "process":
        state.processes.append(RecordedProcess(table["name"], ProcessId.from_json(table)))
    elif entry == "ended":
        gone = ProcessId.from_json(table)
        state.processes = [one for one in state.processes if one.process != gone]
    elif entry == "down":
        state.downs.append(Down(table["name"], tuple(table["argv"]), table["timeout_s"], table["is_stack"]))
    elif entry == "intent":
        state.open_faults[table["id"]] = OpenFault(
            table["id"], table["fault"], tuple(table["target"]), table["items"]
        )
    elif entry == "healed":
        state.open_faults.pop(table["id"], None)
    elif entry == "closed":
        state.closed = True
