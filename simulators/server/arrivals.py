"""What a request meets at a server, compiled: its pipe, its pool, its queue, its refusal, its loss.

`arrive` takes one request in the moment it comes and says at once when its service starts and when it is
answered: first come first served has no secrets (virtual time); one event a request, and O(log hands).
The same functions are called from Python and become part of other kernels. **Call them in order of time.**

The state is two flat arrays, `whole` (int64) and `figures` (float64), built by `simulators.server.queues`.
Two, because numba counts references to every array a function touches, and thirty cost more than the queue.
Rows point to one another by their place in the array:

    whole    head: RATE, DOOR, CRASH: place in `figures` of the stretch, door and crash that is next;
             RATES: of the first stretch; FREE, FREE_END: of all hands; POOL_ROWS, POOLS: the pools
             KINDS + kind: place in `whole` of the pool that serves the kind
             a pool: OWNER (the pool whose hands serve it: itself, unless it is a gate of another's),
             HANDS, MACHINE_HANDS, FIRST (of its hands, in `figures`), QUEUE (so many may wait), RING and
             PLACES (the starts of its latest waiters), WAITED (how many there were), LIMITS (in `figures`),
             BESIDE (the first hand, in `figures`, of the pool it shares a processor with; 0 for none)
    figures  PIPE_FREE, BYTE_S: moment the pipe is free, seconds a byte
             a kind: LOG_MEAN (of the log-normal: ln mean - sigma^2 / 2), MEAN, SIGMA, REPEAT, BASE
             limits of a pool: REFUSE_AFTER, CONTENTION, COHERENCY, REFUSAL, SLOWED, DEBT
             stretches of the work clock, three each: from, work clock then, factor; one more at infinity
             doors, three each: from, until, CLOSED or SILENT; one more at infinity
             crashes: their moments; one more at infinity
             hands: work-clock moments they become free, a binary heap (least first) a pool; rings

Two clocks. Queues are kept on the *work clock*, which runs at the server's factor: half as fast while it is
slow, not at all while it is frozen. So a server never knows beforehand that it will be slow: what it predicts
and refuses follows from the work before it alone.

After a change here delete numba's caches of the kernels that use it (`__pycache__/*.nb?`): they do not see
across files.
"""

import math

import numpy as np
from numpy.typing import NDArray

from fakeforms.compiled import inlined

SERVED, REFUSED, CLOSED, SILENT, LOST = range(5)
"""What became of a request: answered; refused by the pool (503); the door was closed (connection refused);
nothing answers, ever; taken in and then lost in a crash, at the moment that is given as its end."""

COUNTED_HANDS = 64
"""Up to so many hands (all machines together) those that are busy are counted for the Universal Scalability
Law. A larger pool always takes the inflation of a machine all of whose hands are busy: too slow while it is
nearly idle, exact when it matters."""

LONGEST_COUNTED = 1 << 22
"""A longer queue has no limit: nobody counts those who wait in it."""

RATE, DOOR, CRASH, RATES, FREE, FREE_END, POOL_ROWS, POOLS = range(8)
KINDS = 8
OWNER, HANDS, MACHINE_HANDS, FIRST, QUEUE, RING, PLACES, WAITED, LIMITS, BESIDE = range(10)
POOL_WIDTH = 10
PIPE_FREE, BYTE_S = range(2)
KIND_FIGURES = 2
LOG_MEAN, MEAN, SIGMA, REPEAT, BASE = range(5)
KIND_WIDTH = 5
REFUSE_AFTER, CONTENTION, COHERENCY, REFUSAL, SLOWED, DEBT = range(6)
LIMITS_WIDTH = 6

Figures = NDArray[np.float64]
Whole = NDArray[np.int64]


@inlined
def arrive(
    whole: Whole, figures: Figures, kind: int, t: float, sent_bytes: float, z: float, held: bool
) -> tuple[float, float, int]:
    """One request of this kind comes at real moment `t`, not before the one of the last call.

    `sent_bytes` pass the pipe first; `z` is the standard normal of its service; `held`: the system holds the
    page already (`repeat` of the work is left). Gives start of service, moment of the answer and `SERVED`, or
    one of the other four: a refusal is answered at its end, LOST is the moment of the crash (the outcome is
    unknown: it was under way), SILENT ends never (infinite).
    """
    if figures[whole[CRASH]] <= t:
        come_back(whole, figures, t)
    while figures[whole[DOOR] + 1] <= t:
        whole[DOOR] += 3
    if figures[whole[DOOR]] <= t:
        closed = figures[whole[DOOR] + 2] == CLOSED
        return (t, t, CLOSED) if closed else (t, math.inf, SILENT)

    inside = max(t, figures[PIPE_FREE]) + sent_bytes * figures[BYTE_S]
    figures[PIPE_FREE] = inside
    while figures[whole[RATE] + 3] <= inside:
        whole[RATE] += 3
    stretch = whole[RATE]
    now = figures[stretch + 1] + (inside - figures[stretch]) * figures[stretch + 2]

    pool = whole[KINDS + kind]
    owner = whole[pool + OWNER]
    service = KIND_FIGURES + kind * KIND_WIDTH
    begin = max(now, figures[whole[owner + FIRST]])
    slower = _inflation(whole, figures, owner, begin, now) * _beside(whole, figures, owner, now)
    predicted = begin + figures[service + MEAN] * slower - now
    end, what = inside, REFUSED
    if predicted <= figures[whole[pool + LIMITS] + REFUSE_AFTER] and not (
        begin > now and _full(whole, figures, pool, now)
    ):
        sigma = figures[service + SIGMA]
        work = math.exp(figures[service + LOG_MEAN] + sigma * z) if sigma > 0.0 else figures[service + MEAN]
        if held:
            work *= figures[service + REPEAT]
        done = begin + work * slower
        if begin > now:
            done += _debt_paid(whole, figures, owner, work * slower)
        else:
            figures[whole[owner + LIMITS] + DEBT] = 0.0  # an idle pool has had time for its refusals
        _replace_least(figures, whole[owner + FIRST], whole[owner + HANDS], done)
        end, what = real(figures, done, stretch) + figures[service + BASE], SERVED
        if begin > now:
            _wait(whole, figures, pool, begin)
            inside = max(inside, real(figures, begin, stretch))
        elif figures[stretch + 2] == 0.0:
            inside = real(figures, begin, stretch)
    else:
        figures[whole[owner + LIMITS] + DEBT] += figures[whole[pool + LIMITS] + REFUSAL]
        # The frozen refuse when they wake.
        end = inside = figures[stretch + 3] if figures[stretch + 2] == 0.0 else inside
    crash_s = figures[whole[CRASH]]
    if end > crash_s:
        return min(inside, crash_s), crash_s, LOST
    return inside, end, what


@inlined
def _inflation(whole: Whole, figures: Figures, owner: int, begin: float, now: float) -> float:
    """Universal Scalability Law of one machine at the moment a service begins."""
    limits = whole[owner + LIMITS]
    contention, coherency = figures[limits + CONTENTION], figures[limits + COHERENCY]
    if contention == 0.0 and coherency == 0.0:
        return 1.0
    machine, hands = whole[owner + MACHINE_HANDS], whole[owner + HANDS]
    busy = float(machine)
    if begin == now and hands <= COUNTED_HANDS:
        count = 1
        for hand in range(whole[owner + FIRST], whole[owner + FIRST] + hands):
            if figures[hand] > now:
                count += 1
        busy = max(1.0, count * machine / hands)
    return float(1.0 + contention * (busy - 1.0) + coherency * busy * (busy - 1.0))


@inlined
def _debt_paid(whole: Whole, figures: Figures, owner: int, work: float) -> float:
    """Work of refusals that is done between this service and the one before it: at most as much as its own.

    So whoever is taken in is served, however many are turned away, and half of the hands' time is the most
    that turning away can take.
    """
    debt = whole[owner + LIMITS] + DEBT
    if figures[debt] == 0.0:
        return 0.0
    paid = min(figures[debt], work)
    figures[debt] -= paid
    return float(paid)


@inlined
def _beside(whole: Whole, figures: Figures, owner: int, now: float) -> float:
    """How many times longer a service takes because another pool has work on the same processor."""
    other = whole[owner + BESIDE]
    if other == 0 or figures[other] <= now:
        return 1.0
    return float(1.0 / (1.0 - figures[whole[owner + LIMITS] + SLOWED]))


@inlined
def _full(whole: Whole, figures: Figures, pool: int, now: float) -> bool:
    """Whether QUEUE requests wait: the one that took its place that many waiters ago has not begun."""
    queue, waited = whole[pool + QUEUE], whole[pool + WAITED]
    if waited < queue or queue == 0:
        return bool(queue == 0)
    return bool(figures[whole[pool + RING] + waited % whole[pool + PLACES]] > now)


@inlined
def _wait(whole: Whole, figures: Figures, pool: int, begin: float) -> None:
    waited = whole[pool + WAITED]
    figures[whole[pool + RING] + waited % whole[pool + PLACES]] = begin
    whole[pool + WAITED] = waited + 1


@inlined
def _replace_least(heap: Figures, first: int, size: int, value: float) -> None:
    """The least of heap[first : first + size] becomes `value`, which is not less than it."""
    hole, child = 0, 1
    while child < size:
        if child + 1 < size and heap[first + child + 1] < heap[first + child]:
            child += 1
        least = heap[first + child]
        if least >= value:
            break
        heap[first + hole] = least
        hole, child = child, 2 * child + 1
    heap[first + hole] = value


@inlined
def real(figures: Figures, work: float, stretch: int) -> float:
    """The real moment of a moment of the work clock, which lies in stretch `stretch` or later."""
    while figures[stretch + 4] < work or figures[stretch + 2] == 0.0:
        stretch += 3
    return float(figures[stretch] + (work - figures[stretch + 1]) / figures[stretch + 2])


@inlined
def come_back(whole: Whole, figures: Figures, t: float) -> None:
    """The crashes up to `t` are over: pipe, queues and hands are empty (the door may still be closed)."""
    while figures[whole[CRASH]] <= t:
        whole[CRASH] += 1
    for hand in range(whole[FREE], whole[FREE_END]):
        figures[hand] = -math.inf
    for pool in range(whole[POOLS]):
        row = whole[POOL_ROWS] + pool * POOL_WIDTH
        whole[row + WAITED] = 0
        figures[whole[row + LIMITS] + DEBT] = 0.0
    figures[PIPE_FREE] = -math.inf
    whole[RATE] = whole[RATES]
