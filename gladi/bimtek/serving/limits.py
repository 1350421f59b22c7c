"""How much one phone may ask for: tries at passwords, requests, photos; counted in sliding windows."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

_MOST_KEYS = 5_000  # the longest unseen give way


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` in `window_s` seconds."""

    most: int
    window_s: float


LOGINS_OF_ACCOUNT = Limit(8, 120.0)
LOGINS_OF_ADDRESS = Limit(200, 120.0)
TRAINER_TRIES = Limit(6, 60.0)
REQUESTS_OF_ADDRESS = Limit(6_000, 60.0)
"""A page that waits for its mark asks every second or so; a class behind one router may share its address."""
PHOTOS_OF_TRAINEE = Limit(60, 600.0)
ATTEMPTS_OF_TRAINEE = Limit(40, 3600.0)
PHOTO_MOST_BYTES = 3_000_000
JSON_MOST_BYTES = 32_768
UPLOADS_AT_ONCE = 24
STALL_S = 30.0
"""No byte of a body for so long: the phone is gone."""


class Counter:
    """Counts by key; `clock` counts seconds and never goes back."""

    def __init__(self, limit: Limit, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait_s(self, key: str) -> int:
        """Count one more; 0 if it may go on, else after how many seconds it may be tried again."""
        with self._lock:
            now = self._clock()
            moments = self._seen.setdefault(key, deque())
            self._seen.move_to_end(key)
            while len(self._seen) > _MOST_KEYS:
                self._seen.popitem(last=False)
            while moments and moments[0] <= now - self._limit.window_s:
                moments.popleft()
            if len(moments) >= self._limit.most:
                return max(1, round(moments[0] + self._limit.window_s - now))
            moments.append(now)
            return 0

    def forget(self, key: str) -> None:
        """What was counted for a key was in good faith: a login that succeeded."""
        with self._lock:
            self._seen.pop(key, None)
