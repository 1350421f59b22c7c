"""Where a host is: its addresses, asked for at most every half minute and taken in turn.

Phones each ask for themselves; asking once for all of them is a simplification that spares the name server,
and taking the addresses in turn spreads them as a round of names would.
"""

import socket
import time
from contextlib import suppress

import gevent.socket

from gladi.wire.connection import Place
from gladi.wire.outcome import NotSentError

_GOOD_FOR_S = 30.0


class Whereabouts:
    """The addresses of one host and port, IPv4 before IPv6."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._places: list[Place] = []
        self._until_s = 0.0
        self._turn = 0
        for family in (socket.AF_INET, socket.AF_INET6):
            with suppress(OSError):
                socket.inet_pton(family, host)
                where = (host, port) if family == socket.AF_INET else (host, port, 0, 0)
                self._places, self._until_s = [(family, where)], float("inf")

    def next(self) -> Place:
        """The address whose turn it is; raises NotSentError("no_such_host")."""
        if time.monotonic() >= self._until_s:
            self._ask()
        self._turn += 1
        return self._places[self._turn % len(self._places)]

    def _ask(self) -> None:
        try:
            found = gevent.socket.getaddrinfo(self._host, self._port, 0, socket.SOCK_STREAM)
        except OSError as error:
            raise NotSentError("no_such_host") from error
        wanted = socket.AF_INET if any(row[0] == socket.AF_INET for row in found) else socket.AF_INET6
        self._places = [(row[0], row[4]) for row in found if row[0] == wanted]
        if not self._places:
            raise NotSentError("no_such_host")
        self._until_s = time.monotonic() + _GOOD_FOR_S
