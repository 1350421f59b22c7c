"""The live clock: a SimPy environment whose time is the wall.

The same processes that run in a plain `simpy.Environment` run here unchanged. The event loop calls when the
next event is due or a request comes back; requests run in greenlets and report through `post`. An event keeps
the time it was *due*: `now` is that time, so what an operator intends never slips, however late the loop
itself is.

Processes run in the event loop itself (gevent's hub), so an operation begins with a single switch; they must
not block. What is due goes first: greenlets whose sockets have something to read queue up in `soon`, and are
let on a few at a time between the events that are due, however many answers come at once.
"""

import time
from collections import deque
from collections.abc import Callable
from typing import Any

import gevent
import gevent.event
import simpy
from simpy.core import Infinity

_STEPS, _REPLIES = 64, 4
"""Steps in a row while there are replies to take in, and replies in a row while there is something due."""

_TURN_S = 0.002
"""After so long the event loop looks at its sockets and timers again."""


class WallEnvironment(simpy.Environment):  # type: ignore[misc]
    """Runs SimPy processes against real time; `zero_epoch_s` is the wall time of run clock 0."""

    def __init__(self, zero_epoch_s: float) -> None:
        super().__init__()
        self._zero = zero_epoch_s - time.time() + time.monotonic()
        self._ready: deque[Callable[[], None]] = deque()
        self._hub = gevent.get_hub()
        self._timer = self._hub.loop.timer(0.0)
        self._over = gevent.event.Event()
        self._end_s = -Infinity
        self._turning = self._called = self._stopped = False
        self._error: BaseException | None = None

    def wall_s(self) -> float:
        """Seconds of the run clock right now."""
        return time.monotonic() - self._zero

    def post(self, event: simpy.Event, value: Any, at_s: float | None = None) -> None:
        """From a greenlet: let `event` succeed with `value` at `at_s`, by default the moment of this call."""
        event._ok = True
        event._value = value
        moment = self.wall_s() if at_s is None else at_s
        self.schedule(event, delay=max(0.0, moment - self._now))
        self._call()

    def soon(self, resume: Callable[[], None]) -> None:
        """From the event loop: let a greenlet go on when what is due has been done."""
        self._ready.append(resume)
        self._call()

    def run_until(self, end_s: float) -> None:
        """Play events as they come due, until the wall reaches `end_s` or `stop` is called.

        Afterwards nothing more is played, but greenlets are let on: operations under way may still end.
        """
        if self._stopped:
            return
        self._end_s = end_s
        self._over.clear()
        self._call()
        self._over.wait()
        self._end_s = -Infinity
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """From a greenlet: leave `run_until` at once, or never enter it."""
        self._stopped = True
        self._end_s = -Infinity
        self._over.set()

    def _call(self) -> None:
        if not self._called and not self._turning:
            self._called = True
            self._hub.loop.run_callback(self._turn)

    def _turn(self) -> None:
        """Play what is due and let greenlets on, then have the event loop call again when it is time."""
        self._called = False
        self._turning = True
        self._timer.stop()
        try:
            wait_s = self._work(time.monotonic() + _TURN_S)
        except BaseException as error:
            if self._end_s == -Infinity:
                raise  # nobody is there any more to hear of it but the event loop, which prints it
            self._error, wait_s = error, Infinity
            self.stop()
        finally:
            self._turning = False
        if wait_s < Infinity:
            # A timer, not a callback: the event loop looks at its sockets before timers.
            self._timer = self._hub.loop.timer(wait_s)
            self._timer.start(self._turn, update=True)

    def _work(self, until: float) -> float:
        """How long nothing will be due, in seconds; 0 where the turn was too short for all there is to do."""
        ready, queue, zero, clock = self._ready, self._queue, self._zero, time.monotonic
        while True:
            steps = 0
            now = clock()
            while queue and queue[0][0] <= now - zero and self._end_s > -Infinity:
                self.step()
                steps += 1
                if steps >= _STEPS and (ready or now >= until):
                    break
                now = clock()
            if ready:
                for _ in range(min(_REPLIES, len(ready))):
                    ready.popleft()()
                if clock() >= until:
                    return 0.0
                continue
            if self._end_s == -Infinity:
                return float(Infinity)
            wall = clock() - zero
            due = queue[0][0] if queue else Infinity
            if due <= wall:
                if clock() >= until:
                    return 0.0
                continue
            if wall >= self._end_s:
                self._end_s = -Infinity
                self._over.set()
                return float(Infinity)
            return float(min(due, self._end_s) - wall)
