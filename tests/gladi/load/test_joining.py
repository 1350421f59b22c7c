"""Where workers join, and with which key: what is written right is taken, what is wrong is named."""

import socket
import time

import gevent
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gladi.elsewhere import Listening, listening, open_to_all
from gladi.failures import CannotRunError, UsageError
from gladi.load import waiting
from gladi.load.driver import free_port
from gladi.load.host_port import parted, place
from gladi.load.key import LEAST, VARIABLE, key
from gladi.load.order import Destination

SECRET = "0123456789abcdef"


@given(st.one_of(st.ip_addresses().map(str), st.from_regex(r"[a-z][a-z0-9.-]{0,20}", fullmatch=True)),
       st.integers(1, 65_535))  # fmt: skip
def test_a_place_is_read_as_it_is_written(host: str, port: int) -> None:
    assert parted(place(host, port)) == (host, port)


@pytest.mark.parametrize(
    "text", ["", "host", "host:", ":5557", "host:0", "host:65536", "::1:5557", "h:12x", "[]:1"]
)
def test_what_is_no_place_is_none(text: str) -> None:
    assert parted(text) is None


def test_one_key_makes_the_same_pairs_everywhere_another_makes_others() -> None:
    one, same, other = (key({VARIABLE: secret}) for secret in (SECRET, SECRET, SECRET + "!"))
    assert one is not None
    assert other is not None
    assert one == same
    assert len({*one.master, *one.worker, *other.master, *other.worker}) == 8
    assert SECRET not in repr(one)
    assert key({}) is None
    assert key({VARIABLE: ""}) is None


def test_a_key_that_can_be_guessed_is_refused() -> None:
    with pytest.raises(
        UsageError, match=f"{VARIABLE}: has {LEAST - 1} characters, must have at least {LEAST}"
    ):
        key({VARIABLE: "x" * (LEAST - 1)})


def test_addresses_of_both_families_are_listened_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    port = free_port()
    assert listening(f"127.0.0.1:{port}") == Listening("127.0.0.1", port)
    assert listening(f"[::1]:{port}") == Listening("::1", port)
    assert listening(f"localhost:{port}").host == "127.0.0.1", "IPv4, as it was before"
    assert listening(f"[::1]:{port}").at_home
    monkeypatch.setenv(VARIABLE, SECRET)
    assert listening(f"[::1]:{port}").keyed


@pytest.mark.parametrize(
    "text", ["::1:5557", "5557", "[2001:db8::1]:5557", "192.0.2.1:5557", "nosuch.invalid:5557"]
)
def test_what_cannot_be_listened_on_is_named_with_what_would_be_right(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        listening(text)
    assert str(caught.value).startswith(f"--listen {text}: ")
    assert "10.0.0.1:5557 or [fd00::1]:5557" in str(caught.value)


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken:
        where = f"[::1]:{taken.getsockname()[1]}"
        with pytest.raises(UsageError, match="cannot be listened on"):
            listening(where)


def test_a_run_that_anybody_may_join_is_told() -> None:
    assert open_to_all(None) == ""
    assert open_to_all(Listening("::1", 5557)) == ""
    assert open_to_all(Listening("fd00::1", 5557, keyed=True)) == ""
    assert VARIABLE in open_to_all(Listening("fd00::1", 5557))


@pytest.mark.parametrize(("patience_s", "words"), [(0.0, 0), (0.6, 1)])
def test_a_worker_that_finds_no_master_says_so_once_and_tries_on(
    monkeypatch: pytest.MonkeyPatch, patience_s: float, words: int
) -> None:
    monkeypatch.setattr(waiting, "WORD_AFTER_S", 0.2)
    said: list[tuple[float, str]] = []
    port = free_port()
    with (
        pytest.raises(CannotRunError, match=f"127.0.0.1:{port}: nobody answers"),
        waiting.told_when_long(place("127.0.0.1", port), lambda word: said.append((time.monotonic(), word))),
    ):
        waiting.reached("127.0.0.1", port, patience_s)
    gave_up_s = time.monotonic()
    gevent.sleep(0.3)
    assert len(said) == words
    for at_s, word in said:
        assert gave_up_s - at_s > 0.3, "it went on"
        assert word.startswith(
            f"di 127.0.0.1:{port} belum ada gladi yang menjawab; dicoba terus sampai 5 menit"
        )


@pytest.mark.parametrize(
    ("master", "url"), [("10.0.0.1", "http://10.0.0.1:80"), ("fd00::1", "http://[fd00::1]:80")]
)
@pytest.mark.parametrize("wherever", ["http://0.0.0.0:80", "http://[::]:80"])
def test_a_system_wherever_the_master_is_is_where_it_was_found(master: str, url: str, wherever: str) -> None:
    from gladi.address import Address

    seen = Destination("sirekap", Address(wherever), [("170801", "4g", "::", 7)]).seen_from(master, "")
    assert seen.address.url == url
    assert seen.routes == [("170801", "4g", master, 7)]
