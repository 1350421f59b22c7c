"""Faults that cannot hold the same thing at the same time: a process that is dead cannot be starved, too.

Which exclude each other the faults say themselves (`Fault.excludes`); either side is enough. Everything else
may overlap as it likes.
"""

from collections.abc import Sequence
from itertools import combinations

from chaos.event import FaultEvent, PlanError
from chaos.fault import registered
from scenarios import Timeline, condition


def must_stay_apart(one: FaultEvent, other: FaultEvent) -> bool:
    """Whether these two hold the same thing and exclude each other, whenever that may be."""
    faults = registered()
    apart = other.fault in faults[one.fault].excludes or one.fault in faults[other.fault].excludes
    return apart and bool(set(one.target) & set(other.target))


def exclusive(one: FaultEvent, other: FaultEvent) -> bool:
    """Whether these two could be in force together and must not be."""
    return (
        must_stay_apart(one, other)
        and one.strike_s < other.over_s
        and other.strike_s < one.over_s
        and not _waits_for(one, other)
        and not _waits_for(other, one)
    )


def refuse_exclusive(plan: Sequence[FaultEvent], timeline: Timeline) -> None:
    """Raises PlanError that names both faults, what they hold, their times, and what would be right."""
    for one, other in combinations(plan, 2):
        if exclusive(one, other):
            both = ", ".join(sorted(set(one.target) & set(other.target)))
            raise PlanError(
                f"faults {one.id} and {other.id}",
                f"exclude each other and would hold {both} at the same time: {_told(one, timeline)}, "
                f"{_told(other, timeline)}; let the second begin after the first has ended (at, or "
                f'when = "healed NN"), or give it another target',
            )


def _waits_for(one: FaultEvent, other: FaultEvent) -> bool:
    if not one.when:
        return False
    when = condition(one.when)
    return when.kind == "healed" and when.fault == other.id


def _told(event: FaultEvent, timeline: Timeline) -> str:
    begins, ends = timeline.local(event.strike_s), timeline.local(event.over_s)
    may = f"any time after {event.when}, " if event.when else ""
    return (
        f"{event.fault} {may}{begins:%d %b %H:%M} to {ends:%d %b %H:%M} "
        f"({event.strike_s:.1f} to {event.over_s:.1f} s of the run)"
    )
