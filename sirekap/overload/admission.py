"""Admission control for one class of work (login, upload, read).

A fixed number of slots, a bounded queue, and a prediction: with the work ahead of it, when would this request
*end*? Later than the limit and it is refused at once with a time to come back. Refusing on the predicted end,
well inside the client's own timeout, keeps a server useful under any load; an unbounded queue makes it work
for clients that have already left, and it does not recover by itself.
"""

import asyncio
import contextlib
import math
import random
import time
from collections.abc import AsyncIterator

SMOOTHING = 0.1  # weight of the newest service time in the running mean
JITTER_S = 4.0  # spread of the suggested wait, so that refused phones do not return as one


class OverloadedError(Exception):
    """No room; come back in `retry_after_s` seconds."""

    def __init__(self, work: str, retry_after_s: int) -> None:
        super().__init__(f"too many {work} requests at once")
        self.work = work
        self.retry_after_s = retry_after_s


class Admission:
    """`slots` at work, at most `queue_limit` waiting, none predicted to end after `wait_limit_s`."""

    def __init__(
        self, work: str, *, slots: int, queue_limit: int, wait_limit_s: float, typical_s: float
    ) -> None:
        self._work = work
        self._slots = slots
        self._queue_limit = queue_limit
        self._wait_limit_s = wait_limit_s
        self._service_s = typical_s
        self._free = asyncio.Semaphore(slots)
        self._waiting = 0
        self._running = 0

    @property
    def predicted_end_s(self) -> float:
        """Seconds until a request that came now would be done."""
        ahead = self._waiting + self._running
        return self._service_s * (1.0 if ahead < self._slots else 1.0 + ahead / self._slots)

    def refuse_if_full(self) -> None:
        """Raise `OverloadedError` when a request that came now would have to be refused."""
        predicted_s = self.predicted_end_s
        idle = self._running < self._slots and not self._waiting
        if not idle and (self._waiting >= self._queue_limit or predicted_s > self._wait_limit_s):
            raise OverloadedError(self._work, self._suggested_wait_s(predicted_s))

    @contextlib.asynccontextmanager
    async def admit(self) -> AsyncIterator[None]:
        """Wait for a slot and hold it for the block.

        Raises:
            OverloadedError: the queue is full or the predicted end is too late.
        """
        self.refuse_if_full()
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
        self._running += 1
        began = time.monotonic()
        try:
            yield
        finally:
            self._running -= 1
            self._free.release()
            self._service_s += SMOOTHING * (time.monotonic() - began - self._service_s)

    def _suggested_wait_s(self, predicted_s: float) -> int:
        return math.ceil(min(predicted_s, 30.0) + random.uniform(0.5, JITTER_S))
