"""HTTP as a phone speaks it, inside a gevent worker: through a link, with a deadline and an honest doubt.

Two failures are kept apart because everything else depends on it: a request that surely did not reach the
system (`NotSentError`), and one that may have (`InDoubtError`).
"""

from collections.abc import Mapping
from itertools import count
from math import inf

from gladi.address import Address
from gladi.wire.connection import Connection
from gladi.wire.lines import Lines
from gladi.wire.names import Whereabouts
from gladi.wire.outcome import InDoubtError, NotSentError, Reply
from gladi.wire.patience import Patience, Soon, at_once
from gladi.wire.pieces import Body, Buffer, OpenFile, Piece, Stretch
from gladi.wire.reading import read
from gladi.wire.secured import SecureConnection

__all__ = [
    "Body", "Buffer", "InDoubtError", "NotSentError", "OpenFile", "Piece", "Reply", "Stretch", "Wire",
]  # fmt: skip

_IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
_SILENT = frozenset({"closed", "reset"})
"""Doubts in which nothing of an answer has come."""

_numbers = count()


class Wire:
    """Connections to one system, each for one request at a time.

    `via` is the (host, port) through which it is reached, such as the proxy of a link; None goes straight.
    `handshake_s` is waited before each new connection: a proxy delays data but not the TCP handshake, which
    costs a phone one round trip. `lines` holds what waits, shared between the wires of a process.

    A request that meets its deadline is dropped and its connection closed. What is asked again is an
    operation of its own in the record, but for one case, as in every client that keeps connections: where the
    other side gives a kept one up without a word just as it is used, the request goes out once more on a new
    one, within the same deadline, if that is safe: its method is idempotent (RFC 9110, 9.2.2) or it has an
    `Idempotency-Key`. OkHttp does so with any request; a POST without a key is left in doubt here, for its
    app to ask again. `Lines.repeated` counts them.
    """

    def __init__(
        self,
        address: Address,
        via: tuple[str, int] | None = None,
        *,
        handshake_s: float = 0.0,
        lines: Lines | None = None,
        soon: Soon = at_once,
    ) -> None:
        self._number = next(_numbers)
        self._where = Whereabouts(*(via or (address.host, address.port)))
        self._secure, self._host, self._ca = address.secure, address.host, address.ca
        self._handshake_s = handshake_s
        self._lines = Lines() if lines is None else lines
        self._soon = soon
        self.host = address.netloc
        own = {"User-Agent": "gladi", **address.secrets()}
        self._always = "".join(f"{name}: {value}\r\n" for name, value in own.items())
        _no_line_breaks(self._always, len(own))

    def request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: Body,
        timeout_s: float,
        line: str = "",
        keep_s: float = inf,
        cut_s: float = inf,
    ) -> Reply:
        """Send and read to the end within `timeout_s`; raises NotSentError or InDoubtError.

        With a `line` the connection is that phone's own: one idle for longer than `keep_s` is not used again,
        nor is it after `cut_s` (monotonic), when the link drops. Without, any that waits is used.
        """
        pieces: list[Piece] = [body] if isinstance(body, bytes) else list(body)
        pieces.insert(0, self._head(method, path, headers, sum(map(len, pieces))))
        patience = Patience(timeout_s, self._soon)
        connection = None
        keep = False
        try:
            connection = self._lines.take(self._number, line, keep_s, patience.loop)
            kept = connection is not None
            if connection is None:
                connection = self._open(patience, line)
            try:
                reply, keep = _exchange(connection, method, pieces, patience)
            except InDoubtError as doubt:
                if not kept or str(doubt) not in _SILENT or not _repeatable(method, headers):
                    raise
                connection.close()
                connection = None
                self._lines.repeated += 1
                try:
                    connection = self._open(patience, line)
                except NotSentError:
                    raise doubt from None  # the first one may have happened
                reply, keep = _exchange(connection, method, pieces, patience)
            return reply
        except (NotSentError, InDoubtError):
            raise
        except OSError as error:
            raise InDoubtError("reset") from error
        except Exception as error:  # a broken answer of whatever kind is a doubt, not a crash
            raise InDoubtError("broken_answer") from error
        finally:
            patience.close()
            if connection is not None:
                if keep:
                    self._lines.give(self._number, line, connection, keep_s, cut_s)
                else:
                    connection.close()

    def close(self) -> None:
        """Close idle connections."""
        self._lines.close(self._number)

    def _open(self, patience: Patience, line: str) -> Connection:
        if self._handshake_s:
            patience.pause(self._handshake_s)
        place = self._where.next()
        self._lines.opened += 1
        if self._secure:
            return SecureConnection(place, patience, self._host, self._ca, self._lines.sessions, line)
        return Connection(place, patience)

    def _head(self, method: str, path: str, headers: Mapping[str, str], size: int) -> bytes:
        words = [f"{method} {path} HTTP/1.1\r\n"]
        if "Host" not in headers:
            words.append(f"Host: {self.host}\r\n")
        words.extend([f"{name}: {value}\r\n" for name, value in headers.items()])
        if size or method not in ("GET", "HEAD"):
            words.append(f"Content-Length: {size}\r\n")
        head = "".join(words)
        _no_line_breaks(head, len(words))
        return f"{head}{self._always}\r\n".encode("latin-1")


def _exchange(
    connection: Connection, method: str, pieces: list[Piece], patience: Patience
) -> tuple[Reply, bool]:
    """The answer, and whether the connection may be used again."""
    try:
        connection.send(pieces, patience)
    except (BrokenPipeError, ConnectionResetError) as error:
        return _last_word(connection, method, patience, error), False
    return read(connection, method, patience)


def _last_word(connection: Connection, method: str, patience: Patience, error: OSError) -> Reply:
    """The other side closed while we sent; it may have answered before it did (a body too large, say)."""
    try:
        return read(connection, method, patience)[0]
    except InDoubtError as doubt:
        raise InDoubtError("timeout" if patience.expired else "reset") from doubt
    except OSError:
        raise InDoubtError("reset") from error


def _repeatable(method: str, headers: Mapping[str, str]) -> bool:
    """Whether twice is as good as once."""
    return method in _IDEMPOTENT or any(name.lower() == "idempotency-key" for name in headers)


def _no_line_breaks(head: str, lines: int) -> None:
    """A value must not become a header of its own."""
    if head.count("\n") != lines or head.count("\r") != lines:
        raise ValueError("a line break in a header or path")
