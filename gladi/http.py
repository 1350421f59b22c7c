"""HTTP as a phone speaks it, inside a gevent worker: through a link, with a deadline and an honest doubt.

Two failures are kept apart because everything else depends on it: a request that surely did not reach the
system (`NotSentError`), and one that may have (`InDoubtError`).
"""

from collections.abc import Mapping, Sequence
from itertools import count
from math import inf

from gladi.address import Address
from gladi.wire.connection import Buffer, Connection
from gladi.wire.lines import Lines
from gladi.wire.names import Whereabouts
from gladi.wire.outcome import InDoubtError, NotSentError, Reply
from gladi.wire.patience import Patience, Soon, at_once
from gladi.wire.reading import read
from gladi.wire.secured import SecureConnection

__all__ = ["Body", "Buffer", "InDoubtError", "NotSentError", "Reply", "Wire"]

Body = bytes | Sequence[Buffer]
"""A body in one piece or several; what is not copied before it is sent may not change until the answer."""

_numbers = count()


class Wire:
    """Connections to one system, each for one request at a time.

    `via` is the (host, port) through which it is reached, such as the proxy of a link; None goes straight.
    `handshake_s` is waited before each new connection: a proxy delays data but not the TCP handshake, which
    costs a phone one round trip. `lines` holds what waits, shared between the wires of a process.

    A request that meets its deadline is dropped and its connection closed. Nothing is ever repeated unseen:
    what is asked again is an operation of its own in the record.
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
        pieces: list[Buffer] = [body] if isinstance(body, bytes) else list(body)
        pieces.insert(0, self._head(method, path, headers, sum(map(len, pieces))))
        patience = Patience(timeout_s, self._soon)
        connection = None
        keep = False
        try:
            connection = self._lines.take(self._number, line, keep_s, patience.loop)
            if connection is None:
                connection = self._open(patience)
            try:
                connection.send(pieces, patience)
            except (BrokenPipeError, ConnectionResetError) as error:
                return _last_word(connection, method, patience, error)
            reply, keep = read(connection, method, patience)
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

    def _open(self, patience: Patience) -> Connection:
        if self._handshake_s:
            patience.pause(self._handshake_s)
        place = self._where.next()
        self._lines.opened += 1
        if self._secure:
            return SecureConnection(place, patience, self._host, self._ca)
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


def _last_word(connection: Connection, method: str, patience: Patience, error: OSError) -> Reply:
    """The other side closed while we sent; it may have answered before it did (a body too large, say)."""
    try:
        return read(connection, method, patience)[0]
    except InDoubtError as doubt:
        raise InDoubtError("timeout" if patience.expired else "reset") from doubt
    except OSError:
        raise error from None


def _no_line_breaks(head: str, lines: int) -> None:
    """A value must not become a header of its own."""
    if head.count("\n") != lines or head.count("\r") != lines:
        raise ValueError("a line break in a header or path")
