"""A process by pid *and* birth, so that a number the kernel has given away again is never hit.

Everything that signals a process, now or out of a ledger hours later, goes through `ProcessId`.
"""

import os
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psutil

_SAME_BIRTH_S = 1.0
"""Births this close are one: psutil computes them from the boot time, which a clock correction can nudge."""


@dataclass(frozen=True, slots=True)
class ProcessId:
    """One process of this machine: its pid and its birth (`psutil.Process.create_time`, epoch seconds)."""

    pid: int
    create_time: float

    @classmethod
    def of(cls, pid: int) -> "ProcessId":
        """The process that has this pid now; raises psutil.NoSuchProcess."""
        return cls(pid, psutil.Process(pid).create_time())

    @classmethod
    def from_json(cls, table: dict[str, Any]) -> "ProcessId":
        """Out of a ledger entry or a component of stack.json; raises KeyError, TypeError, ValueError."""
        return cls(int(table["pid"]), float(table["create_time"]))

    def to_json(self) -> dict[str, Any]:
        """As written in ledger entries."""
        return {"pid": self.pid, "create_time": self.create_time}

    def status(self) -> str | None:
        """psutil's word ("running", "stopped", ...), None when this very process is gone or a zombie."""
        try:
            process = psutil.Process(self.pid)
            if abs(process.create_time() - self.create_time) > _SAME_BIRTH_S:
                return None
            status = str(process.status())
        except psutil.NoSuchProcess:
            return None
        return None if status in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD) else status

    @property
    def alive(self) -> bool:
        """Whether it still runs; a paused process is alive, a zombie is not."""
        return self.status() is not None

    def send(self, number: signal.Signals) -> bool:
        """Signals this very process, False when it is gone; raises PermissionError.

        The pidfd pins the process before its birth is compared, so there is no gap in which the pid could
        be handed on.
        """
        try:
            pinned = os.pidfd_open(self.pid)
        except (ProcessLookupError, ValueError):
            return False
        try:
            if not self.alive:
                return False
            signal.pidfd_send_signal(pinned, number)
        except ProcessLookupError:
            return False
        finally:
            os.close(pinned)
        return True

    def tree(self) -> tuple["ProcessId", ...]:
        """This process, then all it has started that still runs; empty when it is gone."""
        if not self.alive:
            return ()
        found = [self]
        try:
            children = psutil.Process(self.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return tuple(found)
        for child in children:
            try:
                found.append(ProcessId(child.pid, child.create_time()))
            except psutil.NoSuchProcess:
                continue
        return tuple(found)


def wait_gone(processes: Iterable[ProcessId], timeout_s: float) -> tuple[ProcessId, ...]:
    """Waits until all are gone, at most `timeout_s`; returns those that are not."""
    deadline = time.monotonic() + timeout_s
    left = tuple(one for one in processes if one.alive)
    while left and time.monotonic() < deadline:
        time.sleep(0.01)
        left = tuple(one for one in left if one.alive)
    return left


def end(processes: Iterable[ProcessId], patience_s: float) -> tuple[ProcessId, ...]:
    """SIGTERM to each, SIGKILL to those still there after `patience_s`; returns those that survive even that.

    Takes at most `patience_s` and one second more.
    """
    asked = tuple(processes)
    for one in asked:
        one.send(signal.SIGTERM)
        one.send(signal.SIGCONT)
    stubborn = wait_gone(asked, patience_s)
    for one in stubborn:
        one.send(signal.SIGKILL)
    return wait_gone(stubborn, 1.0)
