"""Connections that wait for their next request: a phone's own, and those that anybody may use.

A phone's own connection (its line) is used by nobody else, is closed when it has been idle for longer than
the app keeps it or when the phone's link was cut, and is found again otherwise. A phone keeps one: what it
opened beside it for a request at the same time is closed afterwards (an app's pool may keep more; assumed
away). How many wait is bounded: above that, the one that has been idle for longest is closed first.
"""

import resource
import time

from gladi.wire.connection import Connection
from gladi.wire.sessions import Sessions

Name = tuple[int, str]
"""Which Wire (its number), and whose line on it; "" for anybody's."""

_SPARE_FILES = 1024
_ANYBODYS = 2048


def _room() -> int:
    """How many lines may wait: what the limit of open files leaves for requests under way and all else."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = 1 << 17 if soft == resource.RLIM_INFINITY else soft
    return max(64, min(limit - _SPARE_FILES, limit * 3 // 4))


class Lines:
    """Idle connections of the wires of one process, and the TLS sessions of those that were closed.

    `opened`, `reused` and `repeated` only grow: connections, uses of a kept one, and requests that went out
    once more because the other side was just closing the kept connection that they had taken.
    """

    def __init__(self, most: int = 0) -> None:
        self._own: dict[Name, Connection] = {}
        self._anybodys: dict[int, list[Connection]] = {}
        self._most = most or _room()
        self.sessions = Sessions()
        self.opened = 0
        self.reused = 0
        self.repeated = 0

    @property
    def kept(self) -> int:
        """Connections that wait for their next request."""
        return len(self._own) + sum(len(waiting) for waiting in self._anybodys.values())

    def take(self, wire: int, line: str, keep_s: float, loop: object) -> Connection | None:
        """A connection that may be used now; None where a new one is due."""
        while True:
            if line:
                found = self._own.pop((wire, line), None)
            else:
                waiting = self._anybodys.get(wire)
                found = waiting.pop() if waiting else None
            if found is None:
                return None
            if line:
                now_s = time.monotonic()
                fresh = now_s - found.idle_s <= keep_s and now_s < found.cut_s
            else:
                fresh = True
            # Looked at before anything is sent: what the other side has closed is not used.
            if fresh and found.loop is loop and found.alive():
                self.reused += 1
                found.idle_s = 0.0
                return found
            found.close()

    def give(self, wire: int, line: str, connection: Connection, keep_s: float, cut_s: float) -> None:
        """An exchange has ended well; `cut_s` (monotonic) is when the phone's link drops."""
        if not line:
            waiting = self._anybodys.setdefault(wire, [])
            if len(waiting) < _ANYBODYS:
                waiting.append(connection)
            else:
                connection.close()
            return
        own = self._own
        if (wire, line) in own:
            connection.close()
            return
        now_s = time.monotonic()
        connection.idle_s, connection.cut_s = now_s, cut_s
        own[wire, line] = connection
        # The dict is in the order of becoming idle. At most two are looked at: no request pays for many.
        for _ in range(2):
            name = next(iter(own))
            oldest = own[name]
            if len(own) <= self._most and now_s - oldest.idle_s <= keep_s:
                break
            del own[name]
            oldest.close()

    def counts(self) -> dict[str, int]:
        """Connections and handshakes so far, for the record of the run; see `Sessions.counts`."""
        mine = {"opened": self.opened, "reused": self.reused, "repeated": self.repeated}
        return mine | self.sessions.counts()

    def close(self, wire: int | None = None) -> None:
        """Close what waits, of one wire or of all: then the run is over."""
        if wire is None:
            self.sessions.close()
        for name in [name for name in self._own if wire in (None, name[0])]:
            self._own.pop(name).close()
        for number in [number for number in self._anybodys if wire in (None, number)]:
            for connection in self._anybodys.pop(number):
                connection.close()
