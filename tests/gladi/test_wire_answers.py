"""Answers in every shape that HTTP allows, and bodies in pieces, over links that take little at a time."""

import socket
import time
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gladi.address import Address
from gladi.http import Buffer, InDoubtError, Wire
from tests.gladi.talking import ok, request, server

LONG = bytes(range(256)) * 1200


def asked(answer: bytes, method: str = "GET") -> tuple[int, bytes]:
    def talk(connection: socket.socket) -> None:
        request(connection)
        connection.sendall(answer)

    with server(talk) as (port, _):
        reply = Wire(Address(f"http://127.0.0.1:{port}")).request(method, "/x", {}, b"", 2.0)
    return reply.status, reply.body


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (ok(b"abc"), (200, b"abc")),
        (ok(LONG), (200, LONG)),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", (200, b"ab")),
        (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", (200, b"until the end")),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", (200, b"ok")),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + ok(b"abc"), (200, b"abc")),
        (b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", (204, b"")),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", (304, b"")),
    ],
    ids=["length", "long", "chunks", "until the end", "1.0", "interim", "no content", "not modified"],
)  # fmt: skip
def test_every_shape_of_answer_is_read(answer: bytes, expected: tuple[int, bytes]) -> None:
    assert asked(answer) == expected


def test_the_head_of_a_file_has_no_body() -> None:
    assert asked(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", "HEAD") == (200, b"")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999999999999999\r\n\r\nabc",
        b"HTTP/1.1 2xx OK\r\nContent-Length: 3\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n",
    ],
)
def test_a_broken_answer_is_a_doubt(answer: bytes) -> None:
    with pytest.raises(InDoubtError, match="broken_answer"):
        asked(answer)


@settings(max_examples=15, deadline=None)
@given(cuts=st.lists(st.integers(1, 90), max_size=4), body=st.binary(max_size=40))
def test_it_makes_no_difference_how_an_answer_is_cut_up(cuts: list[int], body: bytes) -> None:
    whole = ok(body, "X-Tps: 1")

    def talk(connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        request(connection)
        for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(whole)], strict=True):
            connection.sendall(whole[start:end])
            time.sleep(0.001)

    with server(talk) as (port, _):
        reply = Wire(Address(f"http://127.0.0.1:{port}")).request("GET", "/x", {}, b"", 2.0)
    assert (reply.status, reply.body, reply.headers["x-tps"]) == (200, body, "1")


def test_pieces_arrive_in_order_however_little_is_taken_at_a_time() -> None:
    photo = bytes(range(256)) * 20_000  # 5 MB: far more than a socket takes at once
    pieces: list[Buffer] = [b"before", memoryview(photo), b"", bytearray(b"after"), *[b"x"] * 1500]
    heard: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        heard.append(request(connection).partition(b"\r\n\r\n")[2])
        connection.sendall(ok())

    with server(talk) as (port, _):
        Wire(Address(f"http://127.0.0.1:{port}")).request("POST", "/x", {}, pieces, 20.0)
    assert sha256(heard[0]).digest() == sha256(b"before" + photo + b"after" + b"x" * 1500).digest()


def test_a_server_that_answers_before_it_has_read_all_is_heard() -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65_536):
            pass

    with server(talk) as (port, _):
        reply = Wire(Address(f"http://127.0.0.1:{port}")).request("POST", "/x", {}, bytes(5_000_000), 5.0)
    assert reply.status == 413


def test_a_line_break_makes_no_header_of_its_own() -> None:
    wire = Wire(Address("http://127.0.0.1:9"))
    for headers, path in (({"A": "b\r\nC: d"}, "/x"), ({}, "/x HTTP/1.1\r\nC: d")):
        with pytest.raises(ValueError, match="line break"):
            wire.request("GET", path, headers, b"", 1.0)
