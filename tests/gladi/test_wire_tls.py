"""TLS: the authority is checked, the host is checked, and nothing is asked of who fails."""

import socket
import ssl
import subprocess
from pathlib import Path

import pytest

from gladi.address import Address
from gladi.http import NotSentError, Wire
from tests.gladi.talking import obliging, server


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A throwaway authority, and a certificate of `sistem.contoh` that it signed."""
    folder = tmp_path_factory.mktemp("authority")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    for command in (
        ["req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=gladi test"],
        ["req", "-x509", *key, "-keyout", "tls.key", "-out", "tls.pem", "-subj", "/CN=sistem.contoh",
         "-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "subjectAltName=DNS:sistem.contoh",
         "-addext", "basicConstraints=critical,CA:FALSE"],
    ):  # fmt: skip
        subprocess.run(["openssl", *command], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def speaking(authority: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "tls.pem", authority / "tls.key")
    return context


def test_the_host_is_checked_by_its_name_whatever_lies_between(
    authority: Path, speaking: ssl.SSLContext
) -> None:
    with server(obliging, speaking) as (port, connections):
        wire = Wire(Address("https://sistem.contoh", str(authority / "ca.pem")), via=("127.0.0.1", port))
        photo = bytes(range(256)) * 2000
        for _ in range(3):
            assert wire.request("POST", "/x", {}, (b"a", photo, b"z"), 5.0).body == b"512002"
    assert len(connections) == 1, "a kept connection needs no second handshake"


@pytest.mark.parametrize(
    ("host", "vouched"),
    [("sistem.contoh", False), ("lain.contoh", True)],
    ids=["unknown authority", "another host"],
)
def test_who_cannot_show_its_name_is_asked_nothing(
    authority: Path, speaking: ssl.SSLContext, host: str, vouched: bool
) -> None:
    heard: list[bytes] = []

    def listen(connection: socket.socket) -> None:
        heard.append(connection.recv(1000))

    with server(listen, speaking) as (port, _):
        wire = Wire(
            Address(f"https://{host}", str(authority / "ca.pem") if vouched else ""), ("127.0.0.1", port)
        )
        with pytest.raises(NotSentError, match="tls"):
            wire.request("POST", "/x", {"Authorization": "secret"}, b"secret", 5.0)
    assert not [one for one in heard if one], "nothing was said to it"


def test_a_server_without_tls_is_asked_nothing(authority: Path) -> None:
    heard: list[bytes] = []

    def listen(connection: socket.socket) -> None:
        heard.append(connection.recv(1000))
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    with server(listen) as (port, _):
        wire = Wire(Address("https://sistem.contoh", str(authority / "ca.pem")), ("127.0.0.1", port))
        with pytest.raises(NotSentError, match="tls"):
            wire.request("POST", "/rahasia", {}, b"", 5.0)
    assert b"rahasia" not in heard[0]


def test_headers_of_the_address_go_out_with_every_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENDOR_KEY", "k-1")
    heard: list[bytes] = []

    def listen(connection: socket.socket) -> None:
        while data := connection.recv(65_536):
            heard.append(data)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with server(listen) as (port, _):
        wire = Wire(Address(f"http://127.0.0.1:{port}", headers=(("X-Api-Key", "VENDOR_KEY"),)))
        wire.request("GET", "/a", {}, b"", 2.0)
        wire.request("POST", "/b", {"Host": "other"}, b"x", 2.0)
    assert all(b"\r\nX-Api-Key: k-1\r\n" in one for one in heard)
    assert b"\r\nHost: other\r\n" in heard[1]
    assert b"127.0.0.1" not in heard[1]
