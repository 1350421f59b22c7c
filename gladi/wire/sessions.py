"""TLS sessions that phones keep, so that who comes back resumes: each its own, for as long as its app lives.

As an Android phone does it (OkHttp on Conscrypt): a session is kept in the memory of the app's process for
the host it is of, no longer than the server's ticket says and than eight hours, and under TLS 1.3 is offered
once (RFC 8446, C.4). Whose it is matters: after a restart of the server nobody's ticket is good any more, and
everybody who comes back does a whole handshake.

A session takes 6 to 12 KB (OpenSSL keeps the server's certificate in it), and the ssl module copies it when
it is taken out of a connection and again when it is put into one, 0.15 ms each. So that is done when the
connection is closed, and not for a ticket that is too old by then. How many are kept is bounded: above that,
the oldest is forgotten, and its phone does a whole handshake, which costs the system more than it would have;
`dropped` counts them. A ticket's life is human time, as a person's pauses are: it is divided by `pace`.
"""

import ssl
import time
from collections.abc import Callable

Name = tuple[ssl.SSLContext, str]
"""What the session was made with, and whose it is."""

_MOST = 4096
_LONGEST_S = 8 * 3600.0
"""Default of Conscrypt's AbstractSessionContext."""


class Sessions:
    """Sessions of one process's phones, and how many handshakes there were; counts only grow.

    `pace` says how many human seconds pass in a real one now.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._kept: dict[Name, tuple[ssl.SSLSession, float]] = {}
        self._most = most
        self._over = False
        self._life_s = _LONGEST_S
        self.pace: Callable[[], float] = lambda: 1.0
        self.full = self.resumed = self.declined = self.failed = self.dropped = 0

    def __len__(self) -> int:
        return len(self._kept)

    def take(self, name: Name) -> ssl.SSLSession | None:
        """The session to offer, which is then gone; None where there is none, or none that is still good."""
        found = self._kept.pop(name, None)
        if found is None:
            return None
        session, since_s = found
        return session if self._age_s(since_s) < _life_s(session) else None

    def give(self, name: Name, tls: ssl.SSLObject, since_s: float) -> None:
        """A connection closes that has been open `since_s` (monotonic): keep what it may be resumed by."""
        # Tickets come with the handshake; how long they live is the same for all of a server's.
        if self._over or self._age_s(since_s) >= self._life_s:
            return
        session = tls.session
        if session is None or not _resumable(session, tls.version()):
            return
        self._life_s = _life_s(session)
        self._kept.pop(name, None)
        self._kept[name] = session, since_s
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
            self.dropped += 1

    def _age_s(self, since_s: float) -> float:
        """Human seconds since a moment."""
        return (time.monotonic() - since_s) * self.pace()

    def shook_hands(self, tls: ssl.SSLObject, offered: bool) -> None:
        """A handshake has succeeded; `offered` says whether it was to be a resumption."""
        if tls.session_reused:
            self.resumed += 1
        else:
            self.full += 1
            self.declined += offered

    def close(self) -> None:
        """The run is over: nobody comes back."""
        self._over = True
        self._kept.clear()

    def counts(self) -> dict[str, int]:
        """Handshakes: whole ones, resumptions, of the whole ones those where the server declined a session
        that was offered, and failures; and sessions that were dropped for want of room."""
        return {
            "tls_full": self.full,
            "tls_resumed": self.resumed,
            "tls_declined": self.declined,
            "tls_failed": self.failed,
            "tls_dropped": self.dropped,
        }


def _resumable(session: ssl.SSLSession, version: str | None) -> bool:
    return bool(session.has_ticket or (version != "TLSv1.3" and session.id))


def _life_s(session: ssl.SSLSession) -> float:
    """What the ticket says; of one that says nothing (TLS 1.2 only), what OpenSSL assumes."""
    return min(float(session.ticket_lifetime_hint or session.timeout), _LONGEST_S)
