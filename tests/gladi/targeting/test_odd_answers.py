"""Answers that never end, end too early, are far too large or packed: each is called what it is, early."""

import contextlib
import gzip
import json
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from gladi.address import Address
from gladi.failures import CannotRunError
from gladi.http import Reply
from gladi.targeting import probe
from gladi.targeting.looking import looked_at
from gladi.targets.bodies import content, cookie, cookies, unpacked
from tests.gladi.targeting.odd_servers import Answer, served

JSON = {"Content-Type": "application/json"}
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def held(link: socket.socket, first: bytes) -> None:
    """Says something, and then nothing for as long as anybody waits."""
    link.sendall(first)
    with contextlib.suppress(OSError):
        link.settimeout(8.0)
        link.recv(1)


def closes(link: socket.socket, first: bytes) -> None:
    link.sendall(first)


def drips(link: socket.socket, first: bytes) -> None:
    for at in range(len(first)):
        link.sendall(first[at : at + 1])
        time.sleep(0.05)


def floods(link: socket.socket, first: bytes) -> None:
    """More and more, in chunks."""
    link.sendall(first)
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    while True:
        link.sendall(piece)


@contextmanager
def talking(says: Callable[[socket.socket, bytes], None], first: bytes) -> Iterator[Address]:
    """A server that speaks bare sockets."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve(link: socket.socket) -> None:
        with link, contextlib.suppress(OSError):
            link.recv(65_536)
            says(link, first)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield Address(f"http://127.0.0.1:{listening.getsockname()[1]}")
    finally:
        listening.close()


@pytest.mark.parametrize(
    ("says", "first", "words"),
    [
        (held, b"", "sent not a byte within 0.3 s"),
        (held, HEAD, "drips: of the head of its answer"),
        (drips, HEAD + b"Content-Length: 900\r\n\r\n" + b" " * 900, "drips: of the head"),
        (held, HEAD + b"Content-Length: 900\r\n\r\n{", "drips: of its answer of 900 bytes 1 bytes came"),
        (closes, HEAD + b"Content-Length: 900\r\n\r\n{", "in the middle of its answer of 900 bytes, after 1"),
        (closes, b"", "closed the connection without a word"),
        (closes, b"SSH-2.0-OpenSSH_9.6\r\n", "answers what is no HTTP: SSH-2.0-OpenSSH_9.6"),
        (held, CHUNKED + b"2\r\n{}\r\n", "in chunks without an end"),
        (closes, CHUNKED + b"2\r\n{}\r\n", "before the last"),
        (held, HEAD + b"Content-Length: 1073741824\r\n\r\n{", "announces an answer of 1,074 MB"),
        (held, HEAD + b"\r\n{", "sends without an end"),
        (closes, HEAD + b"Content-Length: 2\r\n\r\n{}", ""),
    ],
)
def test_what_came_instead_of_an_answer_is_said(
    says: Callable[[socket.socket, bytes], None], first: bytes, words: str
) -> None:
    with talking(says, first) as address:
        said = looked_at(address, "/x", 0.3)
    assert words in said
    assert words or not said


@pytest.mark.parametrize(
    ("says", "first", "words"),
    [
        (
            held,
            HEAD + b"Content-Length: 1073741824\r\n\r\n{",
            r"GET /public.* announces an answer of 1,074 MB",
        ),
        (closes, CHUNKED + b"2\r\n{}\r\n", r"in chunks, and closed the connection after 7 bytes"),
        (floods, CHUNKED, "in chunks without an end"),
    ],
    ids=["1 GB", "no last chunk", "flood"],
)
def test_the_look_before_a_run_stops_at_it(
    says: Callable[[socket.socket, bytes], None], first: bytes, words: str
) -> None:
    with talking(says, first) as address, pytest.raises(CannotRunError, match=words):
        probe(address, "sirekap", 1, "")


def test_packed_answers_are_unpacked_and_noted() -> None:
    body = gzip.compress(json.dumps({"tps_in": 3}).encode())
    reply = Reply(200, body, {"content-encoding": "gzip"})
    assert content(reply) == {"tps_in": 3}
    assert content(Reply(200, zlib.compress(b"[1]"), {"content-encoding": "deflate"})) == [1]
    for broken in (body[:-4], b"no gzip", gzip.compress(bytes(65_000_000), 1)):
        with pytest.raises(ValueError, match=r"no end, or is larger than 64 MB|not gzip, as it says"):
            unpacked(Reply(200, broken, {"content-encoding": "gzip"}))

    def zipped(method: str, path: str) -> Answer:
        return (200 if method == "GET" else 401), {**JSON, "Content-Encoding": "gzip"}, gzip.compress(b"{}")

    with served(zipped) as url:
        (warning,) = probe(Address(url), "sirekap", 1, "")
    assert "answers come packed (gzip)" in warning


def test_a_packing_that_cannot_be_undone_stops_it() -> None:
    with (
        served(lambda *_: (200, {**JSON, "Content-Encoding": "br"}, b"\x0b")) as url,
        pytest.raises(CannotRunError, match=r"packed with br, which nobody asked for"),
    ):
        probe(Address(url), "sirekap", 1, "")


def test_garbage_that_is_let_in_is_noted() -> None:
    """As by a system that answers 200 and says no in its body."""

    def polite(method: str, path: str) -> Answer:
        said = {"token": "x", "initialised": False, "error": "sandi salah"}
        return 200, JSON, json.dumps(said if method == "POST" else {}).encode()

    with served(polite) as url:
        (warning,) = probe(Address(url), "sirekap", 1, "")
    assert "garbage where logins are taken was answered 200" in warning
    assert "sandi salah" in warning


def test_cookies_are_sent_back_as_they_came() -> None:
    first = Reply(200, b"", {"set-cookie": "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/\nb=x=y"})
    later = Reply(200, b"", {"set-cookie": "a=2; Secure\nb=; Max-Age=0"})
    assert cookies(first) == "a=1; b=x=y"
    assert cookies(first, later) == "a=2", "later ones take the place of earlier ones; an empty one is gone"
    assert (cookie("b", first), cookie("c", first)) == ("x=y", "")
