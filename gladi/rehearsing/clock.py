"""The run clock of a rehearsal."""

import time

_LEAD_S = 1.5
"""From the start message to run clock 0."""


class RunClock:
    """Seconds since run clock 0, which is `zero_epoch_s`; steady even if the wall clock is set."""

    def __init__(self) -> None:
        self.zero_epoch_s = time.time() + _LEAD_S
        self._zero = self.zero_epoch_s - time.time() + time.monotonic()

    def __call__(self) -> float:
        return time.monotonic() - self._zero
