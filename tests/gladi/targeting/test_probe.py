"""What is wrong with an address is said before any load, in one sentence, with its likely cause."""

import json
import socket
import ssl
import time
from email.utils import formatdate

import pytest
from click.testing import CliRunner

from gladi.address import Address, address
from gladi.cli import main
from gladi.failures import CannotRunError, UsageError
from gladi.targeting import Hopeless, probe
from gladi.targeting.reach import reach
from gladi.targets import TargetError, connect
from gladi.targets.over_http import OverHttp
from tests.gladi.talking import request, server
from tests.gladi.targeting.odd_servers import Answer, Authority, served

JSON = {"Content-Type": "application/json"}
PAGE = b"<html><head><title> Masuk ke  Portal </title></head><body>...</body></html>"


def fine(method: str, path: str) -> Answer:
    return (200, JSON, b"{}") if method == "GET" else (401, JSON, b"{}")


def looked_at(url: str, ca: str = "") -> tuple[str, ...]:
    return probe(Address(url, ca), "sirekap", 1, "")


def test_a_system_that_answers_as_it_should_is_not_complained_of() -> None:
    with served(fine) as url:
        assert looked_at(url) == ()


def test_a_web_page_is_named_with_its_title() -> None:
    with (
        served(lambda *_: (200, {"Content-Type": "text/html; charset=utf-8"}, PAGE)) as url,
        pytest.raises(
            CannotRunError, match=r"text/html, titled \"Masuk ke Portal\" where data were promised"
        ),
    ):
        looked_at(url)


def test_a_redirect_is_named_and_not_followed_elsewhere() -> None:
    asked: list[str] = []

    def elsewhere(method: str, path: str) -> Answer:
        asked.append(path)
        return 200, JSON, b"{}"

    with served(elsewhere) as other, served(lambda *_: (301, {"Location": f"{other}/masuk"}, b"")) as url:
        with pytest.raises(
            CannotRunError, match=f"Location: {other}/masuk; gladi follows no redirect"
        ) as told:
            looked_at(url)
        assert f"is --target {other} meant" in str(told.value)
    assert asked == [], "who did not consent is asked nothing"


def test_a_loop_of_redirects_is_called_one() -> None:
    def around(method: str, path: str) -> Answer:
        return 302, {"Location": "/b" if path == "/a" else "/a"}, b""

    with (
        served(around) as url,
        pytest.raises(CannotRunError, match=r"redirects in a loop: .*/a -> .*/b -> .*/a"),
    ):
        looked_at(url)


def test_redirects_without_an_end_are_given_up() -> None:
    def further(method: str, path: str) -> Answer:
        return 302, {"Location": path + "x"}, b""

    with served(further) as url, pytest.raises(CannotRunError, match="again and again"):
        looked_at(url)


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "--header missing"), (404, "knows none of these paths"), (502, "nobody behind it")],
)
def test_the_same_refusal_for_everything_is_explained(status: int, words: str) -> None:
    with served(lambda *_: (status, JSON, b"{}")) as url:
        (warning,) = looked_at(url)
    assert words in warning


@pytest.mark.parametrize(("apart_s", "words"), [(-720.0, "12 minutes behind"), (300.0, "5 minutes ahead")])
def test_a_clock_minutes_apart_stops_it(apart_s: float, words: str) -> None:
    def late(method: str, path: str) -> Answer:
        return 200, {**JSON, "Date": formatdate(time.time() + apart_s, usegmt=True)}, b"{}"

    with served(late) as url, pytest.raises(CannotRunError, match=words):
        looked_at(url)


def test_a_clock_seconds_apart_is_noted() -> None:
    def late(method: str, path: str) -> Answer:
        headers = {**JSON, "Date": formatdate(time.time() - 20, usegmt=True)}
        return (200 if method == "GET" else 401), headers, b"{}"

    with served(late) as url:
        (warning,) = looked_at(url)
    assert "s behind" in warning


def test_nobody_at_home() -> None:
    with served(fine) as url:
        pass
    with pytest.raises(CannotRunError, match="nothing listens on port"):
        looked_at(url)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def test_a_certificate_is_trusted_by_its_authority_alone(authority: Authority) -> None:
    with served(fine, authority.certificate("good")) as url:
        assert "TLSv1" in reach(Address(url, str(authority.pem)))
        assert looked_at(url, str(authority.pem)) == ()
        with pytest.raises(
            CannotRunError, match="nobody whom this machine trusts; name its authority with --ca"
        ):
            reach(Address(url))


@pytest.mark.parametrize(
    ("name", "alternative", "days", "words"),
    [
        ("old", "IP:127.0.0.1", -1, "has expired"),
        ("other", "DNS:lain.contoh", 2, "is for another host"),
    ],
)
def test_what_is_wrong_with_a_certificate_is_said(
    authority: Authority, name: str, alternative: str, days: int, words: str
) -> None:
    with (
        served(fine, authority.certificate(name, alternative, days)) as url,
        pytest.raises(CannotRunError, match=words),
    ):
        reach(Address(url, str(authority.pem)))


def test_http_and_https_mixed_up_are_told_apart(authority: Authority) -> None:
    with served(fine) as url, pytest.raises(CannotRunError, match=r"speaks no TLS: write http://"):
        reach(Address(url.replace("http:", "https:")))
    with (
        served(fine, authority.certificate("mixed")) as url,
        pytest.raises(CannotRunError, match=r"speaks TLS: write https://"),
    ):
        looked_at(url.replace("https:", "http:"))


GO = b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"
"""As Go's net/http says it: of HTTP 1.0, without a header."""
NGINX_PAGE = b"<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>"
NGINX = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (
    len(NGINX_PAGE),
    NGINX_PAGE,
)
DUMB = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(("words", "tls"), [(GO, True), (NGINX, True), (DUMB, True), (DUMB, False)])
def test_a_port_that_answers_400_is_asked_whether_it_speaks_tls(
    authority: Authority, words: bytes, tls: bool
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.certificate("both"))

    def talk(connection: socket.socket) -> None:
        if connection.recv(1, socket.MSG_PEEK) != b"\x16":  # a record of TLS begins with it
            request(connection)
        elif tls:
            context.wrap_socket(connection, server_side=True).close()
            return
        connection.sendall(words)
        connection.close()

    with server(talk) as (port, _):
        if tls:
            with pytest.raises(CannotRunError, match=f"speaks TLS: write https://127.0.0.1:{port}$"):
                looked_at(f"http://127.0.0.1:{port}")
        else:
            (warning,) = looked_at(f"http://127.0.0.1:{port}")
            assert "everything asked was answered 400" in warning


def test_what_a_system_answers_is_quoted_as_text() -> None:
    with served(lambda *_: (500, JSON, b'{"galat":\n "basis data \xe2\x9c\x97\x1b[2J\xff"}')) as url:
        system = OverHttp(Address(url), 1, None)
        with pytest.raises(TargetError) as told:
            system.directly("POST", "/tps", {})
    assert str(told.value) == (url + ' answered POST /tps with 500: {"galat": "basis data \u2717 [2J\ufffd"}')


def test_a_kind_that_is_not_installed_is_a_slip_of_the_hand() -> None:
    with pytest.raises(UsageError, match=r'is "sirekap" meant\?'):
        connect("sirekp", Address("http://127.0.0.1:1"), 1, "")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://uji.example.id/api/v2", "paths are the business of the target class"),
        ("http://127.0.0.1:80/?a=b", "and no more"),
        ("https://admin:rahasia@uji.example.id", "do not belong in the URL"),
    ],
)
def test_an_address_with_more_than_a_host_is_refused(url: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as told:
        address(url)
    assert "rahasia" not in str(told.value)


# a run of which nothing succeeds


def beat(ok: int = 0, **refusals: int) -> dict[str, object]:
    counts = {what.replace("_", " "): count for what, count in refusals.items()}
    return {"kinds": {"activate": {"ok": ok}, "national": {"ok": 9}}, "first_refusals": counts}


def test_nothing_but_refusals_ends_a_run_within_seconds() -> None:
    hopeless = Hopeless(applies=True)
    assert hopeless.broken(0.0, beat(activate_404_http=3)) == ""
    assert hopeless.broken(1.0, beat(activate_404_http=60)) == "", "a moment of grace"
    said = hopeless.broken(3.0, beat(activate_404_http=60, login_0_refused=2))
    assert "none of the operators' first 62 operations succeeded" in said
    assert "activate was answered 60 times with http" in said
    assert "knows none of these paths" in said


@pytest.mark.parametrize(
    "refusals",
    [
        {"activate_503_overloaded": 500},
        {"activate_429_later": 500},
        {"activate_0_timeout": 500},
        {"activate_404_http": 10},
        {"activate_404_http": 100, "activate_503_overloaded": 100},
    ],
)
def test_a_system_that_says_later_or_nothing_is_not_hopeless(refusals: dict[str, int]) -> None:
    hopeless = Hopeless(applies=True)
    assert all(hopeless.broken(float(at), beat(**refusals)) == "" for at in range(10))


def test_one_success_is_hope_for_good() -> None:
    hopeless = Hopeless(applies=True)
    assert hopeless.broken(0.0, beat(ok=1)) == ""
    assert all(hopeless.broken(float(at), beat(activate_404_http=500)) == "" for at in range(10))
    own = Hopeless(applies=False)
    assert all(own.broken(float(at), beat(activate_404_http=500)) == "" for at in range(10))


def test_the_command_ends_in_one_sentence_and_its_exit_code() -> None:
    with served(lambda *_: (200, {"Content-Type": "text/html"}, PAGE)) as url:
        done = CliRunner().invoke(main, ["target", "check", "--target", url, "--json"])
    assert (done.exit_code, done.stdout) == (3, "")
    assert "is this the address of a web page" in done.stderr
    listed = json.loads(CliRunner().invoke(main, ["target", "list", "--json"]).stdout)
    assert {"kind": "sirekap", "class": "gladi.targets.sirekap:SirekapTarget"}.items() <= listed[-1].items()
