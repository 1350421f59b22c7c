"""What short-lived memory must do. Another memory is another class with these verbs."""

from typing import Protocol


class Recall(Protocol):
    """Values and counters that run out by themselves, and hints to whoever waits.

    No verb raises when the memory is away, and none takes longer than a few dozen milliseconds (but `wait`,
    which takes what it is given). A value may be gone before its time, so nothing may depend on it; and one
    that was forgotten while the memory was away may be seen until its time is over, so keep times short.
    """

    async def get(self, key: str) -> bytes | None:
        """The value put under `key`, or None."""

    async def put(self, key: str, value: bytes, ttl_s: float) -> None:
        """Remember `value` for `ttl_s` seconds."""

    async def count(self, key: str, window_s: float) -> int:
        """Count one more; how many since the window's first, this one included, at most `window_s` ago."""

    async def forget(self, key: str) -> None:
        """Drop the value and the count of `key`."""

    async def wake(self, topic: str) -> None:
        """Hint to everybody who waits for `topic`, or is about to, that there is something to do."""

    async def wait(self, topic: str, at_most_s: float) -> bool:
        """Return True once `topic` is woken (also since the last wait), False after `at_most_s` seconds."""

    async def close(self) -> None:
        """End connections and tasks."""
