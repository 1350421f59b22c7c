"""The consent of a system, kept in mind while it cannot be asked.

A run breaks its system on purpose, and a system that is down cannot tell its consent: that is no withdrawal.
So what was read last holds on for a while, though never longer than it says itself. Whatever *answers*
otherwise, with another document or with none, has withdrawn it at once.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from gladi.consent import Consent
from gladi.failures import UsageError

HOLDS_S = 60.0
"""So long a consent that cannot be read again is believed; a killed server comes back sooner (assumed)."""
_SERVER_ERROR = 500


class Agreed:
    """Asks again, as often as it is called; `ask` raises UsageError where there is no consent."""

    def __init__(self, ask: Callable[[], Consent | None], now: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._now = now
        self._last = ask()
        self._read_s = now()

    @property
    def consent(self) -> Consent | None:
        """What was read last; None for a system on this machine."""
        return self._last

    def __call__(self) -> Consent | None:
        """The consent; raises UsageError once it is withdrawn, has run out, or was silent for too long."""
        try:
            self._last = self._ask()
        except UsageError as error:
            if not self._holds_on(error):
                raise
        else:
            self._read_s = self._now()
        return self._last

    def _holds_on(self, error: UsageError) -> bool:
        cause = error.__cause__
        down = isinstance(cause, OSError) and getattr(cause, "code", _SERVER_ERROR) >= _SERVER_ERROR
        still = self._last is not None and datetime.now(UTC) < self._last.until
        return down and still and self._now() - self._read_s < HOLDS_S
