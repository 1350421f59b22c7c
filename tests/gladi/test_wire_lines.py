"""Whose connection it is: a phone keeps its own for a while, and nobody else uses it."""

import errno
import socket
import threading
import time
from math import inf

import gevent
import pytest

from gladi.address import Address
from gladi.http import InDoubtError, Wire
from gladi.wire.lines import Lines
from tests.gladi.talking import obliging, ok, request, server


def ask(wire: Wire, line: str = "", keep_s: float = inf, cut_s: float = inf) -> None:
    assert wire.request("POST", "/x", {}, b"123", 2.0, line, keep_s, cut_s).body == b"3"


def test_a_phone_comes_back_on_its_own_connection_and_nobody_else_does() -> None:
    with server(obliging) as (port, connections):
        wire = Wire(Address(f"http://127.0.0.1:{port}"))
        for line in ("tps-1", "tps-2", "tps-1", "tps-2", "tps-1"):
            ask(wire, line)
        assert len(connections) == 2
        ask(wire)
        ask(wire)
        assert len(connections) == 3, "requests of nobody share one, but never a phone's"


def test_a_connection_that_was_idle_for_too_long_is_not_used_again() -> None:
    with server(obliging) as (port, connections):
        wire = Wire(Address(f"http://127.0.0.1:{port}"))
        ask(wire, "tps-1", keep_s=0.05)
        ask(wire, "tps-1", keep_s=0.05)
        assert len(connections) == 1
        time.sleep(0.1)
        ask(wire, "tps-1", keep_s=0.05)
        assert len(connections) == 2


def test_a_link_that_was_cut_takes_the_connection_with_it() -> None:
    with server(obliging) as (port, connections):
        wire = Wire(Address(f"http://127.0.0.1:{port}"))
        ask(wire, "tps-1", cut_s=time.monotonic() + 0.05)
        time.sleep(0.1)
        ask(wire, "tps-1")
        assert len(connections) == 2


@pytest.mark.parametrize("line", ["", "tps-1"])
def test_what_the_other_side_has_closed_is_not_used(line: str) -> None:
    def once(connection: socket.socket) -> None:
        request(connection)
        connection.sendall(ok(b"3"))

    with server(once) as (port, connections):
        wire = Wire(Address(f"http://127.0.0.1:{port}"))
        for _ in range(3):
            ask(wire, line)
            time.sleep(0.02)
        assert len(connections) == 3


def test_an_answer_to_nothing_is_taken_for_no_answer() -> None:
    def chatty(connection: socket.socket) -> None:
        request(connection)
        connection.sendall(ok(b"3"))
        time.sleep(0.02)
        connection.sendall(ok(b"late"))
        time.sleep(0.2)

    with server(chatty) as (port, connections):
        wire = Wire(Address(f"http://127.0.0.1:{port}"))
        ask(wire)
        time.sleep(0.1)
        ask(wire)
        assert len(connections) == 2


def test_idle_connections_are_bounded() -> None:
    lines = Lines(most=4)
    with server(obliging) as (port, _):
        wire = Wire(Address(f"http://127.0.0.1:{port}"), lines=lines)
        for number in range(12):
            ask(wire, f"tps-{number}")
        assert (lines.kept, lines.opened, lines.reused) == (4, 12, 0)
        ask(wire, "tps-11")
        assert lines.reused == 1
        wire.close()
        assert lines.kept == 0


def test_a_new_connection_waits_for_its_handshake_and_a_kept_one_does_not() -> None:
    with server(obliging) as (port, _):
        wire = Wire(Address(f"http://127.0.0.1:{port}"), handshake_s=0.15)
        took = []
        for _ in range(2):
            began = time.monotonic()
            ask(wire, "tps-1")
            took.append(time.monotonic() - began)
        assert took[0] > 0.149 > took[1]
        with pytest.raises(InDoubtError, match="timeout"):
            wire.request("GET", "/x", {}, b"", 0.05, "tps-2")


def test_a_request_that_is_cut_off_leaves_no_connection_behind() -> None:
    lines = Lines()
    with server(lambda connection: time.sleep(0.3)) as (port, _):
        wire = Wire(Address(f"http://127.0.0.1:{port}"), lines=lines)
        with pytest.raises(InDoubtError, match="timeout"):
            wire.request("GET", "/x", {}, b"", 0.05, "tps-1")
    assert lines.kept == 0


def test_no_port_is_left_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every local port taken: the kernel's own answer to a bind that cannot be."""
    import resource

    from gladi.http import NotSentError

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with server(obliging) as (port, _):
        wire = Wire(Address(f"http://127.0.0.1:{port}"))
        ask(wire)  # the event loop has its own files by now
        wire.close()
        held = []
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        try:
            with pytest.raises(OSError) as full:
                while True:
                    held.append(socket.socket())
            assert full.value.errno == errno.EMFILE
            with pytest.raises(NotSentError, match="no_local_port"):
                wire.request("GET", "/x", {}, b"", 1.0)
        finally:
            for one in held:
                one.close()
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


# A server that closes what is idle, at the very moment at which somebody uses it again.


def closing_at_the_second(connection: socket.socket) -> None:
    """Answers one request; hears the next one out and closes without a word."""
    request(connection)
    connection.sendall(ok(b"3"))
    request(connection)


KEY = {"Idempotency-Key": "k-1"}


@pytest.mark.parametrize("line", ["", "tps-1"])
@pytest.mark.parametrize(("method", "headers"), [("GET", {}), ("POST", KEY), ("PUT", {})])
def test_what_is_safe_twice_goes_out_once_more_and_is_counted(
    method: str, headers: dict[str, str], line: str
) -> None:
    lines = Lines()
    with server(closing_at_the_second) as (port, connections):
        wire = Wire(Address(f"http://127.0.0.1:{port}"), lines=lines)
        for _ in range(3):
            assert wire.request(method, "/x", headers, b"123", 2.0, line).body == b"3"
    assert (len(connections), lines.opened, lines.repeated) == (3, 3, 2)


def test_what_is_not_safe_twice_is_left_in_doubt() -> None:
    lines = Lines()
    with server(closing_at_the_second) as (port, connections):
        wire = Wire(Address(f"http://127.0.0.1:{port}"), lines=lines)
        ask(wire, "tps-1")
        with pytest.raises(InDoubtError, match="closed"):
            ask(wire, "tps-1")
    assert (len(connections), lines.repeated) == (1, 0)


def test_a_new_connection_that_ends_without_a_word_is_no_reason_to_ask_again() -> None:
    lines = Lines()
    with server(lambda connection: request(connection) and None) as (port, connections):
        wire = Wire(Address(f"http://127.0.0.1:{port}"), lines=lines)
        with pytest.raises(InDoubtError, match="closed"):
            wire.request("GET", "/x", {}, b"", 2.0)
    assert (len(connections), lines.repeated) == (1, 0)


def test_who_is_silent_until_the_deadline_is_not_asked_again() -> None:
    def slow(connection: socket.socket) -> None:
        request(connection)
        connection.sendall(ok(b"3"))
        request(connection)
        time.sleep(0.5)

    lines = Lines()
    with server(slow) as (port, connections):
        wire = Wire(Address(f"http://127.0.0.1:{port}"), lines=lines)
        wire.request("POST", "/x", KEY, b"123", 2.0)
        with pytest.raises(InDoubtError, match="timeout"):
            wire.request("POST", "/x", KEY, b"123", 0.1)
    assert (len(connections), lines.repeated) == (1, 0)


def test_a_doubt_stays_one_where_nobody_can_be_asked_again() -> None:
    """The first time may have counted: that the second was refused does not make it not sent."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        listener.close()
        with connection:
            closing_at_the_second(connection)

    threading.Thread(target=serve, daemon=True).start()
    lines = Lines()
    wire = Wire(Address(f"http://127.0.0.1:{listener.getsockname()[1]}"), lines=lines)
    wire.request("POST", "/x", KEY, b"123", 2.0, "tps-1")
    with pytest.raises(InDoubtError, match="closed"):
        wire.request("POST", "/x", KEY, b"123", 2.0, "tps-1")
    assert lines.repeated == 1


def test_a_server_that_keeps_idle_connections_for_a_second_is_answered_by_all() -> None:
    """Thirty phones come back before and after the moment at which it closes: none is left in doubt."""
    idle_s = 1.0

    def keeping(connection: socket.socket) -> None:
        connection.settimeout(idle_s)
        while heard := request(connection):
            connection.sendall(ok(str(len(heard.partition(b"\r\n\r\n")[2])).encode()))

    lines = Lines()
    with server(keeping) as (port, connections):
        wire = Wire(Address(f"http://127.0.0.1:{port}"), lines=lines)

        def phone(number: int) -> None:
            for pause_s in (0.0, 0.7 + 0.016 * number):
                gevent.sleep(pause_s)
                assert wire.request("POST", "/x", KEY, b"123", 2.0, f"tps-{number}").body == b"3"

        gevent.joinall([gevent.spawn(phone, number) for number in range(30)], raise_error=True)
    assert lines.opened == len(connections)
    assert 30 < lines.opened < 60, "some were in time, some were not"
    assert lines.reused + lines.opened - lines.repeated == 60
