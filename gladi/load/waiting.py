"""A worker waits for its master: found once somebody listens there, and told of when that takes long.

Apart from `meeting`, which brings Locust with it.
"""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import gevent

from gladi.failures import CannotRunError
from gladi.load.host_port import place

PATIENCE_S = 300.0
"""Longest wait for somebody to listen."""
WORD_AFTER_S = 10.0
"""Who waits this long wants to know what for."""
_TRY_S = 2.0


@contextmanager
def told_when_long(where: str, say: Callable[[str], None]) -> Iterator[None]:
    """While this lasts, a master is sought at `where`; `say` hears, once, that none has answered yet."""
    words = (
        f"di {where} belum ada gladi yang menjawab; dicoba terus sampai {PATIENCE_S / 60:g} menit "
        "(sudah dimulai di sana? alamat dan port benar?)"
    )
    word = gevent.spawn_later(WORD_AFTER_S, say, words)
    try:
        yield
    finally:
        word.kill(block=False)


def reached(host: str, port: int, patience_s: float = PATIENCE_S) -> str:
    """The address of `host` at which somebody listens; CannotRunError where nobody does for so long.

    Waited for, since a conductor may come later than its workers; found here, since ZeroMQ asks for one
    family of addresses only, where a name may have both.
    """
    deadline = time.monotonic() + patience_s
    while True:
        try:
            for *_, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                with suppress(OSError), socket.create_connection((str(where[0]), port), _TRY_S):
                    return str(where[0])
            why = "nobody answers"
        except OSError as error:
            why = error.strerror or str(error)
        if time.monotonic() > deadline:
            raise CannotRunError(f"{place(host, port)}: {why}")
        gevent.sleep(1.0)
