"""TLS: authority and host are checked, nothing is asked of who fails, and who comes back resumes."""

import socket
import ssl
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path

import gevent
import pytest

from gladi.address import Address, address
from gladi.failures import CannotRunError, UsageError
from gladi.http import NotSentError, Wire
from gladi.targeting import probe
from gladi.targeting.reach import reach
from gladi.wire.lines import Lines
from gladi.wire.sessions import Sessions
from tests.gladi.fronting import Front, front, needs_nginx
from tests.gladi.talking import obliging, server


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A throwaway authority, and what it signed: a server's certificate of `sistem.contoh` and 127.0.0.1, and
    a client's, whose key is there under a password, too. `stranger` signed itself."""
    folder = tmp_path_factory.mktemp("authority")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    for command in (
        ["req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=gladi test"],
        ["req", "-x509", *key, "-keyout", "tls.key", "-out", "tls.pem", "-subj", "/CN=sistem.contoh",
         "-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "subjectAltName=DNS:sistem.contoh,IP:127.0.0.1",
         "-addext", "basicConstraints=critical,CA:FALSE"],
        ["req", "-x509", *key, "-keyout", "client.key", "-out", "client.pem", "-subj", "/CN=gladi",
         "-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "basicConstraints=critical,CA:FALSE"],
        ["req", "-x509", *key, "-keyout", "stranger.key", "-out", "stranger.pem", "-subj", "/CN=stranger"],
        ["ec", "-in", "client.key", "-aes256", "-passout", "pass:kata-sandi", "-out", "locked.key"],
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


# A real nginx: who comes back resumes, and its log says so.


def ask(wire: Wire, line: str, keep_s: float = 0.0) -> None:
    """A request whose connection is not kept for another one."""
    assert wire.request("GET", "/", {}, b"", 5.0, line, keep_s).body == b"ok"


def phones(front: Front, authority: Path, **given: Lines) -> Wire:
    return Wire(
        Address("https://sistem.contoh", str(authority / "ca.pem")), ("127.0.0.1", front.port), **given
    )


@needs_nginx
@pytest.mark.parametrize("protocol", ["TLSv1.3", "TLSv1.2"])
def test_a_phone_that_comes_back_resumes_with_its_own_ticket_and_a_restart_is_felt_by_all(
    authority: Path, tmp_path: Path, protocol: str
) -> None:
    lines = Lines()
    with front(
        tmp_path, (authority / "tls.pem", authority / "tls.key"), f"ssl_protocols {protocol};"
    ) as server:
        wire = phones(server, authority, lines=lines)
        for line in ("tps-1", "tps-2", "tps-1", "tps-2", "tps-1", "tps-3"):
            ask(wire, line)
        assert [row[0] for row in server.requests(6)] == [".", ".", "r", "r", "r", "."]
        assert {row[1] for row in server.requests(6)} == {protocol}
        ask(wire, "tps-1/0.1")  # the same account, after its phone had no power: its app remembers nothing
        ask(wire, "")
        ask(wire, "")  # nobody's: kept
        assert len(server.requests(9)) == 9
        assert server.handshakes() == (5, 3) == (lines.sessions.full, lines.sessions.resumed)
        server.stop()
        server.start()
        for line in ("tps-1", "tps-2", "tps-1"):
            ask(wire, line)
        assert [row[0] for row in server.requests(12)][-3:] == [".", ".", "r"]
        counts = lines.counts()
    assert (counts["tls_full"], counts["tls_resumed"], counts["tls_declined"]) == (7, 4, 2)
    assert (counts["tls_failed"], counts["tls_dropped"]) == (0, 0)
    assert counts["opened"] == 11


@needs_nginx
def test_a_ticket_lives_as_long_as_the_server_says_in_human_time(authority: Path, tmp_path: Path) -> None:
    lines = Lines()
    with front(
        tmp_path, (authority / "tls.pem", authority / "tls.key"), "ssl_session_timeout 100s;"
    ) as server:
        wire = phones(server, authority, lines=lines)
        ask(wire, "tps-1")
        lines.sessions.pace = lambda: 60.0
        time.sleep(0.1)  # 6 s of human time
        ask(wire, "tps-1")
        lines.sessions.pace = lambda: 3600.0
        time.sleep(0.1)  # 360 s
        ask(wire, "tps-1")
        assert [row[0] for row in server.requests(3)] == [".", "r", "."]
    assert lines.sessions.declined == 0, "it is not even offered"


@needs_nginx
def test_sessions_are_bounded_and_what_is_dropped_is_counted(authority: Path, tmp_path: Path) -> None:
    lines = Lines()
    lines.sessions = Sessions(most=1)
    with front(tmp_path, (authority / "tls.pem", authority / "tls.key")) as server:
        wire = phones(server, authority, lines=lines)
        for line in ("a", "b", "c", "a", "b", "a"):  # each closes the idle one before it
            ask(wire, line)
        assert [row[0] for row in server.requests(6)] == [".", ".", ".", ".", ".", "r"]
        assert (lines.sessions.dropped, len(lines.sessions)) == (3, 1)
        lines.close()
    assert len(lines.sessions) == 0


def test_a_session_is_offered_once(authority: Path, speaking: ssl.SSLContext) -> None:
    """Two connections of one phone at the same time share no ticket (RFC 8446, C.4)."""
    lines = Lines()
    with server(obliging, speaking) as (port, connections):
        wire = Wire(
            Address("https://sistem.contoh", str(authority / "ca.pem")), ("127.0.0.1", port), lines=lines
        )
        wire.request("POST", "/", {}, b"1", 5.0, "tps-1", 0.0)
        both = [gevent.spawn(wire.request, "POST", "/", {}, b"1", 5.0, "tps-1", 0.0) for _ in range(2)]
        gevent.joinall(both, raise_error=True)
    assert len(connections) == 3
    assert (lines.sessions.full, lines.sessions.resumed) == (2, 1)


def test_who_closes_an_idle_connection_says_farewell_and_who_lost_its_link_does_not(
    authority: Path, speaking: ssl.SSLContext
) -> None:
    ends: list[str] = []

    def listen(connection: socket.socket) -> None:
        connection.suppress_ragged_eofs = False  # type: ignore[attr-defined]
        try:
            obliging(connection)
            ends.append("farewell")
        except ssl.SSLEOFError:
            ends.append("without a word")

    with server(listen, speaking) as (port, _):
        wire = Wire(Address("https://sistem.contoh", str(authority / "ca.pem")), ("127.0.0.1", port))
        for cut_s in (inf, time.monotonic() + 0.05):
            wire.request("POST", "/", {}, b"1", 5.0, "tps-1", 600.0, cut_s)
            time.sleep(0.1)
            wire.request("POST", "/", {}, b"1", 5.0, "tps-1", 0.0)  # not on the one that was kept
            wire.close()
        deadline = time.monotonic() + 5
        while len(ends) < 4 and time.monotonic() < deadline:
            time.sleep(0.01)
    assert sorted(ends) == ["farewell", "farewell", "farewell", "without a word"]


# What is wrong with a server's TLS, or with ours, is told before anything is asked.


@contextmanager
def asking_for_a_certificate(
    authority: Path, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "tls.pem", authority / "tls.key")
    context.maximum_version = newest
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(authority / "ca.pem")
    with server(obliging, context) as (port, _):
        yield f"https://127.0.0.1:{port}"


def ours(monkeypatch: pytest.MonkeyPatch, cert: Path, key: Path | None, password: str = "") -> None:
    monkeypatch.setenv("GLADI_CLIENT_CERT", str(cert))
    monkeypatch.setenv("GLADI_CLIENT_KEY", str(key) if key else "")
    monkeypatch.setenv("GLADI_CLIENT_KEY_PASSWORD", password)


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2])
def test_a_system_that_asks_for_our_certificate_is_shown_it(
    authority: Path, monkeypatch: pytest.MonkeyPatch, newest: ssl.TLSVersion
) -> None:
    ca = authority / "ca.pem"
    with asking_for_a_certificate(authority, newest) as url:
        with pytest.raises(
            CannotRunError, match="asks for a certificate of ours: name it with --client-cert"
        ):
            reach(Address(url, str(ca)))
        ours(monkeypatch, authority / "stranger.pem", authority / "stranger.key")
        with pytest.raises(CannotRunError, match="refuses our certificate of --client-cert"):
            reach(Address(url, str(ca)))
        ours(monkeypatch, authority / "client.pem", authority / "client.key")
        assert reach(Address(url, str(ca))).startswith("TLSv1.")
        assert Wire(Address(url, str(ca))).request("POST", "/", {}, b"12", 5.0).body == b"2"


@needs_nginx
def test_what_nginx_says_afterwards_is_understood(
    authority: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = f"ssl_verify_client on; ssl_client_certificate {authority / 'ca.pem'};"
    ca = str(authority / "ca.pem")
    with front(tmp_path, (authority / "tls.pem", authority / "tls.key"), settings) as server:
        with pytest.raises(
            CannotRunError, match="asks for a certificate of ours: name it with --client-cert"
        ):
            probe(Address(server.url, ca), "sirekap", 1, "")
        with pytest.raises(CannotRunError, match="speaks TLS: write https://"):
            probe(Address(server.url.replace("https", "http")), "sirekap", 1, "")
        ours(monkeypatch, authority / "stranger.pem", authority / "stranger.key")
        with pytest.raises(CannotRunError, match="refuses our certificate of --client-cert"):
            probe(Address(server.url, ca), "sirekap", 1, "")


def test_a_server_of_old_tls_only_is_called_so(authority: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(authority / "tls.pem", authority / "tls.key")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    with (
        server(obliging, context) as (port, _),
        pytest.raises(CannotRunError, match=r"speaks TLS 1\.1 or older only"),
    ):
        reach(Address(f"https://127.0.0.1:{port}", str(authority / "ca.pem")))


@pytest.mark.parametrize(
    ("cert", "key", "password", "words"),
    [
        ("none.pem", "client.key", "", r"GLADI_CLIENT_CERT \(--client-cert\): .*no such file"),
        ("client.pem", "none.key", "", r"GLADI_CLIENT_KEY \(--client-key\): .*no such file"),
        ("client.pem", None, "", "no PEM certificate with its private key"),
        ("client.pem", "stranger.key", "", "is not the certificate of the key"),
        ("client.pem", "locked.key", "", "GLADI_CLIENT_KEY_PASSWORD is not set"),
        ("client.pem", "locked.key", "salah", "GLADI_CLIENT_KEY_PASSWORD is wrong"),
        ("ca.key", "client.key", "", "no PEM certificate"),
        ("", "client.key", "", r"GLADI_CLIENT_KEY \(--client-key\) is set and GLADI_CLIENT_CERT .* is not"),
    ],
)
def test_a_certificate_of_ours_that_cannot_be_shown_is_a_slip_of_the_hand(
    authority: Path,
    monkeypatch: pytest.MonkeyPatch,
    cert: str,
    key: str | None,
    password: str,
    words: str,
) -> None:
    ours(monkeypatch, authority / cert, authority / key if key else None, password)
    if not cert:
        monkeypatch.delenv("GLADI_CLIENT_CERT")
    with pytest.raises(UsageError, match=words) as told:
        address("https://uji.example.id")
    assert "salah" not in str(told.value)
    assert address("http://uji.example.id:80").url, "it concerns nobody who speaks no TLS"


def test_a_key_under_a_password_is_opened_with_it(authority: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours(monkeypatch, authority / "client.pem", authority / "locked.key", "kata-sandi")
    with asking_for_a_certificate(authority) as url:
        assert Wire(Address(url, str(authority / "ca.pem"))).request("POST", "/", {}, b"12", 5.0).body == b"2"
