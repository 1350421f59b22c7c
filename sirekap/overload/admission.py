"""Admission control for one class of work.

Two steps. A *place* is taken when a request arrives, before its body, its JSON or the database cost anything:
there are so many, and nobody gets one whose work is predicted to *end* too late. A *slot* is the scarce thing
itself (a hashing thread, a disk thread, a share of the event loop), given in order of arrival.

Refusing on the predicted end, well inside the client's own timeout, keeps a server useful under any load; an
unbounded queue makes it work for clients that have already left, and it does not recover by itself. With the
wait bounded so, first come first served is also the order that serves most: last come first served pays only
where queues grow beyond what clients wait, and then it starves whoever was early.
"""

import asyncio
import contextlib
import math
import random
import time
from collections.abc import AsyncIterator, Callable, Iterator

SMOOTHING = 0.1  # weight of the newest measurement in a running mean
JITTER_S = 4.0  # spread of the suggested wait, so that refused phones do not return as one
LONGEST_SUGGESTED_S = 30.0


class OverloadedError(Exception):
    """No room; come back in `retry_after_s` seconds."""

    def __init__(self, work: str, retry_after_s: int) -> None:
        super().__init__(f"too many {work} requests at once")
        self.work = work
        self.retry_after_s = retry_after_s


class Admission:
    """`slots` at work, at most `queue_limit` more inside, none predicted to end after `wait_limit_s`.

    `strained` says whether this server, and not the phones' links, is what requests wait for; then the pace
    at which requests leave predicts the end too, whatever it is that slows them.
    """

    def __init__(
        self,
        work: str,
        *,
        slots: int,
        queue_limit: float,
        wait_limit_s: float,
        typical_s: float,
        strained: Callable[[], bool] = lambda: False,
    ) -> None:
        self._work = work
        self._slots = slots
        self._queue_limit = queue_limit
        self._wait_limit_s = wait_limit_s
        self._strained = strained
        self._service_s = typical_s
        self._pace = Pace()
        self._free = asyncio.Semaphore(slots)
        self.inside = 0  # who holds a place
        self.working = 0  # who holds a slot
        self.refused = 0  # so far

    @property
    def predicted_end_s(self) -> float:
        """Seconds until a request that came now would be done."""
        by_service_s = self._service_s
        if self.inside >= self._slots:
            by_service_s *= 1.0 + self.inside / self._slots
        if self.inside and self._strained():
            return max(by_service_s, self._pace.interval_s * (self.inside + 1))
        return by_service_s

    def refuse_if_full(self) -> None:
        """Raise `OverloadedError` when a request that came now would have to be refused."""
        if self.inside < self._slots and not self._strained():
            return
        predicted_s = self.predicted_end_s
        full = self.inside >= self._slots + self._queue_limit
        if self.inside and (full or predicted_s > self._wait_limit_s):
            raise self.refusal(predicted_s)

    def refusal(self, wait_s: float) -> OverloadedError:
        """A refusal, counted, that suggests to come back after about `wait_s`."""
        self.refused += 1
        suggested_s = min(wait_s, LONGEST_SUGGESTED_S) + random.uniform(0.5, JITTER_S)
        return OverloadedError(self._work, math.ceil(suggested_s))

    @contextlib.contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place for the block.

        Raises:
            OverloadedError: all places are taken, or the predicted end is too late.
        """
        self.refuse_if_full()
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1
            self._pace.left(still_inside=self.inside)

    @contextlib.asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait for a slot, in order of arrival, and hold it for the block; for who holds a place.

        Raises:
            OverloadedError: the wait alone took longer than the whole work may.
        """
        if self._free.locked():
            await self._waited()
        else:
            await self._free.acquire()
        self.working += 1
        began_s = time.monotonic()
        try:
            yield
        finally:
            self.working -= 1
            self._free.release()
            self._service_s += SMOOTHING * (time.monotonic() - began_s - self._service_s)

    @contextlib.asynccontextmanager
    async def admit(self) -> AsyncIterator[None]:
        """A place and a slot at once, for work that needs the slot from beginning to end.

        Raises:
            OverloadedError: as for `place` and `slot`.
        """
        with self.place():
            async with self.slot():
                yield

    async def _waited(self) -> None:
        limit_s = self._wait_limit_s if math.isfinite(self._wait_limit_s) else None
        try:
            async with asyncio.timeout(limit_s):
                await self._free.acquire()
        except TimeoutError:
            raise self.refusal(self.predicted_end_s) from None


class Pace:
    """The mean time between two that leave, while somebody is inside all the time."""

    def __init__(self) -> None:
        self.interval_s = 0.0
        self._last_s: float | None = None

    def left(self, *, still_inside: int) -> None:
        """One left, and so many stayed."""
        now_s = time.monotonic()
        if self._last_s is not None:
            self.interval_s += SMOOTHING * (now_s - self._last_s - self.interval_s)
        self._last_s = now_s if still_inside else None
