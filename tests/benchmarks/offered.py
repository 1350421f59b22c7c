"""An open-model load generator: requests go out when they are due, whatever became of those before.

One thread, one epoll, bytes made beforehand: an answer costs some 25 us, so one core can offer several times
what a server of one core can take. A latency counts from the *intended* moment; a client that has waited
`patience_s` closes its connection and is gone. Nothing is retried unless a `retry` is asked for, and then
each try is an attempt of its own.
"""

import heapq
import select
import socket
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

CONNECTIONS_MAX = 6000
READ_BYTES = 262_144
KEPT_BYTES = 65_536  # of an answer, for whoever wants to read it


@dataclass(frozen=True)
class Ask:
    """One request: its pieces, sent one after the other, and what is to be told of its end."""

    kind: str
    pieces: Sequence[bytes | memoryview]
    ended: Callable[[int, bytes], None] | None = None  # status (0: gave up, broken) and a small answer
    tries: int = 1


@dataclass(frozen=True)
class Retry:
    """Impatient clients: again after `after_s`, whatever Retry-After says, `tries` times in all."""

    after_s: float
    tries: int


@dataclass
class Tally:
    """What became of the requests of one kind."""

    offered: int = 0
    good: int = 0  # answered right and in time
    refused: int = 0  # 503
    late: int = 0  # answered right, too late
    gone: int = 0  # the client gave up, or the connection broke
    wrong: int = 0  # any other status
    latencies_s: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)


@dataclass
class Outcome:
    """One run."""

    seconds: float
    kinds: dict[str, Tally]
    sent_late_s: float  # the worst of the generator's own lateness
    busy: float  # share of its core the generator used

    def goodput(self, kind: str | None = None) -> float:
        """Requests answered right and in time, a second."""
        return sum(t.good for k, t in self.kinds.items() if kind in (None, k)) / self.seconds


class _Connection:
    __slots__ = ("ask", "due_s", "left", "pending", "received", "sock", "until_s")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.ask: Ask | None = None
        self.due_s = self.until_s = 0.0
        self.pending: deque[memoryview] = deque()
        self.received = b""
        self.left = -1


class Generator:
    """Offers asks to one server."""

    def __init__(self, port: int, *, patience_s: float, slo_s: float, retry: Retry | None = None) -> None:
        self._address = ("127.0.0.1", port)
        self._patience_s = patience_s
        self._slo_s = slo_s
        self._retry = retry
        self._poll = select.epoll()
        self._connections: dict[int, _Connection] = {}
        self._idle: list[_Connection] = []
        self._waiting: deque[tuple[float, int]] = deque()  # ends of patience, in order, and their connection
        self._again: list[tuple[float, int, Ask]] = []
        self._numbers = 0
        self._kinds: dict[str, Tally] = {}
        self._sent_late_s = 0.0

    def run(self, rate_per_s: float, seconds: float, make: Callable[[], Ask | None]) -> Outcome:
        """Offer `make()` at even distances for so long, then wait for what is under way."""
        self._kinds, self._sent_late_s = {}, 0.0
        cpu_s, began_s = time.process_time(), time.perf_counter()
        due_s, step_s = began_s, 1.0 / rate_per_s
        end_s = began_s + seconds
        while True:
            now_s = time.perf_counter()
            while due_s <= now_s and due_s < end_s:
                if (ask := make()) is not None:
                    self._send(ask, due_s)
                due_s += step_s
            while self._again and self._again[0][0] <= now_s:
                again_s, _, ask = heapq.heappop(self._again)
                if again_s < end_s:
                    self._send(ask, again_s)
            self._give_up(now_s)
            if now_s >= end_s and not self._waiting:
                break
            next_s = min(due_s if due_s < end_s else now_s + 0.05, now_s + 0.05)
            self._serve(max(0.0, next_s - time.perf_counter()))
        busy = (time.process_time() - cpu_s) / (time.perf_counter() - began_s)
        return Outcome(seconds, self._kinds, self._sent_late_s, busy)

    def saturate(self, clients: int, seconds: float, make: Callable[[], Ask | None]) -> Outcome:
        """A closed model instead: so many clients, each sending its next request on the answer."""
        self._kinds, self._sent_late_s = {}, 0.0
        cpu_s, began_s = time.process_time(), time.perf_counter()
        end_s = began_s + seconds
        while (now_s := time.perf_counter()) < end_s:
            busy = len(self._connections) - len(self._idle)
            for _ in range(clients - busy):
                if (ask := make()) is not None:
                    self._send(ask, now_s)
            self._give_up(now_s)
            self._serve(0.01)
        done = Outcome(
            seconds,
            self._kinds,
            self._sent_late_s,
            (time.process_time() - cpu_s) / (time.perf_counter() - began_s),
        )
        while self._waiting and time.perf_counter() < end_s + self._patience_s:
            self._give_up(time.perf_counter())
            self._serve(0.01)
        return done

    def close(self) -> None:
        """End every connection."""
        for connection in list(self._connections.values()):
            self._drop(connection)
        self._poll.close()

    def _tally(self, kind: str) -> Tally:
        return self._kinds.setdefault(kind, Tally())

    def _send(self, ask: Ask, due_s: float) -> None:
        tally = self._tally(ask.kind)
        tally.offered += 1
        self._sent_late_s = max(self._sent_late_s, time.perf_counter() - due_s)
        connection = self._idle.pop() if self._idle else self._open()
        if connection is None:
            tally.gone += 1
            return
        connection.ask, connection.due_s = ask, due_s
        connection.received, connection.left = b"", -1
        connection.until_s = due_s + self._patience_s
        connection.pending.extend(memoryview(piece) for piece in ask.pieces)
        self._waiting.append((connection.until_s, connection.sock.fileno()))
        self._write(connection)

    def _open(self) -> _Connection | None:
        if len(self._connections) >= CONNECTIONS_MAX:
            return None
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.connect_ex(self._address)
        connection = _Connection(sock)
        self._connections[sock.fileno()] = connection
        self._poll.register(sock.fileno(), select.EPOLLIN)
        return connection

    def _write(self, connection: _Connection) -> None:
        try:
            while connection.pending:
                piece = connection.pending[0]
                sent = connection.sock.send(piece)
                if sent < len(piece):
                    connection.pending[0] = piece[sent:]
                else:
                    connection.pending.popleft()
        except BlockingIOError:
            pass
        except OSError:
            self._broken(connection)
            return
        wanted = select.EPOLLIN | (select.EPOLLOUT if connection.pending else 0)
        self._poll.modify(connection.sock.fileno(), wanted)

    def _serve(self, wait_s: float) -> None:
        for fd, event in self._poll.poll(wait_s, 512):
            connection = self._connections.get(fd)
            if connection is None:
                continue
            if event & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                self._read(connection)
            if event & select.EPOLLOUT and fd in self._connections:
                self._write(connection)

    def _read(self, connection: _Connection) -> None:
        try:
            data = connection.sock.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._broken(connection)
            return
        if connection.left < 0:
            connection.received += data
            head_end = connection.received.find(b"\r\n\r\n")
            if head_end < 0:
                return
            head = connection.received[:head_end].lower()
            length = head.partition(b"content-length:")[2].split(b"\r\n", 1)[0]
            connection.left = int(length or 0) - (len(connection.received) - head_end - 4)
        else:
            connection.left -= len(data)
            if len(connection.received) < KEPT_BYTES:
                connection.received += data
        if connection.left <= 0:
            self._answered(connection)

    def _answered(self, connection: _Connection) -> None:
        ask, status = connection.ask, int(connection.received[9:12])
        if ask is None:
            self._drop(connection)
            return
        tally, latency_s = self._tally(ask.kind), time.perf_counter() - connection.due_s
        tally.statuses[status] += 1
        if status in (200, 201):
            tally.latencies_s.append(latency_s)
            if latency_s <= self._slo_s:
                tally.good += 1
            else:
                tally.late += 1
        elif status == 503:
            tally.refused += 1
        else:
            tally.wrong += 1
        closing = bool(connection.pending) or b"connection: close" in connection.received[:600].lower()
        connection.ask = None
        if closing:
            self._drop(connection)
        else:
            self._idle.append(connection)
        self._ended(ask, status, connection.received)

    def _broken(self, connection: _Connection) -> None:
        ask = connection.ask
        if ask is None and connection in self._idle:
            self._idle.remove(connection)
        self._drop(connection)
        if ask is not None:
            self._tally(ask.kind).gone += 1
            self._ended(ask, 0, b"")

    def _give_up(self, now_s: float) -> None:
        while self._waiting:
            until_s, fd = self._waiting[0]
            connection = self._connections.get(fd)
            if connection is None or connection.ask is None or connection.until_s != until_s:
                self._waiting.popleft()
            elif until_s <= now_s:
                self._waiting.popleft()
                self._broken(connection)
            else:
                return

    def _ended(self, ask: Ask, status: int, answer: bytes) -> None:
        retry = self._retry
        if retry and status in (0, 503) and ask.tries < retry.tries:
            self._numbers += 1
            again = replace(ask, tries=ask.tries + 1)
            heapq.heappush(self._again, (time.perf_counter() + retry.after_s, self._numbers, again))
        elif ask.ended is not None:
            ask.ended(status, answer)

    def _drop(self, connection: _Connection) -> None:
        fd = connection.sock.fileno()
        self._connections.pop(fd, None)
        self._poll.unregister(fd)
        connection.sock.close()
