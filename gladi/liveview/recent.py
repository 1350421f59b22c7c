"""The last seconds of a run: how fast answers came, how many operations a second, how late the driver was.

Beats only grow, so a stretch of time is the difference between two of them, and a percentile of it comes from
the difference of two lists of buckets.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from gladi.load.progress import bucket, percentile_s
from reports.generator import LATE_MS

WINDOW_S = 10.0
"""Percentiles are of this many seconds."""

RATE_S = 3.0
"""Rates are of this many seconds: one second of few operations jumps about."""

_ON_TIME = bucket(LATE_MS / 1000.0)
"""The last bucket of operations that began on time."""
_LATE_SHARE = 0.01

Beat = Mapping[str, Any]


class Recent:
    """Beats of the last `WINDOW_S` seconds, one about every second."""

    def __init__(self) -> None:
        self._beats: deque[tuple[float, Beat]] = deque()

    def note(self, now_s: float, beat: Beat) -> None:
        """A beat of the moment `now_s` of the run clock."""
        if self._beats and now_s <= self._beats[-1][0]:
            return  # the run is over: nothing moves any more
        self._beats.append((now_s, beat))
        while len(self._beats) > 2 and self._beats[1][0] <= now_s - WINDOW_S:
            self._beats.popleft()

    def latency_ms(self, kind: str) -> dict[str, float | int | None]:
        """p50, p95 and p99 of the answers of a kind, and how many they were; None without answers."""
        took = self._grown(lambda beat: beat["kinds"].get(kind, {}).get("took", ()))
        answers = sum(took)
        shares = {"p50": 0.50, "p95": 0.95, "p99": 0.99}
        return {
            **{name: 1000 * percentile_s(took, share) if answers else None for name, share in shares.items()},
            "answers": answers,
        }

    def lateness(self) -> dict[str, float | int | bool | None]:
        """How late the driver began what was due: p50 and p99 in ms, and whether it can be trusted.

        `trusted` is False while more than 1 % of the operations began later than an honest driver may (the
        rule of the report, which looks at the driver's processors as well), None when none began.
        """
        late = self._grown(lambda beat: beat["late"])
        began = sum(late)
        if not began:
            return {"p50": None, "p99": None, "began": 0, "trusted": None}
        return {
            "p50": 1000 * percentile_s(late, 0.50),
            "p99": 1000 * percentile_s(late, 0.99),
            "began": began,
            "trusted": sum(late[_ON_TIME + 1 :]) <= _LATE_SHARE * began,
        }

    def per_second(self, count: Any) -> float:
        """How fast `count(beat)` grew over the last `RATE_S` seconds."""
        if len(self._beats) < 2:
            return 0.0
        last_s, last = self._beats[-1]
        since = next(one for one in self._beats if one[0] >= last_s - RATE_S - 0.5)
        length_s = last_s - since[0]
        return float(count(last) - count(since[1])) / length_s if length_s > 0 else 0.0

    def _grown(self, counts: Any) -> Sequence[int]:
        if not self._beats:
            return ()
        now, then = counts(self._beats[-1][1]), counts(self._beats[0][1])
        return [one - other for one, other in zip(now, then or [0] * len(now), strict=True)]
