"""Generators in processes of this machine, each on a core of its own.

They are forked once the crowd has entered: each knows the sessions of all. Nothing is in flight then, and
each begins with a loop and connections of its own.
"""

import ctypes
import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import Any

import gevent

from gladi.offering.ground import Ground
from gladi.offering.hand import Hand, T, serve
from gladi.offering.played import Generated, oneself

_PR_SET_PDEATHSIG = 1


class Forked:
    """Hands (see `several`) on this machine."""

    lead_s = 0.15

    def __init__(self, ground: Ground, count: int, cores: Sequence[int]) -> None:
        context = multiprocessing.get_context("fork")
        self._lines: dict[int, Connection] = {}
        self._processes: list[ForkProcess] = []
        for part in range(count):
            ours, theirs = context.Pipe()
            core = cores[part % len(cores)] if cores else None
            process = context.Process(
                target=_live, args=(ground, part, count, core, theirs, os.getpid()), daemon=True
            )
            process.start()
            theirs.close()
            self._lines[part] = ours
            self._processes.append(process)

    @property
    def living(self) -> Sequence[int]:
        """Those whose process still answers."""
        return sorted(self._lines)

    def who(self, generator: int) -> Generated:
        """As it is known here."""
        return replace(oneself(generator), pid=self._processes[generator].pid or 0)

    def tell(self, generator: int, verb: str, given: dict[str, Any]) -> None:
        """An order; one that has died is found out by `hear`."""
        line = self._lines.get(generator)
        if line is not None:
            try:
                line.send((verb, given))
            except OSError:
                return

    def hear(self, patience_s: float) -> tuple[int, str, Any] | None:
        """The next word of any of them."""
        ready = wait(list(self._lines.values()), patience_s)
        for generator, line in list(self._lines.items()):
            if line in ready:
                try:
                    what, content = line.recv()
                except (EOFError, OSError):
                    del self._lines[generator]
                    line.close()
                    return generator, "died", self._ended(generator)
                return generator, what, content
        return None

    def close(self) -> None:
        """End them."""
        for line in self._lines.values():
            line.close()
        for process in self._processes:
            process.terminate()
            process.join(5.0)

    def _ended(self, generator: int) -> str:
        process = self._processes[generator]
        process.join(1.0)
        code = process.exitcode
        if code is not None and code < 0:
            return f"its process was killed by signal {-code}"
        return f"its process ended with code {code}"


class _Pipe:
    """The hand's end."""

    def __init__(self, line: Connection) -> None:
        self._line = line

    def order(self) -> tuple[str, dict[str, Any]] | None:
        """The next verb; a halt that came too late is none."""
        try:
            while True:
                verb, given = self._line.recv()
                if verb != "halt":
                    return verb, given
        except (EOFError, OSError):
            return None

    def halted(self) -> bool:
        """While a step runs nothing else is ordered."""
        if not self._line.poll(0):
            return False
        try:
            self._line.recv()
        except (EOFError, OSError):
            return True
        return True

    def tell(self, what: str, content: Any) -> None:
        """A word, whole."""
        self._line.send((what, content))

    def aside(self, work: Callable[[], T]) -> T:
        """At once: nobody waits for a sign of life."""
        return work()


def _live(ground: Ground, part: int, of: int, core: int | None, line: Connection, parent: int) -> None:
    """A generator's life: play what is asked until the line is closed; die with the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        return
    if core is not None:
        os.sched_setaffinity(0, {core})
    gevent.reinit()
    ground.generator.moves(ground.address)
    ground.crowd.takes(ground.crowd.senders[part::of])
    serve(Hand(oneself(part), ground.generator, ground.crowd), _Pipe(line))
