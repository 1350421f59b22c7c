"""What a phone may say of a request: it was answered, it surely never went, or nobody knows."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from gladi.address import Address
from gladi.http import InDoubtError, NotSentError, Wire

# Plain sockets in threads: the client under test is a gevent client in an unpatched process.


@contextmanager
def server(serve: Callable[[socket.socket], None]) -> Iterator[tuple[int, list[bytes]]]:
    listener = socket.create_server(("127.0.0.1", 0))
    heard: list[bytes] = []

    def loop() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    def talk(connection: socket.socket) -> None:
        with connection:
            heard.append(connection.recv(65_536))
            serve(connection)

    threading.Thread(target=loop, daemon=True).start()
    yield listener.getsockname()[1], heard
    listener.close()


def answer(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\nRetry-After: 3\r\n\r\nok")


def test_a_whole_answer_is_an_answer() -> None:
    with server(answer) as (port, heard):
        reply = Wire(Address(f"http://127.0.0.1:{port}")).request("POST", "/x", {"A": "b"}, b"body", 2.0)
    assert (reply.status, reply.body, reply.headers["retry-after"]) == (201, b"ok", "3")
    assert heard[0].endswith(b"body")


_CUT_OFF = "closed|broken|reset"


def test_a_refused_connection_surely_did_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NotSentError, match="refused"):
        Wire(Address(f"http://127.0.0.1:{port}")).request("POST", "/x", {}, b"body", 2.0)


@pytest.mark.parametrize(
    ("serve", "reason"),
    [
        (lambda connection: time.sleep(1.0), "timeout"),
        (lambda connection: None, "closed"),
        (lambda link: link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhal"), _CUT_OFF),
        (lambda link: link.sendall(b"HTTP/1.1 200 OK\r\nContent-Len"), _CUT_OFF),
        (lambda connection: connection.sendall(b"\x00\x01nonsense\r\n\r\n"), "broken"),
        (
            lambda link: link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)),
            "reset|closed",
        ),
    ],
    ids=["silence", "closed", "half a body", "half a head", "nonsense", "reset"],
)  # fmt: skip
def test_a_request_without_a_whole_answer_is_in_doubt(
    serve: Callable[[socket.socket], None], reason: str
) -> None:
    with server(serve) as (port, heard), pytest.raises(InDoubtError, match=reason):
        Wire(Address(f"http://127.0.0.1:{port}")).request("POST", "/x", {}, b"body", 0.4)
    assert len(heard) == 1, "a POST is never repeated behind our back"


def test_the_deadline_holds_for_the_whole_exchange() -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(30):
            try:
                connection.sendall(b"x")
            except OSError:
                return
            time.sleep(0.1)

    with server(drip) as (port, _):
        start = time.monotonic()
        with pytest.raises(InDoubtError, match="timeout"):
            Wire(Address(f"http://127.0.0.1:{port}")).request("GET", "/x", {}, b"", 0.5)
        assert time.monotonic() - start < 1.5


def test_a_connection_is_not_used_again_after_a_broken_exchange() -> None:
    answers = iter(
        [b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"]
    )

    def serve(connection: socket.socket) -> None:
        connection.sendall(next(answers))
        time.sleep(0.5)

    with server(serve) as (port, heard):
        wire = Wire(Address(f"http://127.0.0.1:{port}"))
        with pytest.raises(InDoubtError):
            wire.request("GET", "/first", {}, b"", 0.2)
        assert wire.request("GET", "/second", {}, b"", 1.0).body == b"ok"
    assert len(heard) == 2


def test_nothing_is_repeated_unseen() -> None:
    """A server that takes a request and closes without a word hears it once, whatever the method."""
    for method in ("GET", "POST", "PUT"):
        with server(lambda connection: None) as (port, heard):
            with pytest.raises(InDoubtError, match=_CUT_OFF):
                Wire(Address(f"http://127.0.0.1:{port}")).request(method, "/x", {}, b"", 2.0)
            assert len(heard) == 1, method
