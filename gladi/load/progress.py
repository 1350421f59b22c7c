"""How far a worker's operators are and how they fare, in a few numbers that can be added over workers.

They travel with every beat: conditions of faults and stop conditions are decided by them while the run goes.
The record of the run is another thing, and says everything.
"""

from math import ceil, log2
from typing import Any

from reports.schema import ANSWERS, OWN_LINK, PAGES
from simulators.operations import Answer, Operation

COUNTS = ("acknowledged_pages", "complete_tps", "demanded", "failed")
"""Numbers that only grow: pages acknowledged for the first time, TPS of which every page is, operations that
a sound system serves, and those of them that failed or stayed without an answer."""

_PER_DOUBLING = 8
_BUCKETS = 22 * _PER_DOUBLING


def bucket(took_s: float) -> int:
    """Which bucket a time falls into; each is 9 % wider than the one before, from 1 ms to an hour."""
    return min(_BUCKETS - 1, max(0, ceil(_PER_DOUBLING * log2(max(took_s, 1e-3) * 1000.0))))


def upper_s(number: int) -> float:
    """The longest time of a bucket, in seconds."""
    return float(2.0 ** (number / _PER_DOUBLING)) / 1000.0


class Progress:
    """Counts of one worker."""

    def __init__(self) -> None:
        self._missing: dict[str, set[int]] = {}
        self._counts = dict.fromkeys(COUNTS, 0)
        self._took = [0] * _BUCKETS

    def note(self, operation: Operation, answer: Answer, ended_s: float) -> None:
        """An operation has ended."""
        if operation.expect != "accept" or operation.actor == "iseng" or answer.reason in OWN_LINK:
            return
        self._counts["demanded"] += 1
        ok = answer.outcome == "ok"
        if not ok and not (answer.outcome == "fail" and answer.status in ANSWERS):
            self._counts["failed"] += 1
        if answer.status:
            self._took[bucket(ended_s - operation.intended_s)] += 1
        if ok and operation.kind == "submit_page":
            self._page(operation)

    def _page(self, operation: Operation) -> None:
        missing = self._missing.setdefault(operation.tps, set(PAGES[operation.form]))
        if operation.page in missing:
            missing.remove(operation.page)
            self._counts["acknowledged_pages"] += 1
            self._counts["complete_tps"] += not missing

    def counts(self) -> dict[str, Any]:
        """All numbers as they are now, as JSON; `took` counts answers by bucket."""
        return {**self._counts, "took": list(self._took)}
