"""How far a worker's operators are and how they fare, in a few numbers that can be added over workers.

They travel with every beat: conditions of faults, stop conditions and the live view are decided by them while
the run goes. The record of the run is another thing, and says everything.

A beat holds numbers, lists of numbers and dicts of either, nothing else: numbers add, lists add item by item,
dicts key by key. Everything only grows, so that the difference of two beats is what lies between them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import ceil, log2
from typing import Any

from reports.schema import ACCOUNT_HOLDERS, ANSWERS, OWN_LINK
from simulators.operations import Answer, Operation, Target
from simulators.sheetlist import PPWP, Sheet

COUNTS = ("acknowledged_pages", "complete_tps", "demanded", "failed")
"""Numbers that only grow: pages acknowledged for the first time, TPS of which every page is, operations that
a sound system serves, and those of them that failed or stayed without an answer."""

_OF_KIND = {
    "began": 0, "ok": 0, "fail": 0, "unknown": 0, "right": 0, "waited_s": 0.0, "demanded": 0, "failed": 0,
    "unanswered": 0,
}  # fmt: skip
"""What is counted of a kind of operation: begun; ended, as the record says; of those that ended as `fail` the
ones no server is to blame for (a probe or junk turned away, "not there yet", a phone that lost its signal);
the sum of the times in its `took`; and, as in COUNTS, operations that a sound system serves, those of them
that failed or stayed without an answer, and those that stayed without."""

_PER_DOUBLING = 8
BUCKETS = 22 * _PER_DOUBLING
"""Number of buckets of every list of times."""
_TO_MS = 1000.0
_SHORTEST_S = 1e-3
_BLAMELESS = frozenset(OWN_LINK)


def bucket(took_s: float) -> int:
    """Which bucket a time falls into; each is 9 % wider than the one before, from 1 ms to an hour."""
    if took_s <= _SHORTEST_S:
        return 0
    return min(BUCKETS - 1, ceil(_PER_DOUBLING * log2(took_s * _TO_MS)))


def upper_s(number: int) -> float:
    """The longest time of a bucket, in seconds."""
    return float(2.0 ** (number / _PER_DOUBLING)) / 1000.0


class Progress:
    """Counts of one worker."""

    def __init__(self, sheets: Callable[[str], Iterable[Sheet]] = lambda tps: PPWP) -> None:
        """`sheets` tells what makes a TPS whole."""
        self._sheets = sheets
        self._missing: dict[str, set[Sheet]] = {}
        self._counts = dict.fromkeys(COUNTS, 0)
        self._kinds: defaultdict[str, dict[str, float]] = defaultdict(_OF_KIND.copy)
        self._took: defaultdict[str, list[int]] = defaultdict(lambda: [0] * BUCKETS)
        self._late = [0] * BUCKETS
        self._late_s = 0.0
        self._areas: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._let_in = False
        self._first_refusals: defaultdict[str, int] = defaultdict(int)

    def begin(self, operation: Operation) -> None:
        """Somebody begins an operation."""
        self._kinds[operation.kind]["began"] += 1

    def note(self, operation: Operation, answer: Answer, ended_s: float, late_s: float = 0.0) -> None:
        """An operation has ended; `late_s` is by how much the driver began it after it was due."""
        kind, outcome = operation.kind, answer.outcome
        mine = self._kinds[kind]
        mine[outcome] += 1
        self._late[0 if late_s <= _SHORTEST_S else bucket(late_s)] += 1
        self._late_s += max(0.0, late_s)
        blameless = operation.expect != "accept" or operation.actor == "iseng" or answer.reason in _BLAMELESS
        right = outcome == "fail" and (blameless or answer.status in ANSWERS)
        if right:
            mine["right"] += 1
        if blameless:
            return
        if not self._let_in and operation.actor in ACCOUNT_HOLDERS:
            self._let_in = outcome == "ok"
            if not self._let_in:
                self._first_refusals[f"{kind} {answer.status} {answer.reason}"] += 1
        counts = self._counts
        counts["demanded"] += 1
        mine["demanded"] += 1
        if outcome != "ok" and not right:
            counts["failed"] += 1
            mine["failed"] += 1
            if outcome == "unknown":
                mine["unanswered"] += 1
        if answer.status:
            took_s = ended_s - operation.intended_s
            self._took[kind][bucket(took_s)] += 1
            mine["waited_s"] += took_s
        if outcome == "ok" and kind == "submit_page":
            self._page(operation)

    def _page(self, operation: Operation) -> None:
        missing = self._missing.get(operation.tps)
        if missing is None:
            missing = self._missing[operation.tps] = set(self._sheets(operation.tps))
        if (operation.form, operation.page) in missing:
            missing.remove((operation.form, operation.page))
            area = self._areas[operation.tps[:6]]
            self._counts["acknowledged_pages"] += 1
            area[0] += 1
            if not missing:
                self._counts["complete_tps"] += 1
                area[1] += 1

    def counts(self) -> dict[str, Any]:
        """All numbers as they are now, as JSON.

        `kinds` has the counts of each kind of operation (see `_OF_KIND`) and `took`, its answers by bucket of
        their time since they were due; `took` beside it is the same of all kinds; `late` are operations by
        bucket of the driver's own lateness, `late_s` its sum in seconds; `areas` are acknowledged pages
        and complete TPS by kecamatan;
        `first_refusals` counts, as "kind status reason", what no operator got before the first success.
        """
        return {
            **self._counts,
            "took": [sum(column) for column in zip(*self._took.values(), strict=True)] or [0] * BUCKETS,
            "kinds": {kind: {**mine, "took": list(self._took[kind])} for kind, mine in self._kinds.items()},
            "late": list(self._late),
            "late_s": self._late_s,
            "areas": {area: list(numbers) for area, numbers in self._areas.items()},
            "first_refusals": dict(self._first_refusals),
        }


class Counted:
    """A target of which every operation is counted as it begins."""

    def __init__(self, target: Target, progress: Progress) -> None:
        self._target = target
        self._progress = progress

    def perform(self, operation: Operation) -> Any:
        """As the target does."""
        self._progress.begin(operation)
        return self._target.perform(operation)


def added(beats: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The beats of several workers as one: numbers add, lists item by item, dicts key by key."""
    total: dict[str, Any] = {}
    for beat in beats:
        for name, value in beat.items():
            total[name] = _sum(total[name], value) if name in total else value
    return total


def _sum(one: Any, other: Any) -> Any:
    if isinstance(one, Mapping):
        return added((one, other))
    if isinstance(one, list):
        return [mine + theirs for mine, theirs in zip(one, other, strict=True)]
    return one + other


def percentile_s(counts: Sequence[int], share: float) -> float:
    """The time within which `share` of the answers came, from counts by bucket; to 9 %, 0 without answers."""
    left = share * sum(counts)
    for number, count in enumerate(counts):
        left -= count
        if count and left <= 0:
            return upper_s(number)
    return 0.0
