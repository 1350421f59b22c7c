"""Short-lived memory that processes share through Redis, with their own as the net below.

Every call to Redis is bounded; when it fails or is late the process's own memory answers, and after a few
failures Redis is not asked for a moment. Counters are kept in both and the larger counts, so that losing
Redis (or its being emptied) does not give an attacker fresh attempts from this process.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from sirekap.recall.breaker import Breaker
from sirekap.recall.in_process import InProcessRecall

Result = TypeVar("Result")
FAILURES = 3  # one late answer is chance, three in a row are an absence
CONNECTIONS = 16
PREFIX = "sirekap:"
TOPIC = PREFIX + "topic:"
LISTEN_S = 1.0  # how long one look at the subscription may take

_log = logging.getLogger("sirekap.recall")


class RedisRecall:
    """`own` is the memory of this process; `wait_s` bounds every call, `pause_s` is the breaker's."""

    def __init__(
        self, own: InProcessRecall, *, port: int, password: str, wait_s: float, pause_s: float
    ) -> None:
        self._own = own
        self._wait_s = wait_s
        self._pause_s = pause_s
        self._breaker = Breaker(FAILURES, pause_s)
        self._redis: Redis = Redis(
            host="127.0.0.1",
            port=port,
            password=password,
            max_connections=CONNECTIONS,
            retry=Retry(NoBackoff(), 0),
        )
        self._listener: asyncio.Task[None] | None = None
        self._topics: set[str] = set()

    async def get(self, key: str) -> bytes | None:
        """The value in Redis; this process's own while Redis is away."""

        async def fetch() -> bytes | None:
            value = await self._redis.get(PREFIX + key)
            return value if isinstance(value, bytes) else None

        return await self._ask(fetch, otherwise=await self._own.get(key))

    async def put(self, key: str, value: bytes, ttl_s: float) -> None:
        """Remember in both."""
        await self._own.put(key, value, ttl_s)
        await self._ask(
            lambda: self._redis.set(PREFIX + key, value, px=max(1, int(ttl_s * 1000))), otherwise=None
        )

    async def count(self, key: str, window_s: float) -> int:
        """Count in both; the larger count."""
        own = await self._own.count(key, window_s)

        async def increment() -> int:
            name = PREFIX + "count:" + key
            pipeline = self._redis.pipeline(transaction=True)
            # the window begins with the first count: a later one does not move its end
            pipeline.set(name, 0, px=max(1, int(window_s * 1000)), nx=True)
            pipeline.incr(name)
            counted: list[Any] = await pipeline.execute()
            return int(counted[1])

        return max(own, await self._ask(increment, otherwise=0))

    async def forget(self, key: str) -> None:
        """Drop in both."""
        await self._own.forget(key)
        await self._ask(
            lambda: self._redis.delete(PREFIX + key, PREFIX + "count:" + key),
            otherwise=0,
        )

    async def wake(self, topic: str) -> None:
        """Wake waiters of every process that Redis reaches, and those of this one in any case."""
        await self._own.wake(topic)
        await self._ask(lambda: self._redis.publish(TOPIC + topic, b""), otherwise=0)

    async def wait(self, topic: str, at_most_s: float) -> bool:
        """Return True once woken, False after `at_most_s` seconds, as always while Redis is away."""
        self._topics.add(topic)
        if self._listener is None:
            self._listener = asyncio.create_task(self._listen())
        return await self._own.wait(topic, at_most_s)

    async def close(self) -> None:
        """End the listener and the connections."""
        if self._listener is not None:
            self._listener.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listener
        with contextlib.suppress(RedisError, OSError, TimeoutError):
            async with asyncio.timeout(1.0):
                await self._redis.aclose()

    async def _ask(self, call: Callable[[], Awaitable[Result]], otherwise: Result) -> Result:
        if not self._breaker.lets_through():
            return otherwise
        try:
            async with asyncio.timeout(self._wait_s):
                answer = await call()
        except (RedisError, OSError, TimeoutError) as error:
            if self._breaker.failed():
                _log.warning("Redis is away, this process remembers by itself: %s", type(error).__name__)
            return otherwise
        if self._breaker.succeeded():
            _log.info("Redis is back")
        return answer

    async def _listen(self) -> None:
        """Hand hints from Redis on to this process's own waiters, for as long as the process lives."""
        while True:
            with contextlib.suppress(RedisError, OSError, TimeoutError):
                async with self._redis.pubsub(ignore_subscribe_messages=True) as subscription:
                    await self._hand_on(subscription)
            await asyncio.sleep(self._pause_s)

    async def _hand_on(self, subscription: Any) -> None:
        subscribed: set[str] = set()
        while True:
            for topic in self._topics - subscribed:
                await subscription.subscribe(TOPIC + topic)
                subscribed.add(topic)
            message = await subscription.get_message(timeout=LISTEN_S)
            if message is not None:
                await self._own.wake(message["channel"].decode().removeprefix(TOPIC))
