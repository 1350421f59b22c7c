"""Links through a real toxiproxy: delay and speed as listed, errors as ours, darkness even when all hangs."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from chaos import Network, Toxic, Toxiproxy, ToxiproxyError, ToxiproxyServer, find_server
from chaos.network import area_proxies, darken, lighten, silent_lines

pytestmark = pytest.mark.alone

SINK = """
import socket, sys, threading
listener = socket.create_server(("127.0.0.1", 0), backlog=1)
print(listener.getsockname()[1], flush=True)
def serve(connection):
    got = 0
    while got < 250_000:
        data = connection.recv(65536)
        if not data:
            return
        got += len(data)
        if got == len(data) < 1000:
            connection.sendall(b"pong")
    connection.sendall(b"done")
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
"""


@pytest.fixture
def upstream() -> Iterator[tuple[int, str]]:
    """(pid, address) of a small server that answers a ping, and an upload of 250,000 bytes."""
    child = subprocess.Popen(
        [sys.executable, "-c", SINK], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert child.stdout is not None
        yield child.pid, f"127.0.0.1:{child.stdout.readline().strip()}"
    finally:
        child.kill()
        child.wait()


def test_delay_and_speed_are_those_of_the_link_class(toxiproxy: Toxiproxy, upstream: tuple[int, str]) -> None:
    address = Network(toxiproxy, upstream[1]).open(["170801"], ["4g", "3g"])["170801", "3g"]
    with socket.create_connection(address, timeout=10) as connection:
        began = time.monotonic()
        connection.sendall(b"ping")
        assert connection.recv(4) == b"pong"
        rtt_ms = (time.monotonic() - began) * 1000
        assert 115 <= rtt_ms <= 400, "3G: 150 ms, each way half with 15 ms of jitter"
        began = time.monotonic()
        connection.sendall(b"x" * 250_000)
        assert connection.recv(4) == b"done"
        upload_s = time.monotonic() - began
    assert 2.5 <= upload_s <= 4.5, "250 KB at 96 KB/s is 2.6 s"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_going_dark_cuts_connections_under_way(
    toxiproxy: Toxiproxy, upstream: tuple[int, str], host: str
) -> None:
    network = Network(toxiproxy, upstream[1], host)
    address = network.open(["170801"], ["4g"])["170801", "4g"]
    with socket.create_connection(address, timeout=5) as connection:
        connection.sendall(b"ping")
        assert connection.recv(4) == b"pong"
        network.area_dark("170801")
        connection.settimeout(1)
        assert _is_cut(connection)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=1)
    network.area_light("170801")
    assert silent_lines(toxiproxy, "170801") == []


def test_an_area_in_front_of_a_hung_server_goes_dark_in_two_seconds_and_comes_back_on_its_port(
    toxiproxy: Toxiproxy, upstream: tuple[int, str]
) -> None:
    """The trap: toxiproxy hangs in connect and holds the proxy for minutes, disabled but not cut."""
    pid, where = upstream
    address = Network(toxiproxy, where).open(["170801"], ["4g"])["170801", "4g"]
    early = socket.create_connection(address, timeout=5)
    early.sendall(b"ping")
    assert early.recv(4) == b"pong"
    before = area_proxies(toxiproxy, "170801")["170801-4g"][0]
    os.kill(pid, signal.SIGSTOP)
    crowd = [socket.create_connection(address, timeout=1) for _ in range(8)]  # fills the backlog behind it
    try:
        time.sleep(0.3)
        began = time.monotonic()
        assert darken(toxiproxy, "170801") == ["170801-4g"], "the upstream must really hang for this test"
        assert time.monotonic() - began < 2
        early.settimeout(1)
        assert _is_cut(early), "the connection that was under way is cut"
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address, timeout=1)
        began = time.monotonic()
        lighten(toxiproxy, "170801", budget_s=5)
        assert time.monotonic() - began < 2
        os.kill(pid, signal.SIGCONT)
        assert silent_lines(toxiproxy, "170801") == []
        after = area_proxies(toxiproxy, "170801")["170801-4g"][-1]
        assert (after.listen, after.toxics) == (before.listen, before.toxics)
        darken(toxiproxy, "170801")
        lighten(toxiproxy, "170801", budget_s=5)
        assert silent_lines(toxiproxy, "170801") == [], "and it can go dark again"
    finally:
        for connection in (early, *crowd):
            connection.close()


def _is_cut(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True


def test_a_misspelt_attribute_is_an_error_and_not_a_zero(
    toxiproxy: Toxiproxy, upstream: tuple[int, str]
) -> None:
    with pytest.raises(ToxiproxyError, match='latency has no attribute "latancy"; it has: latency, jitter'):
        Toxic("latency", "upstream", {"latancy": 100, "jitter": 0})
    with pytest.raises(ToxiproxyError, match="bandwidth needs rate"):
        Toxic("bandwidth", "upstream", {})
    with pytest.raises(ToxiproxyError, match='no toxic is called "latence"'):
        Toxic("latence", "upstream", {})
    with pytest.raises(ToxiproxyError, match=r"rate = 1.5 must be a whole number"):
        Toxic("bandwidth", "upstream", {"rate": 1.5})  # type: ignore[dict-item]


def test_a_toxic_can_be_changed_and_removed(toxiproxy: Toxiproxy, upstream: tuple[int, str]) -> None:
    toxiproxy.create("one", upstream[1])
    toxiproxy.add_toxic("one", Toxic("bandwidth", "upstream", {"rate": 10}))
    toxiproxy.update_toxic("one", Toxic("bandwidth", "upstream", {"rate": 20}))
    assert [toxic.attributes for toxic in toxiproxy.proxies()["one"].toxics] == [{"rate": 20}]
    toxiproxy.remove_toxic("one", "bandwidth_upstream")
    assert toxiproxy.proxies()["one"].toxics == ()
    with pytest.raises(ToxiproxyError, match="toxic not found"):
        toxiproxy.remove_toxic("one", "bandwidth_upstream")
    with pytest.raises(ToxiproxyError, match="proxy already exists"):
        toxiproxy.create("one", upstream[1])


def test_a_taken_port_is_said_to_be_taken(
    toxiproxy: Toxiproxy, upstream: tuple[int, str], tmp_path: Path
) -> None:
    with pytest.raises(ToxiproxyError, match=f"port taken: {upstream[1]} is already used"):
        toxiproxy.create("one", upstream[1], listen=upstream[1])
    port = int(upstream[1].split(":")[1])
    with pytest.raises(ToxiproxyError, match=f"port taken: 127.0.0.1:{port} is already used"):
        ToxiproxyServer.start(tmp_path / "log", port)


def test_an_absent_server_program_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("chaos.toxiproxy_server.PROJECT", tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ToxiproxyError, match=r"neither on the PATH nor in .tools/bin: get version 2"):
        find_server()


@pytest.mark.parametrize(("says", "refused"), [("2.9.0", True), ("2.12.0", False), ("2.13.1", False)])
def test_an_older_server_program_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, says: str, refused: bool
) -> None:
    program = tmp_path / "toxiproxy-server"
    program.write_text(f"#!/bin/sh\necho toxiproxy-server version {says}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    if refused:
        with pytest.raises(ToxiproxyError, match=f'has version "{says}", needed is 2.12.0'):
            find_server()
    else:
        assert find_server().version == says


def test_a_server_that_has_ended_is_an_error_that_says_where(toxiproxy_server: ToxiproxyServer) -> None:
    toxiproxy = Toxiproxy(toxiproxy_server.url)
    assert toxiproxy.version() == "2.12.0"
    toxiproxy_server.stop()
    assert not toxiproxy_server.process.alive
    with pytest.raises(ToxiproxyError, match=f"no toxiproxy-server answers at {toxiproxy_server.url}"):
        toxiproxy.version()


def test_a_server_that_hangs_is_an_error_in_time(toxiproxy_server: ToxiproxyServer) -> None:
    os.kill(toxiproxy_server.process.pid, signal.SIGSTOP)
    while toxiproxy_server.process.status() != psutil.STATUS_STOPPED:
        time.sleep(0.01)
    began = time.monotonic()
    with pytest.raises(ToxiproxyError, match=r"did not answer get /version in 0.3 s"):
        Toxiproxy(toxiproxy_server.url, timeout_s=0.3).version()
    assert time.monotonic() - began < 1


def test_what_is_no_toxiproxy_is_told(upstream: tuple[int, str]) -> None:
    with pytest.raises(ToxiproxyError, match="is no address of a toxiproxy API"):
        Toxiproxy("localhost")
    with pytest.raises(ToxiproxyError):
        Toxiproxy(f"http://{upstream[1]}", timeout_s=0.5).version()
