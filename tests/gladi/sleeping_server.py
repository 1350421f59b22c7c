"""A real HTTP server of which everything is known: so many hands, log-normal services, a queue limit.

It sleeps instead of working, so its capacity is exact on any machine. `python -m tests.gladi.sleeping_server
'{"hands": 3, ...}'` prints its port. `SleepingSystem` is the target class that speaks to it.
"""

import asyncio
import heapq
import json
import math
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from gladi.address import Address
from gladi.materials import Page
from gladi.targets import Phone
from simulators.operations import Answer, Operation

RETRY_AFTER_S = 2
LIKE = {"activate": "login", "logout": "status", "tps": "status", "correct": "confirm", "region": "read",
        "national": "read", "tps_page": "read"}  # fmt: skip


class Hands:
    """First come, first served; a client that leaves frees nobody."""

    def __init__(self, hands: int, queue: int, service_s: Mapping[str, float], sigma: float) -> None:
        self._free = [0.0] * hands
        self._queue = queue
        self._service_s = service_s
        self._sigma = sigma
        self._starts: list[float] = []
        self._luck = random.Random(7)
        self._held: set[str] = set()

    def end_s(self, kind: str, key: str, now_s: float) -> float | None:
        """When it will be answered; None when it is refused."""
        while self._starts and self._starts[0] <= now_s:
            heapq.heappop(self._starts)
        begin_s = max(now_s, min(self._free))
        if begin_s > now_s and len(self._starts) >= self._queue:
            return None
        mean_s = self._service_s[LIKE.get(kind, kind)]
        mean_s *= 0.25 if key in self._held else 1.0
        if kind == "submit_page":
            self._held.add(key)
        work_s = mean_s * math.exp(self._luck.gauss(0.0, self._sigma) - self._sigma**2 / 2)
        self._free[self._free.index(min(self._free))] = begin_s + work_s
        if begin_s > now_s:
            heapq.heappush(self._starts, begin_s)
        return begin_s + work_s


async def serve(hands: Hands) -> None:
    """Until killed."""
    loop = asyncio.get_running_loop()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
                await reader.readexactly(int(length or 0))
                _, kind, key = head.split(b" ", 2)[1].decode().split("/", 2)
                end_s = hands.end_s(kind, key, loop.time())
                if end_s is None:
                    said = f"HTTP/1.1 503 No\r\nRetry-After: {RETRY_AFTER_S}\r\nContent-Length: 0\r\n\r\n"
                else:
                    await asyncio.sleep(end_s - loop.time())
                    said = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                writer.write(said.encode())
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, limit=1 << 20, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


class SleepingSystem:
    """Speaks to it; every kind is a path, and nothing has to be registered."""

    def __init__(self, address: Address, seed: int, secrets: Path | None) -> None:
        del address, seed, secrets

    def prepare(self, place: Any, population: Any, forms: Sequence[str]) -> None:
        """Nothing to do."""

    def perform(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        """Send what there is to its kind's path."""
        path = f"/{operation.kind}/{operation.key}"
        reply = phone.request("POST", path, {}, page.photo[:2000])
        if reply.status == 200:
            return Answer("ok", 200)
        return Answer("fail", reply.status, retry_after_s=float(reply.headers.get("retry-after", 0.0)))

    def readback(self) -> Iterator[Mapping[str, Any]]:
        """Nothing is kept."""
        return iter(())


if __name__ == "__main__":
    asyncio.run(serve(Hands(**json.loads(sys.argv[1]))))
