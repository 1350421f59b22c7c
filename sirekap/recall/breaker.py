"""A breaker: after trouble, do not ask again for a moment, so that an absent Redis costs one wait and not one
each request."""

import time
from collections.abc import Callable


class Breaker:
    """Opens after `failures` in a row, for `pause_s`; then one call may try."""

    def __init__(self, failures: int, pause_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._allowed = failures
        self._pause_s = pause_s
        self._clock = clock
        self._failed = 0
        self._closed_again_s = 0.0

    def lets_through(self) -> bool:
        """Whether to try; while open, True once a pause, for the one who finds out whether it is over."""
        if self._failed < self._allowed:
            return True
        now_s = self._clock()
        if now_s < self._closed_again_s:
            return False
        self._closed_again_s = now_s + self._pause_s
        return True

    def succeeded(self) -> bool:
        """It answered; whether that closes an open breaker."""
        was_open = self._failed >= self._allowed
        self._failed = 0
        return was_open

    def failed(self) -> bool:
        """It did not answer, or not in time; whether that opens the breaker."""
        self._failed += 1
        if self._failed >= self._allowed:
            self._closed_again_s = self._clock() + self._pause_s
        return self._failed == self._allowed
