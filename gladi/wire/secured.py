"""TLS over a connection: the host checked whatever lies between, a phone's session resumed as phones do.

The bytes go through memory buffers of the ssl module, so that waiting stays with Patience; into a socket of
its own OpenSSL would write a record at a time, which costs more. OpenSSL chooses what is offered: TLS 1.2 and
1.3, AES-256-GCM first. A phone with AES in its processor offers AES-128-GCM first, one without it ChaCha20;
the server has the last word, and what they cost it differs little.
"""

import contextlib
import ssl
import time
from collections.abc import Sequence

from gladi.wire.connection import Connection, Place
from gladi.wire.outcome import NotSentError
from gladi.wire.patience import Patience
from gladi.wire.pieces import Piece, in_memory
from gladi.wire.sessions import Sessions
from gladi.wire.trust import context

_RECORD = 16 * 1024
_AHEAD = 8
"""Records put into cipher before they are sent: bounds what a slow link holds in memory.

Each is taken out of the buffer at once: a buffer never shrinks, and every connection that waits has one."""


class SecureConnection(Connection):
    """A connection under TLS to `host`; raises NotSentError("tls") where the handshake fails.

    With a `line` the session that this phone kept in `sessions` is offered, and kept again at the end.
    """

    __slots__ = ("_in", "_name", "_out", "_sessions", "_since_s", "_tls")

    def __init__(
        self, place: Place, patience: Patience, host: str, ca: str, sessions: Sessions, line: str = ""
    ) -> None:
        self._sessions: Sessions | None = None
        super().__init__(place, patience)
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        trusting = context(ca)
        self._name = (trusting, line)
        session = sessions.take(self._name) if line else None
        try:
            self._tls = trusting.wrap_bio(self._in, self._out, server_hostname=host, session=session)
            self._shake_hands(patience)
        except OSError as error:  # also ssl.SSLError; nothing was asked yet, so surely nothing was sent
            sessions.failed += 1
            self.close()
            raise NotSentError("tls") from error
        except BaseException:
            self.close()
            raise
        sessions.shook_hands(self._tls, session is not None)
        self._since_s = time.monotonic()
        if line:
            self._sessions = sessions

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
            self._send_memory((self._out.read(),), patience)

    def _pull(self, patience: Patience) -> None:
        data = super().receive(patience)
        if data:
            self._in.write(data)
        else:
            self._in.write_eof()

    @property
    def _all_heard(self) -> bool:
        """Whether no byte from the other side is left, in cipher or out of it."""
        return not self._in.pending and not self._tls.pending()

    def alive(self) -> bool:
        """Whether the other side has neither closed an idle connection nor said anything unasked."""
        try:
            while data := self._sock.recv(_RECORD):
                self._in.write(data)
        except BlockingIOError:
            if self._all_heard:
                return True
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

    def send(self, pieces: Sequence[Piece], patience: Patience) -> None:
        """All of `pieces`, in order; OSError where the connection broke."""
        write, take = self._tls.write, self._out.read
        ready: list[bytes] = []
        for piece in in_memory(pieces):
            view = memoryview(piece)
            for at in range(0, len(view), _RECORD):
                write(view[at : at + _RECORD])
                ready.append(take())
                if len(ready) == _AHEAD:
                    self._send_memory(ready, patience)
                    ready.clear()
        if ready:
            self._send_memory(ready, patience)

    def receive(self, patience: Patience) -> bytes:
        """The next bytes, b"" at the end of the connection; OSError where it broke.

        Waits first where nothing is at hand, which to ask OpenSSL costs more.
        """
        if self._all_heard:
            self._pull(patience)
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

    def close(self) -> None:
        """Close; safe to call again. Who is idle and has a link says farewell, as phones do."""
        sessions, self._sessions = self._sessions, None
        if sessions is not None:
            sessions.give(self._name, self._tls, self._since_s)
        if self.idle_s and time.monotonic() < self.cut_s:
            self.idle_s = 0.0
            with contextlib.suppress(OSError):
                self._say_farewell()
        super().close()

    def _say_farewell(self) -> None:
        """close_notify: some servers forget a session that ends without it. The answer is not waited for."""
        with contextlib.suppress(ssl.SSLError):
            self._tls.unwrap()
        self._sock.send(self._out.read())
