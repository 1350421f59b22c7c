"""What a stack is made of: parts, each one component with one process to watch."""

import signal
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import psutil

from sirekap.settings import Settings
from sirekap.stack.layout import Layout
from sirekap.stack.postgres.place import Server


@dataclass(frozen=True)
class Site:
    """One stack as its parts see it: where it lies, its settings and secrets, and where PostgreSQL lives."""

    layout: Layout
    settings: Settings
    keys: Mapping[str, str]
    server: Server


class Part(Protocol):
    """One component. `up` calls prepare, launch, await_ready and complete, in this order.

    After a kill `start` calls launch and await_ready; `down` signals, waits, and calls clear. What a process
    leaves behind in its session is ended before a launch and after a stop.
    """

    @property
    def name(self) -> str:
        """What stack.json calls it, such as "postgres" or "api-1"."""

    @property
    def stop_signal(self) -> signal.Signals:
        """Ends it after the work in hand."""

    @property
    def stop_wait_s(self) -> float:
        """It is killed when it has not ended by then."""

    def prepare(self) -> None:
        """Make its folders and its configuration; harmless when they are there."""

    def launch(self) -> psutil.Process:
        """Start its process, also over the remains of a killed one."""

    def await_ready(self, process: psutil.Process) -> None:
        """Return once it serves.

        Raises:
            CouldNotRunError: it ended, or stayed silent too long; it is then ended, and its words are told.
        """

    def complete(self) -> None:
        """What can only be done once it serves, such as making tables."""

    def clear(self) -> None:
        """Remove what it leaves behind when it ends, its data excepted."""
