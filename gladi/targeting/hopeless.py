"""A run of which nothing succeeds: told within seconds, not when its day is over.

Only of a system that is not ours, and only until its first success; what was good once may fail for as long
as the scenario's [stop] allows. 429 and 503 are never hopeless: a system that says "later" to a storm is what
a rehearsal is for.
"""

from collections.abc import Mapping
from typing import Any

from gladi.targeting.probe import likely

LEAST = 24
"""Refusals before a run is called hopeless."""
LEAST_S = 2.0
_NOT_NO = frozenset({0, 429, 503})
"""Statuses that are no refusal for good; 0 is no answer at all."""
_PUBLIC = frozenset({"national", "region", "tps_page", "photo"})
"""The portal may answer although nobody can send."""


class Hopeless:
    """Reads the beats of a run (see `gladi.load.progress`); `applies` is False on a stack of our own."""

    def __init__(self, applies: bool) -> None:
        self._applies = applies
        self._since_s: float | None = None

    def broken(self, now_s: float, beat: Mapping[str, Any]) -> str:
        """Why it makes no sense to go on; "" while it may. `now_s` is of the run clock."""
        if not self._applies or "first_refusals" not in beat:
            return ""
        if any(counts["ok"] for kind, counts in beat["kinds"].items() if kind not in _PUBLIC):
            self._applies = False
            return ""
        counts: Mapping[str, int] = beat["first_refusals"]
        said = {what: count for what, count in counts.items() if _status(what) not in _NOT_NO}
        if not said:
            return ""
        self._since_s = now_s if self._since_s is None else self._since_s
        total = sum(counts.values())
        if sum(said.values()) < max(LEAST, 0.9 * total) or now_s - self._since_s < LEAST_S:
            return ""
        most = max(said, key=lambda what: said[what])
        kind, status, reason = most.split(" ", 2)
        return (
            f"none of the operators' first {total} operations succeeded; {kind} was answered {said[most]} "
            f"times with {reason}. {likely(int(status))}"
        )


def _status(what: str) -> int:
    return int(what.split(" ")[1])
