"""Waiting of one exchange: for its socket or for its deadline, whichever comes first.

One timer serves the whole exchange. Who is to be woken is handed to `soon`, which says when: at once where
nothing else has to be done, or after what is due where operators act on a timetable
(simulators/wall_clock.py).
"""

from collections.abc import Callable
from typing import Any

from gevent import get_hub, getcurrent

from gladi.wire.outcome import InDoubtError

Soon = Callable[[Callable[[], None]], None]
"""Takes a call to be made from the event loop, now or very soon."""


def at_once(resume: Callable[[], None]) -> None:
    """Wake without waiting for anything else."""
    resume()


class Patience:
    """The deadline of the greenlet that makes it; `close` it when the exchange has ended."""

    __slots__ = ("_hub", "_me", "_soon", "_timer", "_waiting", "_watcher", "expired")

    def __init__(self, timeout_s: float, soon: Soon = at_once) -> None:
        hub = self._hub = get_hub()
        self._me = getcurrent()
        self._soon = soon
        self._waiting = False
        self._watcher: Any = None
        self.expired = False
        self._timer = hub.loop.timer(max(0.001, timeout_s))
        self._timer.start(self._expire, update=True)

    @property
    def loop(self) -> Any:
        """The event loop of this thread."""
        return self._hub.loop

    def wait(self, watcher: Any) -> None:
        """Until `watcher` sees something; raises InDoubtError at the deadline."""
        if not self.expired:
            self._watcher = watcher
            self._waiting = True
            watcher.start(self._stirred)
            try:
                self._hub.switch()
            finally:
                self._waiting = False
                watcher.stop()
        if self.expired:
            raise InDoubtError("timeout")

    def pause(self, seconds: float) -> None:
        """Let time pass, the deadline permitting."""
        self._hub.loop.update_now()  # a busy loop's own time may be old, and the pause would be short
        timer = self._hub.loop.timer(seconds)
        try:
            self.wait(timer)
        finally:
            timer.close()

    def close(self) -> None:
        """No deadline any more."""
        self._timer.stop()
        self._timer.close()

    def _stirred(self) -> None:
        self._watcher.stop()
        self._soon(self._resume)

    def _expire(self) -> None:
        self.expired = True
        if self._waiting:
            self._soon(self._resume)

    def _resume(self) -> None:
        if self._waiting:
            self._waiting = False
            self._me.switch()
