"""How late the event loop of this process is: the one number in which every shortage of its core shows."""

import asyncio
import time

TICK_S = 0.02  # fifty wake-ups a second cost about a thousandth of a core


class Lateness:
    """Measures by a timer that should fire every `TICK_S`: what it is late, everything else is late too."""

    def __init__(self) -> None:
        self._due_s = time.monotonic() + TICK_S
        self._last_s = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin, in the running loop."""
        self._tick()

    def stop(self) -> None:
        """End."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    @property
    def seconds(self) -> float:
        """The present lateness: of the last tick, or of the one that should have come by now."""
        if self._timer is None:
            return 0.0
        return max(self._last_s, time.monotonic() - self._due_s)

    def _tick(self) -> None:
        now_s = time.monotonic()
        self._last_s = max(0.0, now_s - self._due_s) if self._timer else 0.0
        self._due_s = now_s + TICK_S
        self._timer = asyncio.get_running_loop().call_later(TICK_S, self._tick)
