"""When to break off a run: too many errors, too long a wait, or a threshold that is surely missed.

Decided while the run goes, from the beats of the load processes. The scenario's [stop] says what is too much
in the last seconds, on a system that is not ours; its [thresholds] what ends any run (`gladi.breaches`).
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gladi.breaches import Watched
from gladi.load.progress import percentile_s
from scenarios import Stop


@dataclass(frozen=True, slots=True)
class _Beat:
    at_s: float
    demanded: int
    failed: int
    took: tuple[int, ...]


class StopConditions:
    """Holds the beats of a run against [stop]; `applies` is False on a stack of our own, unless asked for.

    `thresholds` hold on any system, since each was asked for.
    """

    def __init__(self, stop: Stop, applies: bool, thresholds: Sequence[Watched] = ()) -> None:
        self._stop = stop
        self._thresholds = thresholds
        self._applies = applies and not (stop.error_share is None and stop.p99_s is None)
        self._beats: deque[_Beat] = deque()

    def broken(self, now_s: float, beat: Mapping[str, Any]) -> str:
        """Which condition the last seconds break, with its figures; empty while none.

        `now_s` is of the run clock; a beat without figures, as before the start, breaks nothing.
        """
        if "took" not in beat:
            return ""
        for one in self._thresholds:
            if missed := one.missed(now_s, beat):
                return missed
        if not self._applies:
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
        p99_s = percentile_s(took, 0.99)
        if p99_s <= limit:
            return ""
        return (
            f"stop.p99_s = {limit:g}: of {sum(took)} answers of the last {last.at_s - first.at_s:.0f} s "
            f"one in a hundred took about {p99_s:.1f} s or longer"
        )
