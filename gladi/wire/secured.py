"""TLS over a connection: one context for a process and an authority file, the host checked whatever lies
between.

The bytes go through memory buffers of the ssl module, so that waiting stays with Patience. Sessions are not
resumed: a phone that comes back does a whole handshake, which costs the system at least what real phones
would.
"""

import ssl
from collections.abc import Sequence
from functools import cache

from gladi.wire.connection import Buffer, Connection, Place
from gladi.wire.outcome import NotSentError
from gladi.wire.patience import Patience

_RECORD = 16 * 1024
_AHEAD = 4
"""Records put into cipher before they are sent: bounds what a slow link holds in memory."""


@cache
def context(ca: str) -> ssl.SSLContext:
    """The context that trusts `ca` (a PEM file), or what the machine trusts where it is ""."""
    made = ssl.create_default_context(cafile=ca or None)
    made.set_alpn_protocols(["http/1.1"])
    return made


class SecureConnection(Connection):
    """A connection under TLS to `host`; raises NotSentError("tls") where the handshake fails."""

    __slots__ = ("_in", "_out", "_tls")

    def __init__(self, place: Place, patience: Patience, host: str, ca: str) -> None:
        super().__init__(place, patience)
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        try:
            self._tls = context(ca).wrap_bio(self._in, self._out, server_hostname=host)
            self._shake_hands(patience)
        except OSError as error:  # also ssl.SSLError; nothing was asked yet, so surely nothing was sent
            self.close()
            raise NotSentError("tls") from error
        except BaseException:
            self.close()
            raise

    def _shake_hands(self, patience: Patience) -> None:
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._push(patience)
                self._pull(patience)
                continue
            except ssl.SSLError:
                self._push(patience)  # the other side is told why
                raise
            self._push(patience)
            return

    def _push(self, patience: Patience) -> None:
        if self._out.pending:
            super().send((self._out.read(),), patience)

    def _pull(self, patience: Patience) -> None:
        data = super().receive(patience)
        if data:
            self._in.write(data)
        else:
            self._in.write_eof()

    def alive(self) -> bool:
        """Whether the other side has neither closed an idle connection nor said anything unasked."""
        try:
            while data := self._sock.recv(_RECORD):
                self._in.write(data)
        except BlockingIOError:
            pass
        except OSError:
            return False
        else:
            return False
        try:
            self._tls.read(1)
        except ssl.SSLWantReadError:
            return True  # at most session tickets, which are no answer
        except OSError:
            return False
        return False

    def send(self, pieces: Sequence[Buffer], patience: Patience) -> None:
        """All of `pieces`, in order; OSError where the connection broke."""
        waiting = 0
        for piece in pieces:
            view = memoryview(piece)
            for at in range(0, len(view), _RECORD):
                self._tls.write(view[at : at + _RECORD])
                waiting += 1
                if waiting == _AHEAD:
                    self._push(patience)
                    waiting = 0
        self._push(patience)

    def receive(self, patience: Patience) -> bytes:
        """The next bytes, b"" at the end of the connection; OSError where it broke."""
        while True:
            try:
                return self._tls.read(_RECORD)
            except ssl.SSLWantReadError:
                self._pull(patience)
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    def fill(self, room: memoryview, patience: Patience) -> bool:
        """Fill all of `room`; False where the connection ended before."""
        got = 0
        while got < len(room):
            piece = self.receive(patience)
            if not piece:
                return False
            # A record may hold more than is missing: what is beyond it was not asked for.
            count = min(len(piece), len(room) - got)
            room[got : got + count] = piece[:count]
            got += count
        return True
