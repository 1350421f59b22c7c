"""Thresholds with `abort = true`, held to the beats of a run while it goes.

A beat counts what has ended so far, so a limit is broken off on all of it since the start of its phase, as k6
does; the last judgement is made from the record. A run is broken off only when the miss is sure: a limit is
looked at with every beat, hence the interval is one of 99.9 % (one that is just kept is taken for a miss in 2
to 4 of 100 runs of 300 looks, simulated), and times count by the near end of their bucket, which is 9 % wide:
late with a miss, never early. Operations that were due before the phase and end in it are counted with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gladi.load.progress import upper_s
from reports.intervals import of_share
from scenarios import Scenario, Threshold, Timeline, kinds_of

_TAIL = 0.0005
"""Risk at each end of the interval."""


@dataclass(frozen=True, slots=True)
class _Counts:
    demanded: int = 0
    failed: int = 0
    unanswered: int = 0
    over: int = 0
    """Answers that took longer than the limit for sure; the rest of `answered` may have."""
    answered: int = 0

    def since(self, before: "_Counts") -> "_Counts":
        return _Counts(
            self.demanded - before.demanded, self.failed - before.failed, self.unanswered - before.unanswered,
            self.over - before.over, self.answered - before.answered,
        )  # fmt: skip


@dataclass(slots=True)
class Watched:
    """One threshold that may break a run off; moments are of the run clock."""

    kind: str
    limit: Threshold
    start_s: float
    end_s: float
    after_s: float
    least: int
    """Fewer operations show nothing."""
    _before: _Counts = field(default_factory=_Counts)
    _first_s: float | None = None

    def missed(self, now_s: float, beat: Mapping[str, Any]) -> str:
        """The threshold with its figures once it is surely missed; empty until then."""
        if now_s >= self.end_s:
            return ""
        counts = self._counts(beat)
        if now_s < self.start_s:
            self._before = counts
            return ""
        seen = counts.since(self._before)
        if seen.demanded and self._first_s is None:
            self._first_s = now_s
        if self._first_s is None or now_s < self._first_s + self.after_s or seen.demanded < self.least:
            return ""
        return self._told(seen)

    def _counts(self, beat: Mapping[str, Any]) -> _Counts:
        total = _Counts()
        for kind in kinds_of(self.kind):
            one = beat.get("kinds", {}).get(kind)
            if one is None:
                continue
            took = one["took"]
            over = 0
            if self.limit.metric == "percentile":
                over = sum(count for number, count in enumerate(took) if _least_s(number) > self.limit.value)
            total = _Counts(
                total.demanded + int(one["demanded"]), total.failed + int(one["failed"]),
                total.unanswered + int(one["unanswered"]), total.over + over, total.answered + sum(took),
            )  # fmt: skip
        return total

    def _told(self, seen: _Counts) -> str:
        limit, n = self.limit, seen.demanded
        if limit.metric == "percentile":
            # An answer may be both wrong and slow: at least the greater number was not served in time.
            bad = max(seen.failed, seen.over + n - seen.answered)
            sure = of_share(bad, n, _TAIL)[0] > 1.0 - limit.share
            told = f"{bad} of {n} operations failed or took longer"
        else:
            count = {
                "success": n - seen.failed,
                "fail": seen.failed - seen.unanswered,
                "unknown": seen.unanswered,
            }
            many = count[limit.metric]
            sure = not any(limit.holds(end) for end in of_share(many, n, _TAIL))
            told = f"{limit.metric} was {many} of {n} operations ({many / n:.1%})"
        return f"threshold {self.kind}: {limit.text}: {told}" if sure else ""


def watched(scenario: Scenario, timeline: Timeline) -> list[Watched]:
    """The thresholds of a scenario that may break its run off."""
    phases = {phase.id: phase for phase in timeline.phases}
    return [
        Watched(
            kind,
            one.check,
            phases[one.phase].run_start_s if one.phase else float("-inf"),
            phases[one.phase].run_end_s if one.phase else float("inf"),
            one.after,
            scenario.stop.operations,
        )
        for kind, checks in scenario.thresholds.items()
        for one in checks
        if one.abort
    ]


def _least_s(number: int) -> float:
    """The shortest time of a bucket."""
    return upper_s(number - 1) if number else 0.0
