"""How many people a help desk needs: Erlang C (A. K. Erlang 1917), the queue M/M/c in which nobody hangs up.

Calls come at random, take an exponential time, and wait in one line. Callers who give up would shorten the
line, so the answer is on the safe side.
"""

from math import exp


def waiting(calls_per_s: float, length_s: float, staff: int) -> float:
    """Chance that a call has to wait at all; 1 where the line only grows."""
    load = calls_per_s * length_s
    if load <= 0.0:
        return 0.0
    if staff <= load:
        return 1.0
    blocked = 1.0  # Erlang B, one server more at a time
    for number in range(1, staff + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked / (1.0 - load / staff * (1.0 - blocked))


def answered(calls_per_s: float, length_s: float, staff: int, within_s: float) -> float:
    """Share of calls that are answered within a time."""
    load = calls_per_s * length_s
    wait = waiting(calls_per_s, length_s, staff)
    if wait >= 1.0:
        return 0.0
    return 1.0 - wait * exp(-(staff - load) * within_s / length_s)


def staff_for(calls_per_s: float, length_s: float, within_s: float, share: float) -> int:
    """The fewest people with whom `share` of calls is answered within the time; 0 where nobody calls."""
    if calls_per_s <= 0.0:
        return 0
    staff = int(calls_per_s * length_s) + 1
    while answered(calls_per_s, length_s, staff, within_s) < share:
        staff += 1
    return staff
