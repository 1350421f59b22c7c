"""The live clock: a SimPy environment whose time is the wall.

The same processes that run in a plain `simpy.Environment` run here unchanged. The loop sleeps until the
next event is due or a request comes back; requests run in greenlets and report through `post`. An event
keeps the time it was *due*: `now` is that time, so what an operator intends never slips, however late
the loop itself is.
"""

import time
from collections import deque
from typing import Any

import gevent
import gevent.event
import simpy
from simpy.core import Infinity

_YIELD_EVERY = 32
"""Steps after which greenlets with replies in hand get their turn."""


class WallEnvironment(simpy.Environment):  # type: ignore[misc]
    """Runs SimPy processes against real time; `zero_epoch_s` is the wall time of run clock 0."""

    def __init__(self, zero_epoch_s: float) -> None:
        super().__init__()
        self._zero = zero_epoch_s - time.time() + time.monotonic()
        self._inbox: deque[tuple[float, simpy.Event, Any]] = deque()
        self._wake = gevent.event.Event()
        self._stopped = False

    def wall_s(self) -> float:
        """Seconds of the run clock right now."""
        return time.monotonic() - self._zero

    def post(self, event: simpy.Event, value: Any) -> None:
        """From a greenlet: let `event` succeed with `value`, at the moment of this call."""
        self._inbox.append((self.wall_s(), event, value))
        self._wake.set()

    def _collect(self) -> None:
        while self._inbox:
            at_s, event, value = self._inbox.popleft()
            event._ok = True
            event._value = value
            self.schedule(event, delay=max(0.0, at_s - self.now))

    def run_until(self, end_s: float) -> None:
        """Play events as they come due, until the wall reaches `end_s` or `stop` is called."""
        steps = 0
        while not self._stopped:
            self._collect()
            due, wall = self.peek(), self.wall_s()
            if due <= wall:
                self.step()
                steps += 1
                if steps % _YIELD_EVERY == 0:
                    gevent.sleep(0)
                continue
            if wall >= end_s:
                return
            self._wake.clear()
            if not self._inbox:
                self._wake.wait(timeout=min(due, end_s) - wall if due != Infinity else end_s - wall)

    def stop(self) -> None:
        """From a greenlet: leave `run_until` at the next turn, or never enter it."""
        self._stopped = True
        self._wake.set()
