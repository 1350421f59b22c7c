"""Short-lived memory: what it keeps, for how long, and that losing Redis costs nothing but speed."""

import asyncio
import socket
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sirekap.recall.breaker import Breaker
from sirekap.recall.in_process import InProcessRecall
from sirekap.recall.redis import RedisRecall


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_a_value_is_kept_for_its_time_and_no_longer() -> None:
    async def story() -> None:
        clock = Clock()
        recall = InProcessRecall(10, clock)
        assert await recall.get("sesi") is None
        await recall.put("sesi", b"1708042001001", ttl_s=5.0)
        clock.now_s += 4.9
        assert await recall.get("sesi") == b"1708042001001"
        clock.now_s += 0.2
        assert await recall.get("sesi") is None
        await recall.put("sesi", b"baru", ttl_s=5.0)
        await recall.forget("sesi")
        assert await recall.get("sesi") is None

    asyncio.run(story())


@settings(max_examples=60, deadline=None)
@given(gaps_s=st.lists(st.floats(0.0, 3.0), min_size=1, max_size=30))
def test_a_count_is_what_came_since_the_window_began(gaps_s: list[float]) -> None:
    """Against the plain definition: a window begins with the first count after the last one is over."""

    async def story() -> None:
        clock, window_s = Clock(), 5.0
        recall = InProcessRecall(10, clock)
        began_s, expected = float("-inf"), 0
        for gap_s in gaps_s:
            clock.now_s += gap_s
            if clock.now_s >= began_s + window_s:
                began_s, expected = clock.now_s, 0
            expected += 1
            assert await recall.count("salah sandi", window_s) == expected

    asyncio.run(story())


def test_memory_is_bounded_and_the_least_used_give_way() -> None:
    async def story() -> None:
        recall = InProcessRecall(3)
        for name in "abc":
            await recall.put(name, name.encode(), ttl_s=60.0)
            await recall.count(name, window_s=60.0)
        assert await recall.get("a") == b"a"
        await recall.put("d", b"d", ttl_s=60.0)
        assert [await recall.get(name) for name in "abcd"] == [b"a", None, b"c", b"d"]

    asyncio.run(story())


def test_a_hint_wakes_who_waits_and_who_was_about_to() -> None:
    async def story() -> None:
        recall = InProcessRecall(3)
        waiting = asyncio.create_task(recall.wait("antrean", at_most_s=5.0))
        await asyncio.sleep(0)
        await recall.wake("antrean")
        assert await waiting
        await recall.wake("antrean")
        assert await recall.wait("antrean", at_most_s=5.0), "woken between two waits"
        assert not await recall.wait("antrean", at_most_s=0.01), "once is once"
        assert not await recall.wait("lain", at_most_s=0.01)

    asyncio.run(story())


@pytest.mark.parametrize("failures", [1, 3])
def test_a_breaker_opens_after_failures_in_a_row_and_lets_one_try_a_pause(failures: int) -> None:
    clock = Clock()
    breaker = Breaker(failures, pause_s=1.0, clock=clock)
    for _ in range(failures):
        assert breaker.lets_through()
        breaker.failed()
    assert not breaker.lets_through()
    clock.now_s += 1.0
    assert [breaker.lets_through() for _ in range(3)] == [True, False, False]
    breaker.succeeded()
    assert [breaker.lets_through() for _ in range(3)] == [True, True, True]


def test_without_redis_everything_still_answers_and_soon() -> None:
    """Nobody listens on the port: the process's own memory serves, and the breaker spares the wait."""

    async def story() -> None:
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            port = nobody.getsockname()[1]
            recall = RedisRecall(
                InProcessRecall(10), port=port, password="", wait_s=0.05, pause_s=60.0
            )  # fmt: skip
            began_s = time.monotonic()
            for expected in range(1, 201):
                assert await recall.count("salah sandi", 60.0) == expected
                await recall.put("sesi", b"%d" % expected, 60.0)
                assert await recall.get("sesi") == b"%d" % expected
                await recall.wake("antrean")
                assert await recall.wait("antrean", 1.0)
            await recall.close()
        assert time.monotonic() - began_s < 5.0

    asyncio.run(story())


def test_a_redis_that_hangs_is_done_without() -> None:
    """It takes the connection and never answers: three waits, then none."""

    async def story() -> None:
        async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        server = await asyncio.start_server(hang, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        recall = RedisRecall(InProcessRecall(10), port=port, password="", wait_s=0.05, pause_s=60.0)
        slowest_s = 0.0
        began_s = time.monotonic()
        for expected in range(1, 101):
            asked_s = time.monotonic()
            assert await recall.count("unggah", 60.0) == expected
            slowest_s = max(slowest_s, time.monotonic() - asked_s)
        assert slowest_s < 1.0
        assert time.monotonic() - began_s < 3.0, "each of a hundred would have waited 5 s together"
        await recall.close()
        server.close()

    asyncio.run(story())
