"""A calendar queue: every actor has at most one pending arrival, and the earliest is always next.

Three arrays, built by `empty`, for kernels that take them apart:

    cursor  where the calendar stands: COARSE and FINE bucket in hand, SIZE of the heap, PENDING in all;
            the kernel's own counts besides: actors STARTED, EVENTS, answers UNHEARD at the end;
            where its records lie, ACTORS_AT and STATIONS_AT, and how many OPERATORS there are, two a station:
            what a bucket will touch is sent for when it comes in hand (waiting for it was 40 % of a run)
    links   heads of the coarse buckets, heads of the fine ones, each actor's successor, the heap's actors
    times   each actor's arrival, the heap's arrivals

Coarse buckets of 64 s hold what is far away as chains; the one in hand is dealt out to 8,192 fine ones of
1/128 s; of those the one in hand is a small binary heap. Both widths are powers of two, so a moment's bucket
is exact. Ties go by actor. Times are seconds from 0 to the end the calendar was made for.
"""

from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from fakeforms.compiled import inlined, kernel

COARSE_S = 64.0
FINE = 8192
FINE_A_S = FINE / COARSE_S

RECORD, LINE = 128, 64
"""Bytes of an actor's or a station's record, and of a cache line."""

(
    COARSE_AT,
    FINE_AT,
    SIZE,
    PENDING,
    COARSES,
    ACTORS,
    STARTED,
    EVENTS,
    UNHEARD,
    ACTORS_AT,
    STATIONS_AT,
    OPERATORS,
) = range(12)


@intrinsic  # type: ignore[untyped-decorator]
def prefetch(_: Any, address: Any) -> Any:
    """Tell the processor that the line at this address will be wanted; harmless wherever it points."""

    def make(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = builder.inttoptr(arguments[0], cgutils.voidptr_t)
        number = ir.IntType(32)
        shape = ir.FunctionType(ir.VoidType(), [pointer.type, number, number, number])
        send = cgutils.get_or_insert_function(builder.module, shape, "llvm.prefetch.p0")
        builder.call(send, [pointer, number(1), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(types.intp), make


def empty(actors: int, end_s: float) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Cursor, links and times of a calendar without entries; -1 ends a chain, kept as 0 (actor + 1)."""
    coarses = int(end_s / COARSE_S) + 2
    cursor = np.array([-1, FINE - 1, 0, 0, coarses, actors, 0, 0, 0, 0, 0, 0], np.int64)
    return cursor, np.zeros(coarses + FINE + 2 * actors, np.int32), np.zeros(2 * actors)


@inlined
def insert(cursor: Any, links: Any, times: Any, actor: int, time_s: float) -> None:
    """The actor arrives at `time_s`, not before the earliest that was ever taken."""
    times[actor] = time_s
    cursor[PENDING] += 1
    coarse = int(time_s / COARSE_S)
    if coarse > cursor[COARSE_AT]:
        head = min(coarse, cursor[COARSES] - 1)
    else:
        fine = int((time_s - coarse * COARSE_S) * FINE_A_S)
        if coarse < cursor[COARSE_AT] or fine <= cursor[FINE_AT]:
            _push(cursor, links, times, actor, time_s)
            return
        head = cursor[COARSES] + fine
    chain = cursor[COARSES] + FINE + actor
    links[chain] = links[head]
    links[head] = actor + 1


@inlined
def ready(cursor: Any, links: Any, times: Any, before_s: float) -> bool:
    """Whether somebody arrives before this moment; the heap then holds the earliest."""
    while cursor[SIZE] == 0:
        if cursor[PENDING] == 0 or _reached(cursor) >= before_s:
            return False
        _next_bucket(cursor, links, times)
    return bool(times[cursor[ACTORS]] < before_s)


@inlined
def take(cursor: Any, links: Any, times: Any) -> int:
    """The earliest of the heap, which must hold one."""
    actors = cursor[ACTORS]
    bodies = cursor[COARSES] + FINE + actors
    first = links[bodies]
    size = cursor[SIZE] - 1
    cursor[SIZE] = size
    cursor[PENDING] -= 1
    last, last_s = links[bodies + size], times[actors + size]
    hole, child = 0, 1
    while child < size:
        if child + 1 < size and _earlier(links, times, bodies, actors, child + 1, child):
            child += 1
        if times[actors + child] > last_s or (
            times[actors + child] == last_s and links[bodies + child] > last
        ):
            break
        times[actors + hole] = times[actors + child]
        links[bodies + hole] = links[bodies + child]
        hole, child = child, 2 * child + 1
    times[actors + hole] = last_s
    links[bodies + hole] = last
    return int(first)


@inlined
def _reached(cursor: Any) -> float:
    """Nothing that is not in the heap comes before this."""
    return float(cursor[COARSE_AT] * COARSE_S + (cursor[FINE_AT] + 1) / FINE_A_S)


@kernel
def _next_bucket(cursor: Any, links: Any, times: Any) -> None:
    """Go on to the next fine bucket that holds somebody, or to the next coarse one; fill the heap."""
    coarses = cursor[COARSES]
    chains = coarses + FINE
    fine = cursor[FINE_AT] + 1
    while fine < FINE and links[coarses + fine] == 0:
        fine += 1
    if fine < FINE:
        cursor[FINE_AT] = fine
        link = links[coarses + fine]
        links[coarses + fine] = 0
        while link != 0:
            actor = link - 1
            link = links[chains + actor]
            _send_for(cursor, actor)
            _push(cursor, links, times, actor, times[actor])
        return
    coarse = cursor[COARSE_AT] + 1
    cursor[COARSE_AT] = coarse
    cursor[FINE_AT] = -1
    link = links[coarse]
    links[coarse] = 0
    if link == 0:
        cursor[FINE_AT] = FINE - 1
    while link != 0:
        actor = link - 1
        link = links[chains + actor]
        head = coarses + min(FINE - 1, int((times[actor] - coarse * COARSE_S) * FINE_A_S))
        links[chains + actor] = links[head]
        links[head] = actor + 1


@inlined
def _send_for(cursor: Any, actor: int) -> None:
    """Have the records of an actor and its station, two cache lines each, on their way to the processor."""
    at = cursor[ACTORS_AT] + actor * RECORD
    prefetch(at)
    prefetch(at + LINE)
    if actor < cursor[OPERATORS]:
        at = cursor[STATIONS_AT] + actor // 2 * RECORD
        prefetch(at)
        prefetch(at + LINE)


@inlined
def _push(cursor: Any, links: Any, times: Any, actor: int, time_s: float) -> None:
    actors = cursor[ACTORS]
    bodies = cursor[COARSES] + FINE + actors
    hole = cursor[SIZE]
    cursor[SIZE] = hole + 1
    while hole > 0:
        parent = (hole - 1) // 2
        if times[actors + parent] < time_s or (
            times[actors + parent] == time_s and links[bodies + parent] < actor
        ):
            break
        times[actors + hole] = times[actors + parent]
        links[bodies + hole] = links[bodies + parent]
        hole = parent
    times[actors + hole] = time_s
    links[bodies + hole] = actor


@inlined
def _earlier(links: Any, times: Any, bodies: int, actors: int, one: int, other: int) -> bool:
    if times[actors + one] != times[actors + other]:
        return bool(times[actors + one] < times[actors + other])
    return bool(links[bodies + one] < links[bodies + other])
