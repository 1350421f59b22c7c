"""argon2id password hashing off the event loop, behind admission control.

A hash costs about 20 ms of a core and 19 MiB: this is why login storms kill. So hashes run in a small thread
pool (argon2 releases the GIL) of lower priority than the event loop, whose uploads must not wait for them,
and whoever would wait too long is told so at once. A thread finds its next hash already queued, so that it
never waits for the event loop while somebody waits for it.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import argon2

from sirekap.overload.admission import Admission
from sirekap.settings import Settings

Result = TypeVar("Result")


class Passwords:
    """Hash and verify; `gate` has a slot a thread and one more, and `hashed` is told each duration (s)."""

    def __init__(
        self, settings: Settings, gate: Admission, hashed: Callable[[float], object] = lambda duration_s: None
    ) -> None:
        self._hasher = argon2.PasswordHasher(
            time_cost=settings.argon2_passes,
            memory_cost=settings.argon2_memory_kib,
            parallelism=settings.argon2_lanes,
            type=argon2.Type.ID,
        )
        self._threads = ThreadPoolExecutor(
            settings.hash_threads,
            thread_name_prefix="argon2",
            initializer=os.nice,  # on Linux of the calling thread alone
            initargs=(settings.hash_niceness,),
        )
        self.gate = gate
        self._hashed = hashed
        # compared against when the account is unknown, so that both answers cost the same
        self._nobody = self._hasher.hash("no account has this password")

    async def hash(self, password: str) -> str:
        """The encoded argon2id hash of `password`."""
        return await self._in_thread(lambda: self._hasher.hash(password))

    async def verify(
        self, encoded: str | None, password: str, refuse: Callable[[], Awaitable[None]] | None = None
    ) -> bool:
        """Whether `password` belongs to `encoded`; None takes as long and is False.

        `refuse` is awaited when the turn has come: it may raise, and then no hash is spent. What was known
        when the request began to wait may have changed since.
        """

        def check() -> bool:
            try:
                return self._hasher.verify(encoded or self._nobody, password) and encoded is not None
            except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
                return False

        return await self._in_thread(check, refuse)

    async def _in_thread(
        self, work: Callable[[], Result], refuse: Callable[[], Awaitable[None]] | None = None
    ) -> Result:
        def timed() -> Result:
            began_s = time.monotonic()
            try:
                return work()
            finally:
                self._hashed(time.monotonic() - began_s)

        async with self.gate.slot():
            if refuse is not None:
                await refuse()
            return await asyncio.get_running_loop().run_in_executor(self._threads, timed)

    def close(self) -> None:
        """End the threads after the work in hand."""
        self._threads.shutdown(wait=False, cancel_futures=True)
