"""One trial judged: held, not held, or invalid because it says nothing about the system.

Held means: every kind within its limits, and no queue that grows. A pure function of the record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from reports.capacity.growth import CHANCE, Growth, growth
from reports.capacity.limits import Floats, Limits, measured

Became = Literal["held", "not_held", "invalid"]
HELD: Became = "held"
NOT_HELD: Became = "not_held"
INVALID: Became = "invalid"

OWN_CORE = 0.92
"""A generator that used so much of its core was what the trial measured."""
LATE_MS = 25.0
"""Lateness (p99) that is believed not to matter; longer only where the limits are long."""
LATE_OF_LIMIT = 0.1

CORE, LATE, GROWTH = "generator's core", "generator late", "growth"


@dataclass(frozen=True, slots=True)
class Miss:
    """A limit that a kind did not keep: what was `found`, and the limit's own words, or GROWTH."""

    kind: str
    metric: str
    found: float
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """What was asked for, and what it came to. `offered_per_s` counts what was due in the judged part,
    `good_per_s` what was answered well in it, whenever it was due.

    `misses` says what was not held, `invalid` (CORE, LATE, or in words) why it says nothing. `p95_s` is by
    kind, `left_behind` the worst of all kinds (see growth.py).
    """

    number: int
    what: str
    purpose: str
    rate_per_s: float
    offered_per_s: float
    good_per_s: float
    seconds: float
    became: Became
    misses: tuple[Miss, ...] = ()
    invalid: str = ""
    p50_s: float = float("nan")
    p95_s: Mapping[str, float] = field(default_factory=dict)
    good_share: float = 0.0
    left_behind: float = 0.0
    late_p99_ms: float = 0.0
    own_share: float = 0.0

    @property
    def held(self) -> bool | None:
        """None where the trial is invalid."""
        return None if self.became == INVALID else self.became == HELD

    @property
    def generators_fault(self) -> bool:
        """Invalid because more could not be offered."""
        return self.invalid in (CORE, LATE)


def invalid(row: Mapping[str, Any], limits: Limits, kinds: Sequence[str]) -> str:
    """Why a trial says nothing about the system: what was said when it ended, or a generator that was late.

    Late is a 99th percentile above 25 ms and above a tenth of the shortest limit in time.
    """
    if row["own_share"] > OWN_CORE:
        return CORE
    times = [
        one.value for kind in kinds for one in limits[kind] if one.metric in ("percentile", "mean", "max")
    ]
    allowed_ms = max(LATE_MS, LATE_OF_LIMIT * 1000.0 * min(times, default=0.0))
    if row["late_p99_ms"] > allowed_ms:
        return LATE
    return str(row["why"])


def judge(row: Mapping[str, Any], columns: Mapping[str, Any], limits: Limits) -> Trial:
    """`row` is one of TRIALS, `columns` arrays of its ATTEMPTS (kind, due_s, ended_s, became)."""
    warm_s, end_s = float(row["warm_s"]), float(row["seconds"])
    due_s, ended_s = np.asarray(columns["due_s"], float), np.asarray(columns["ended_s"], float)
    good, kind = np.asarray(columns["became"]) == "good", np.asarray(columns["kind"])
    kinds = [str(one) for one in np.unique(kind)]
    part = (due_s >= warm_s) & (due_s < end_s)
    length_s = max(1e-9, end_s - warm_s)
    misses, p95_s, worst = _against_limits(kinds, kind, part, good, due_s, ended_s, (warm_s, end_s), limits)
    late = invalid(row, limits, kinds)
    latency_s = (ended_s - due_s)[part & good]
    return Trial(
        int(row["trial"]),
        str(row["what"]),
        str(row["purpose"]),
        float(row["rate_per_s"]),
        float(part.sum()) / length_s,
        float((good & (ended_s >= warm_s) & (ended_s < end_s)).sum()) / length_s,
        end_s,
        INVALID if late else NOT_HELD if misses else HELD,
        () if late else tuple(misses),
        late,
        float(np.median(latency_s)) if len(latency_s) else float("nan"),
        p95_s,
        float((part & good).sum()) / max(1.0, float(part.sum())),
        worst.left_behind,
        float(row["late_p99_ms"]),
        float(row["own_share"]),
    )


def _against_limits(
    kinds: Sequence[str], kind: Any, part: Any, good: Any, due_s: Floats, ended_s: Floats,
    span: tuple[float, float], limits: Limits,
) -> tuple[list[Miss], dict[str, float], Growth]:  # fmt: skip
    misses: list[Miss] = []
    p95_s: dict[str, float] = {}
    worst = Growth(0.0, 1.0)
    for one in kinds:
        mine = kind == one
        good_s = (ended_s - due_s)[mine & part & good]
        asked = int((mine & part).sum())
        if not asked:
            continue
        p95_s[one] = float(np.quantile(good_s, 0.95)) if len(good_s) else float("inf")
        for limit in limits[one]:
            found = measured(limit, good_s, asked)
            if not limit.holds(found):
                misses.append(Miss(one, limit.metric, found, limit.text))
        grown = growth(due_s[mine], ended_s[mine], *span)
        # Kinds in one line grow together, kinds with lines of their own do not: between one test and many.
        if grown.grows(CHANCE / len(kinds) ** 0.5):
            misses.append(Miss(one, GROWTH, grown.left_behind))
        if grown.left_behind > worst.left_behind or worst.chance == 1.0:
            worst = grown
    return misses, p95_s, worst
