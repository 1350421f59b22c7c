"""The first thing a connection meets, before HTTP is parsed: where refusing costs next to nothing.

Serving a total from memory costs hardly more than parsing its request, so a portal that is asked three times
what it can bear could not afford to refuse politely. While the event loop is too late for the portal, its
requests are therefore answered from bytes made beforehand, unparsed, and their connections closed: whoever
comes again waits in the kernel's queue, which sheds for nothing. Everything else is refused later, by
`Shares`, where it is known what it is.

Under strain the kernel is asked how long ago the bytes of a request arrived: one that has waited too long in
a socket is refused here too, and one whose client has left meanwhile is dropped, instead of being served to
nobody.

The door also bounds connections: how many are open (whoever comes on top is told so and closed, unless it
is a probe), and how long one may take to send the head of a request, and how long that head may be.
"""

import asyncio
import random
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sirekap.overload.admission import JITTER_S
from sirekap.overload.shares import Shares
from sirekap.overload.work import Work
from sirekap.settings import Settings

END_OF_HEAD = b"\r\n\r\n"
BUSY = "503 Service Unavailable"
TOO_LONG = "431 Request Header Fields Too Large"
# struct tcp_info of Linux: the state in its first byte, milliseconds since data came last at byte 52
TCP_INFO_BYTES = 104
TCP_INFO_LAST_DATA_RECEIVED = struct.Struct("=B51xI")
CLOSE_WAIT = 8  # the client has closed its end


@dataclass
class Door:
    """What the connections of one worker share.

    `portal` and `probes` are beginnings of requests, such as b"GET /public/"; `refusal` is the body of the
    answer, a problem document, and `too_long` that of the answer to a head without end.
    """

    settings: Settings
    shares: Shares
    portal: tuple[bytes, ...]
    probes: tuple[bytes, ...]
    refusal: bytes
    too_long: bytes
    refused: int = 0
    dropped: int = 0
    open: int = 0
    _answers: Sequence[bytes] = field(init=False)
    _farewell: bytes = field(init=False)
    _no_end: bytes = field(init=False)

    def __post_init__(self) -> None:
        self._answers = [
            _answer(BUSY, self.refusal, wait_s, "keep-alive") for wait_s in range(1, round(JITTER_S) + 2)
        ]
        self._farewell = _answer(BUSY, self.refusal, round(JITTER_S), "close")
        self._no_end = _answer(TOO_LONG, self.too_long, round(JITTER_S), "close")

    def answer(self) -> bytes:
        """A whole answer, with a time to come back that differs from phone to phone."""
        self.refused += 1
        return random.choice(self._answers)

    def farewell(self) -> bytes:
        """A whole answer after which the connection ends."""
        self.refused += 1
        return self._farewell

    def no_end(self) -> bytes:
        """A whole answer to a head that is too long, after which the connection ends."""
        self.refused += 1
        return self._no_end


def guarded(door: Door) -> type[asyncio.Protocol]:
    """uvicorn's HTTP protocol behind `door`."""

    class Guarded(HttpToolsProtocol):
        """One connection."""

        _surplus = False
        _in_head = False
        _in_body = False
        _head_bytes = 0
        _head_timer: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            """Count it, and give it a time to say something."""
            super().connection_made(transport)
            door.open += 1
            self._surplus = door.open > door.settings.connections_per_worker
            self._expect_head()

        def connection_lost(self, exc: Exception | None) -> None:
            """It is gone."""
            door.open -= 1
            self._head_came()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            """Refuse what can be refused by its first bytes; else parse."""
            if not (self._in_head or self._in_body):
                if self._surplus and not data.startswith(door.probes):
                    self.transport.write(door.farewell())
                    self.transport.close()
                    return
                if door.shares.strained() and self._refused_unparsed(data):
                    self._head_came()
                    return
            super().data_received(data)
            if not self._in_head:
                return
            self._head_bytes += len(data)
            if self._head_bytes > door.settings.head_max_bytes:
                self.transport.write(door.no_end())
                self.transport.close()
            elif self._head_timer is None:
                self._expect_head()

        def on_message_begin(self) -> None:
            """A request begins."""
            self._in_head = True
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            """Its head is whole."""
            self._in_head, self._in_body, self._head_bytes = False, True, 0
            self._head_came()
            super().on_headers_complete()

        def on_message_complete(self) -> None:
            """Its body too."""
            self._in_body = False
            super().on_message_complete()

        def _refused_unparsed(self, data: bytes) -> bool:
            """Answer or drop it now, when it is one whole request, without a body, not to be served."""
            idle = self.cycle is None or self.cycle.response_complete
            if not idle or data.count(END_OF_HEAD) != 1 or not data.endswith(END_OF_HEAD):
                return False
            if data.startswith(door.probes):
                return False
            if data.startswith(door.portal) and door.shares.too_late(Work.PORTAL):
                self.transport.write(door.farewell())
                self.transport.close()
                return True
            state, waited_ms = self._waited()
            if state == CLOSE_WAIT:
                door.dropped += 1
                self.transport.abort()
                return True
            if waited_ms > door.settings.stale_s * 1000:
                self.transport.write(door.answer())
                return True
            return False

        def _waited(self) -> tuple[int, int]:
            """The state of the connection, and how many milliseconds ago its last bytes came."""
            connected = self.transport.get_extra_info("socket")
            info = connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, TCP_INFO_BYTES)
            state, waited_ms = TCP_INFO_LAST_DATA_RECEIVED.unpack_from(info)
            return state, waited_ms

        def _expect_head(self) -> None:
            if door.settings.first_request_s < 1e6:
                self._head_timer = self.loop.call_later(door.settings.first_request_s, self._give_up)

        def _head_came(self) -> None:
            if self._head_timer is not None:
                self._head_timer.cancel()
                self._head_timer = None

        def _give_up(self) -> None:
            self._head_timer = None
            self.transport.close()

    return Guarded


def _answer(status: str, body: bytes, wait_s: int, connection: str) -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\n"
        "content-type: application/problem+json\r\n"
        f"content-length: {len(body)}\r\n"
        f"retry-after: {wait_s}\r\n"
        f"connection: {connection}\r\n\r\n"
    )
    return head.encode() + body
