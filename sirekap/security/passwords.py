"""argon2id password hashing off the event loop, behind admission control.

A hash costs about 20 ms of a core and 19 MiB: this is why login storms kill. So hashes run in a small thread
pool (argon2 releases the GIL), and whoever would wait too long is told so at once.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import argon2

from sirekap.overload.admission import Admission
from sirekap.settings import Settings

Result = TypeVar("Result")


class Passwords:
    """Hash and verify; `gate` says whether there is room."""

    def __init__(self, settings: Settings) -> None:
        self._hasher = argon2.PasswordHasher(
            time_cost=settings.argon2_passes,
            memory_cost=settings.argon2_memory_kib,
            parallelism=settings.argon2_lanes,
            type=argon2.Type.ID,
        )
        self._threads = ThreadPoolExecutor(settings.hash_threads, thread_name_prefix="argon2")
        self.gate = Admission(
            "login",
            slots=settings.hash_threads,
            queue_limit=settings.hash_queue,
            wait_limit_s=settings.hash_wait_limit_s,
            typical_s=0.03,
        )
        # compared against when the account is unknown, so that both answers cost the same
        self._nobody = self._hasher.hash("no account has this password")

    async def hash(self, password: str) -> str:
        """The encoded argon2id hash of `password`."""
        return await self._in_thread(lambda: self._hasher.hash(password))

    async def verify(self, encoded: str | None, password: str) -> bool:
        """Whether `password` belongs to `encoded`; None takes as long and is False."""

        def check() -> bool:
            try:
                return self._hasher.verify(encoded or self._nobody, password) and encoded is not None
            except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
                return False

        return await self._in_thread(check)

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        async with self.gate.admit():
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def close(self) -> None:
        """End the threads after the work in hand."""
        self._threads.shutdown(wait=False, cancel_futures=True)
