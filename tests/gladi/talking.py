"""A server of plain sockets in threads, whose every connection is played by a function of the test."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# The client under test is a gevent client in an unpatched process.


@contextmanager
def server(
    talk: Callable[[socket.socket], None], tls: ssl.SSLContext | None = None
) -> Iterator[tuple[int, list[int]]]:
    """The port, and a list that has one entry a connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    connections: list[int] = []

    def loop() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connections.append(len(connections))
            threading.Thread(target=play, args=(connection,), daemon=True).start()

    def play(connection: socket.socket) -> None:
        try:
            with tls.wrap_socket(connection, server_side=True) if tls else connection as talked:
                talk(talked)
        except OSError:
            connection.close()

    threading.Thread(target=loop, daemon=True).start()
    yield listener.getsockname()[1], connections
    listener.close()


def request(connection: socket.socket) -> bytes:
    """One whole request with a Content-Length; b"" at the end of the connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65_536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lines = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    missing = int(lines.get(b"content-length", b"0")) - len(body)
    while missing > 0:
        piece = connection.recv(65_536)
        body += piece
        missing -= len(piece)
    return head + b"\r\n\r\n" + body


def ok(body: bytes = b"ok", *more: str) -> bytes:
    """An answer with a Content-Length."""
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *more, "", ""]
    return "\r\n".join(lines).encode() + body


def obliging(connection: socket.socket) -> None:
    """Answers every request with the length of what it heard."""
    while heard := request(connection):
        connection.sendall(ok(str(len(heard.partition(b"\r\n\r\n")[2])).encode()))
