"""Memory that processes share: what two of them see of each other by Redis, and what is left without it."""

import asyncio
import contextlib
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis import Redis

from sirekap.recall.in_process import InProcessRecall
from sirekap.recall.redis import RedisRecall
from sirekap.stack.full.programs import find_program
from sirekap.stack.ports import free_ports

pytestmark = pytest.mark.full
WAIT_S = 0.5  # not the 50 ms of a stack: this machine is shared with strangers
PAUSE_S = 0.1


class Server:
    """A Redis that can be killed and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        self.port = free_ports(1)[0]
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, empty, and wait until it answers."""
        words = [find_program("redis-server"), "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self._process = subprocess.Popen([*words, "--dir", str(self._folder)], stdout=subprocess.DEVNULL)
        with Redis(port=self.port) as redis:
            for _ in range(250):
                with contextlib.suppress(Exception):
                    redis.ping()
                    return
                time.sleep(0.02)
        raise AssertionError("Redis does not answer")

    def kill(self) -> None:
        """End it at once; harmless when it is dead."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A Redis of its own."""
    made = Server(tmp_path)
    made.start()
    yield made
    made.kill()


@contextlib.asynccontextmanager
async def two_processes(server: Server) -> AsyncIterator[tuple[RedisRecall, RedisRecall]]:
    """As two API workers see it."""
    both = [
        RedisRecall(InProcessRecall(100), port=server.port, password="", wait_s=WAIT_S, pause_s=PAUSE_S)
        for _ in range(2)
    ]
    try:
        yield both[0], both[1]
    finally:
        for one in both:
            await one.close()


def test_what_one_process_puts_the_other_gets_until_its_time_is_over(server: Server) -> None:
    async def story() -> None:
        async with two_processes(server) as (one, other):
            await one.put("peta", b"17.08", ttl_s=0.3)
            assert await other.get("peta") == b"17.08"
            await asyncio.sleep(0.4)
            assert await other.get("peta") is None
            assert await one.get("peta") is None
            await one.put("peta", b"17.09", ttl_s=60.0)
            await other.forget("peta")
            assert await one.get("peta") is None

    asyncio.run(story())


def test_counts_of_all_processes_add_up_and_the_window_ends(server: Server) -> None:
    async def story() -> None:
        async with two_processes(server) as (one, other):
            counts = [await recall.count("salah sandi", 0.5) for recall in (one, other, one, other)]
            assert counts == [1, 2, 3, 4]
            await asyncio.sleep(0.6)
            assert await other.count("salah sandi", 0.5) == 1

    asyncio.run(story())


def test_a_hint_reaches_the_other_process_also_after_redis_was_started_again(server: Server) -> None:
    async def story() -> None:
        async with two_processes(server) as (one, other):
            assert not await other.wait("antrean", at_most_s=0.2), "nothing yet, but it listens from now on"
            await one.wake("antrean")
            assert await other.wait("antrean", at_most_s=2.0)
            server.kill()
            began_s = time.monotonic()
            assert not await other.wait("antrean", at_most_s=0.2)
            assert time.monotonic() - began_s < 1.0, "a wait without Redis is as long as it was asked to be"
            server.start()
            for _ in range(50):
                await one.wake("antrean")
                if await other.wait("antrean", at_most_s=0.2):
                    return
            raise AssertionError("no hint arrives any more")

    asyncio.run(story())


def test_counts_do_not_begin_anew_for_a_process_when_redis_is_lost_or_emptied(server: Server) -> None:
    async def story() -> None:
        async with two_processes(server) as (one, other):
            for _ in range(5):
                await one.count("salah sandi", 60.0)
            server.kill()
            assert [await one.count("salah sandi", 60.0) for _ in range(5)] == [6, 7, 8, 9, 10]
            server.start()
            await asyncio.sleep(PAUSE_S * 2)
            assert await one.count("salah sandi", 60.0) == 11
            assert await other.count("salah sandi", 60.0) >= 1

    asyncio.run(story())


def test_what_was_put_before_redis_was_lost_is_still_known_to_who_put_it(server: Server) -> None:
    async def story() -> None:
        async with two_processes(server) as (one, _):
            await one.put("sesi", b"1708042001001", ttl_s=60.0)
            server.kill()
            for _ in range(5):
                assert await one.get("sesi") == b"1708042001001"

    asyncio.run(story())
