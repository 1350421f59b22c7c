"""The calendar queue gives what a heap gives, whatever lies far away, close by, or in the bucket in hand."""

import heapq

import numpy as np
import pytest

from simulators.nation import buckets


@pytest.mark.parametrize("scale_s", [0.001, 1.0, 300.0, 40_000.0])
def test_the_earliest_is_next(scale_s: float) -> None:
    rng, actors, end_s = np.random.default_rng(7), 300, 2_000_000.0
    cursor, links, times = buckets.empty(actors, end_s)
    heap: list[tuple[float, int]] = []

    def add(actor: int, time_s: float) -> None:
        buckets.insert(cursor, links, times, actor, time_s)
        heapq.heappush(heap, (time_s, actor))

    for actor in range(actors):
        add(actor, float(rng.exponential(scale_s)))
    for _ in range(5_000):
        expected, actor = heapq.heappop(heap)
        assert not buckets.ready(cursor, links, times, expected)
        assert buckets.ready(cursor, links, times, np.nextafter(expected, np.inf))
        assert buckets.take(cursor, links, times) == actor
        # Every third one comes at once, at the same moment: ties go by actor.
        pause = 0.0 if rng.random() < 0.3 else float(rng.exponential(scale_s))
        if expected + pause < end_s:
            add(actor, expected + pause)
    assert cursor[buckets.PENDING] == len(heap) > 0


def test_those_of_one_moment_go_by_actor() -> None:
    cursor, links, times = buckets.empty(5, 100.0)
    for actor in (3, 1, 4, 0, 2):
        buckets.insert(cursor, links, times, actor, 70.0)
    found = []
    while buckets.ready(cursor, links, times, 71.0):
        found.append(buckets.take(cursor, links, times))
    assert found == [0, 1, 2, 3, 4]


def test_a_calendar_with_nobody_in_it_ends() -> None:
    cursor, links, times = buckets.empty(2, 1000.0)
    assert not buckets.ready(cursor, links, times, np.inf)
    buckets.insert(cursor, links, times, 1, 900.0)
    assert not buckets.ready(cursor, links, times, 899.0)
    assert buckets.ready(cursor, links, times, 901.0)
    assert buckets.take(cursor, links, times) == 1
    assert not buckets.ready(cursor, links, times, np.inf)
