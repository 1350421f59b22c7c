"""A worker that may have been taken for dead begins nothing more: others play its TPS by then.

What is sent to the system is decided here, at each operation, and not by a clock beside it: a worker that was
frozen or cut off must not send one request on waking before it notices.
"""

import time
from collections.abc import Callable
from typing import Any

from simulators.operations import Operation, Target

BEAT_S = 0.5
"""From one beat to the next."""
FENCE_S = 3.0
"""A worker elsewhere whose beats nobody heard for so long begins nothing more: it may be taken for dead."""
DEAD_S = 2.8
"""A worker elsewhere of which nothing was heard for so long is dead to the master.

Long enough for one that is held up by its machine for a second or two. A worker on the conductor's own
machine is dead when its process is; it may be silent for as long as it likes.
"""
GONE_S = 0.6
"""One whose connection is closed, as the kernel does for a process that ends, is dead after so long; should
only the connection have broken, ZeroMQ has opened another by then (it tries every 0.1 s)."""
TAKEOVER_LEAD_S = 1.0
"""From the notice of a death to the first moment that others take over."""
_MARGIN_S = 0.2


def taken_over_from(noticed_s: float, heard_s: float) -> float:
    """First moment that others play of a worker whose death was noticed and whose last beat was heard then.

    Never before its fence has closed, so that no TPS is ever played twice, whatever it is that lives on.
    """
    return max(noticed_s + TAKEOVER_LEAD_S, heard_s + FENCE_S + _MARGIN_S)


class Fence:
    """Closes for good when no beat was heard that was sent within `patience_s`."""

    def __init__(self, patience_s: float, now: Callable[[], float] = time.monotonic) -> None:
        self._patience_s = patience_s
        self._now = now
        self._sent_s = now()
        self._shut = False

    def heard(self, sent_s: float) -> None:
        """The master has heard a beat that was sent at `sent_s`."""
        self._sent_s = max(self._sent_s, sent_s)

    @property
    def closed(self) -> bool:
        """Whether to begin nothing more."""
        self._shut = self._shut or self._now() - self._sent_s > self._patience_s
        return self._shut


class Fenced:
    """A target behind a fence: what is begun after it has closed never begins, and is on no record."""

    def __init__(self, target: Target, fence: Fence, never: Callable[[], Any]) -> None:
        self._target = target
        self._fence = fence
        self._never = never

    def perform(self, operation: Operation) -> Any:
        """As the target does; an event that never comes once the fence has closed."""
        return self._never() if self._fence.closed else self._target.perform(operation)
