"""One TCP connection: opened, written to in pieces without copying them, read from."""

import _socket
import errno
import os
import socket
from collections.abc import Sequence
from typing import Any

from gladi.wire.outcome import NotSentError
from gladi.wire.patience import Patience
from gladi.wire.pieces import Buffer, Piece, Stretch

Place = tuple[socket.AddressFamily, tuple[Any, ...]]
"""Family and socket address."""

_NO_SENDFILE = {errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP}
_NO_PORT = {errno.EMFILE, errno.ENFILE, errno.EADDRNOTAVAIL, errno.ENOBUFS}
_READ, _WRITE = 1, 2
_AT_ONCE = 64 * 1024
_PIECES = 512
"""Pieces handed to the kernel in one call, below its own limit."""


class Connection:
    """A plain connection. At `cut_s` (monotonic) its phone's link drops; it is idle since `idle_s`."""

    __slots__ = ("_reads", "_sock", "_writes", "cut_s", "idle_s", "loop")

    def __init__(self, place: Place, patience: Patience) -> None:
        self.loop = patience.loop
        self.cut_s = self.idle_s = 0.0
        self._reads = self._writes = None
        try:
            # The socket of the C library itself: gevent's adds a layer of Python to every call.
            self._sock = _socket.socket(
                place[0], socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
            )
        except OSError as error:
            if error.errno in _NO_PORT:
                raise NotSentError("no_local_port") from error
            raise
        try:
            self._sock.settimeout(0.0)
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            fileno = self._sock.fileno()
            self._reads = self.loop.io(fileno, _READ)
            self._writes = self.loop.io(fileno, _WRITE)
            self._connect(place[1], patience)
        except BaseException:
            self.close()
            raise

    def _connect(self, where: tuple[Any, ...], patience: Patience) -> None:
        code = self._sock.connect_ex(where)
        if code in (errno.EINPROGRESS, errno.EALREADY, errno.EWOULDBLOCK):
            patience.wait(self._writes)
            code = self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code == errno.ECONNREFUSED:
            raise NotSentError("refused")
        if code in _NO_PORT:
            raise NotSentError("no_local_port")
        if code:
            raise OSError(code, "connect")

    def alive(self) -> bool:
        """Whether the other side has neither closed an idle connection nor said anything unasked."""
        try:
            self._sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def send(self, pieces: Sequence[Piece], patience: Patience) -> None:
        """All of `pieces`, in order; OSError where the connection broke."""
        files = [number for number, piece in enumerate(pieces) if isinstance(piece, Stretch)]
        if not files:
            self._send_memory(pieces, patience)  # type: ignore[arg-type]
            return
        # Held back to fill segments: a few bytes before or behind a file shall be none of their own.
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        at = 0
        for number in files:
            self._send_memory(pieces[at:number], patience)  # type: ignore[arg-type]
            self._send_file(pieces[number], patience)  # type: ignore[arg-type]
            at = number + 1
        self._send_memory(pieces[at:], patience)  # type: ignore[arg-type]
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)

    def _send_memory(self, pieces: Sequence[Buffer], patience: Patience) -> None:
        size = 0
        for piece in pieces:
            size += len(piece)
        try:
            sent = self._sock.sendmsg(pieces if len(pieces) <= _PIECES else pieces[:_PIECES])
        except BlockingIOError:
            sent = 0
        if sent < size:
            self._send_rest([memoryview(piece) for piece in pieces], sent, patience)

    def _send_file(self, stretch: Stretch, patience: Patience) -> None:
        out, file, at, end = self._sock.fileno(), stretch.file.number, stretch.start, len(stretch)
        end += at
        while at < end:
            try:
                sent = os.sendfile(out, file, at, end - at)
            except BlockingIOError:
                patience.wait(self._writes)
                continue
            except OSError as error:
                if error.errno not in _NO_SENDFILE:
                    raise
                sent = 0
            if not sent:  # a file system that cannot, or a file cut short
                self._send_memory([memoryview(stretch.memory)[at - stretch.start :]], patience)
                return
            at += sent

    def _send_rest(self, pieces: list[memoryview], sent: int, patience: Patience) -> None:
        first = 0
        while True:
            while first < len(pieces) and sent >= len(pieces[first]):
                sent -= len(pieces[first])
                first += 1
            if first == len(pieces):
                return
            pieces[first] = pieces[first][sent:]
            patience.wait(self._writes)
            try:
                sent = self._sock.sendmsg(pieces[first : first + _PIECES])
            except BlockingIOError:
                sent = 0

    def receive(self, patience: Patience) -> bytes:
        """The next bytes, b"" at the end of the connection; OSError where it broke.

        Waits first: who has just sent something would look in vain.
        """
        while True:
            patience.wait(self._reads)
            try:
                return self._sock.recv(_AT_ONCE)
            except BlockingIOError:
                pass

    def fill(self, room: memoryview, patience: Patience) -> bool:
        """Fill all of `room`; False where the connection ended before."""
        got = 0
        while got < len(room):
            try:
                count = self._sock.recv_into(room[got:])
            except BlockingIOError:
                patience.wait(self._reads)
                continue
            if not count:
                return False
            got += count
        return True

    def close(self) -> None:
        """Close; safe to call again."""
        for watcher in (self._reads, self._writes):
            if watcher is not None:
                watcher.close()
        self._reads = self._writes = None
        self._sock.close()
