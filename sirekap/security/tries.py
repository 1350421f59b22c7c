"""Wrong passwords are counted, and who has had too many must wait, at no cost of a hash.

Two counters in windows of `tries_window_s`: one of each account *and device*, and one of each account for all
devices but its own. The device an account is bound to answers to the first alone, so whatever others try from
elsewhere cannot lock an operator out. A device's name is what the caller says it is: someone who knows the
name of the bound device too can use up its tries, which is why apps keep that name to themselves.

The counters sit in short-lived memory and may be lost with it. Windows begin by the clock, so at the
turn of two of them twice as many tries go through.
"""

import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from sirekap.recall.recall import Recall
from sirekap.settings import Settings


class TooManyTriesError(Exception):
    """Too many wrong passwords; the next may be tried in `retry_after_s` seconds."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("too many wrong passwords")
        self.retry_after_s = retry_after_s


@dataclass(frozen=True)
class Attempt:
    """Somebody tries a password: `bound` when on the device that the account is bound to."""

    account: str
    device: str
    bound: bool


class Tries:
    """Counts failures; `clock` counts seconds as wall clocks do, alike in every process."""

    def __init__(self, recall: Recall, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self._recall = recall
        self._window_s = settings.tries_window_s
        self._per_device = settings.tries_per_device
        self._per_account = settings.tries_per_account
        self._clock = clock

    async def refuse_if_spent(self, attempt: Attempt) -> None:
        """Raise `TooManyTriesError` when a counter of this attempt is used up."""
        for key in self._limits(attempt):
            if await self._recall.get(f"{key}:spent"):
                raise TooManyTriesError(math.ceil(self._left_s()))

    async def failed(self, attempt: Attempt) -> None:
        """Count a wrong password."""
        for key, most in self._limits(attempt).items():
            if await self._recall.count(key, self._window_s) >= most:
                await self._recall.put(f"{key}:spent", b"1", self._left_s())

    async def succeeded(self, attempt: Attempt) -> None:
        """Forget the failures of this device, also when its tries are spent."""
        key = self._key(attempt.account, attempt.device)
        await self._recall.forget(key)
        await self._recall.forget(f"{key}:spent")

    def _limits(self, attempt: Attempt) -> dict[str, int]:
        limits = {self._key(attempt.account, attempt.device): self._per_device}
        return limits if attempt.bound else {**limits, self._key(attempt.account): self._per_account}

    def _key(self, *of: str) -> str:
        window = int(self._clock() // self._window_s)
        name = hashlib.sha256("\0".join(of).encode()).hexdigest()[:32]
        return f"tries:{window}:{name}"

    def _left_s(self) -> float:
        return self._window_s - self._clock() % self._window_s
