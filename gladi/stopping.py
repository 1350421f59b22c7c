"""When to break off a run on a system that is not ours: too many errors, or too long a wait.

Decided while the run goes, from the beats of the load processes, over the last seconds only. The scenario's
[stop] says what is too much.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gladi.load.progress import upper_s
from scenarios import Stop


@dataclass(frozen=True, slots=True)
class _Beat:
    at_s: float
    demanded: int
    failed: int
    took: tuple[int, ...]


class StopConditions:
    """Holds the beats of a run against [stop]; `applies` is False on a stack of our own, unless asked for."""

    def __init__(self, stop: Stop, applies: bool) -> None:
        self._stop = stop
        self._applies = applies and not (stop.error_share is None and stop.p99_s is None)
        self._beats: deque[_Beat] = deque()

    def broken(self, now_s: float, beat: Mapping[str, Any]) -> str:
        """Which condition the last seconds break, with its figures; empty while none.

        `now_s` is of the run clock; a beat without figures, as before the start, breaks nothing.
        """
        if not self._applies or "took" not in beat:
            return ""
        self._beats.append(_Beat(now_s, beat["demanded"], beat["failed"], tuple(beat["took"])))
        while len(self._beats) > 1 and self._beats[1].at_s <= now_s - self._stop.window:
            self._beats.popleft()
        first, last = self._beats[0], self._beats[-1]
        return self._errors(first, last) or self._waits(first, last)

    def _errors(self, first: _Beat, last: _Beat) -> str:
        demanded, failed = last.demanded - first.demanded, last.failed - first.failed
        limit = self._stop.error_share
        if limit is None or demanded < self._stop.operations or failed <= limit * demanded:
            return ""
        return (
            f"stop.error_share = {limit:g}: {failed} of {demanded} operations of the last "
            f"{last.at_s - first.at_s:.0f} s failed ({failed / demanded:.0%})"
        )

    def _waits(self, first: _Beat, last: _Beat) -> str:
        limit = self._stop.p99_s
        took = [now - then for now, then in zip(last.took, first.took, strict=True)]
        if limit is None or sum(took) < self._stop.operations:
            return ""
        p99_s = _percentile_s(took, 0.99)
        if p99_s <= limit:
            return ""
        return (
            f"stop.p99_s = {limit:g}: of {sum(took)} answers of the last {last.at_s - first.at_s:.0f} s "
            f"one in a hundred took about {p99_s:.1f} s or longer"
        )


def _percentile_s(counts: Sequence[int], share: float) -> float:
    """The time within which `share` of the answers came, from counts by bucket; to 9 %."""
    left = share * sum(counts)
    for number, count in enumerate(counts):
        left -= count
        if count and left <= 0:
            return upper_s(number)
    return 0.0
