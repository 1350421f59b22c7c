"""Short-lived memory inside one process: enough for the embedded profile, and what Redis falls back to.

Other processes do not see it: a limit holds per process, and `wake` reaches only waiters of this process.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Kept:
    """A value, or the count of a window, until `until_s` on the clock."""

    until_s: float
    value: bytes = b""
    count: int = 0


class InProcessRecall:
    """Keeps at most `entries` values and `entries` counters; the least recently used give way.

    `clock` counts seconds and never goes back.
    """

    def __init__(self, entries: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._entries = entries
        self._clock = clock
        self._values: OrderedDict[str, _Kept] = OrderedDict()
        self._counts: OrderedDict[str, _Kept] = OrderedDict()
        self._topics: dict[str, asyncio.Event] = {}

    async def get(self, key: str) -> bytes | None:
        """The value put under `key`, or None."""
        kept = self._living(self._values, key)
        return kept.value if kept else None

    async def put(self, key: str, value: bytes, ttl_s: float) -> None:
        """Remember `value` for `ttl_s` seconds."""
        self._keep(self._values, key, _Kept(self._clock() + ttl_s, value=value))

    async def count(self, key: str, window_s: float) -> int:
        """Count one more in the window that began with the first."""
        kept = self._living(self._counts, key) or _Kept(self._clock() + window_s)
        more = _Kept(kept.until_s, count=kept.count + 1)
        self._keep(self._counts, key, more)
        return more.count

    async def forget(self, key: str) -> None:
        """Drop the value and the count of `key`."""
        self._values.pop(key, None)
        self._counts.pop(key, None)

    async def wake(self, topic: str) -> None:
        """Wake the waiters of this process."""
        self._topic(topic).set()

    async def wait(self, topic: str, at_most_s: float) -> bool:
        """Return True once woken, False after `at_most_s` seconds."""
        event = self._topic(topic)
        try:
            async with asyncio.timeout(at_most_s):
                await event.wait()
        except TimeoutError:
            return False
        event.clear()
        return True

    async def close(self) -> None:
        """Nothing to end."""

    def _topic(self, topic: str) -> asyncio.Event:
        return self._topics.setdefault(topic, asyncio.Event())

    def _living(self, where: OrderedDict[str, _Kept], key: str) -> _Kept | None:
        kept = where.get(key)
        if kept is None or kept.until_s <= self._clock():
            where.pop(key, None)
            return None
        where.move_to_end(key)
        return kept

    def _keep(self, where: OrderedDict[str, _Kept], key: str, kept: _Kept) -> None:
        where[key] = kept
        where.move_to_end(key)
        if len(where) > self._entries:
            where.popitem(last=False)
