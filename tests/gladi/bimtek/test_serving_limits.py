"""What one phone may ask for, where the site listens, and what its pages are made of."""

import re
import socket
from importlib.resources import files

import pytest

from gladi.bimtek.serving.address import open_door, own_addresses, warning
from gladi.bimtek.serving.limits import Counter, Limit
from gladi.failures import CannotRunError, UsageError

PAGE = files("gladi.bimtek.serving") / "page"
NEWER_THAN_2017 = {
    "optional chaining": r"\?\.[A-Za-z_(\[]",
    "nullish coalescing": r"\?\?",
    "arrow functions": r"=>",
    "let and const": r"^\s*(let|const)\s",
    "template strings": r"`",
    "modules": r"^\s*(import|export)\s",
    "async functions": r"\b(async|await)\b",
    "catch without a name": r"catch\s*\{",
    "spread": r"\.\.\.[A-Za-z_\[]",
    "flat, fromEntries, replaceAll, allSettled": r"\.(flat|flatMap|fromEntries|replaceAll|allSettled|at)\(",
    "Promise.finally": r"\.finally\(",
    "replaceChildren": r"replaceChildren",
}
"""Nothing of this is in Chrome 60, or it is kept out because older phones differ in it."""
NEWER_STYLE = r"\b(gap|inset|aspect-ratio)\s*:|\b(clamp|min|max)\(|:focus-visible|:is\(|:where\(|@layer"


def test_so_many_in_a_window_and_no_more() -> None:
    now = 0.0
    counter = Counter(Limit(3, 60.0), lambda: now)
    assert [counter.wait_s("a") for _ in range(3)] == [0, 0, 0]
    assert counter.wait_s("a") == 60
    assert counter.wait_s("b") == 0, "each by itself"
    now = 59.0
    assert counter.wait_s("a") == 1
    now = 60.5
    assert counter.wait_s("a") == 0


def test_tries_in_good_faith_are_forgotten() -> None:
    counter = Counter(Limit(1, 60.0), lambda: 0.0)
    assert counter.wait_s("a") == 0
    counter.forget("a")
    assert counter.wait_s("a") == 0


def test_memory_of_a_counter_is_bounded() -> None:
    counter = Counter(Limit(1, 1e9), lambda: 0.0)
    for number in range(6_000):
        counter.wait_s(str(number))
    assert counter.wait_s("5999") > 0
    assert counter.wait_s("0") == 0, "the longest unseen gave way"


def test_the_loopback_is_for_this_machine_only_and_needs_no_warning() -> None:
    door = open_door("localhost", 0, secure=False)
    assert not door.open_to_others and warning(door) == ()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", door.url)
    door.close()


def test_an_address_of_the_network_is_warned_of_and_answers_here_too() -> None:
    if not own_addresses():
        pytest.skip("this machine has no address but the loopback")
    address = own_addresses()[0]
    door = open_door(address, 0, secure=True)
    assert door.open_to_others and len(door.sockets) == 2
    assert door.url.startswith(f"https://{address}:")
    said = " ".join(warning(door))
    assert "Semua orang di jaringan ini" in said and "data latihan" in said and "HTTPS" not in said
    door.close()


def test_an_address_that_is_not_ours_is_told_with_those_that_are() -> None:
    for wrong in ("192.0.2.7", "kelas.example", "::1"):
        with pytest.raises(UsageError, match=rf"--host {wrong}: is no IPv4 address of this machine"):
            open_door(wrong, 0, secure=False)


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotRunError, match=rf"--port {port}: .* --port 0 takes a free one"):
            open_door("127.0.0.1", port, secure=False)


@pytest.mark.parametrize(
    "name", ["perangkat", "sidik", "foto", "antrean", "bicara", "bagian", "latihan", "luring", "pelatih"]
)
def test_scripts_have_nothing_that_a_browser_of_2017_does_not_know(name: str) -> None:
    script = (PAGE / f"{name}.js").read_text()
    plain = re.sub(r"/\*.*?\*/|\"(?:[^\"\\]|\\.)*\"", "", script, flags=re.DOTALL)
    found = [what for what, pattern in NEWER_THAN_2017.items() if re.search(pattern, plain, re.MULTILINE)]
    assert found == []
    assert "innerHTML" not in plain and "eval(" not in plain


@pytest.mark.parametrize("name", ["latihan", "pelatih"])
def test_pages_load_nothing_from_elsewhere_and_say_simulasi(name: str) -> None:
    page, style = (PAGE / f"{name}.html").read_text(), (PAGE / f"{name}.css").read_text()
    assert "SIMULASI" in page and 'lang="id"' in page
    assert re.findall(r"(?:src|href)=\"(?!/|data:,)", page) == []
    assert "<script>" not in page and "style=" not in page, "its own policy would not let it"
    assert "url(" not in style and "@import" not in style
    assert re.findall(NEWER_STYLE, style) == []
