"""The network between TPS and server: one real proxy per area and link class, areas that go dark and return.

A proxy named "170802-4g" carries what the TPS of kecamatan 170802 send over 4G. Its toxics are the link's
figures from `scenarios.LINKS`: half the round trip in each direction with jitter, and the speed of each
direction. toxiproxy holds the speed per connection, which is right here: phones do not share a link.

Traps of toxiproxy that shaped this file: a proxy whose upstream hangs in connect (backlog full) does not come
back from being disabled until that connect ends, up to two minutes, although its port refuses at once; and
it cannot be enabled or removed before. So every call is bounded, connections left over are cut by a toxic,
and a proxy that will not come back is replaced by another on the same port ("170802-4g.2").

And toxics must not be changed under traffic: within twenty changes 2.12.0 ended in a panic (index out of
range in AddToxic, links that end have more stubs than the chain) or hung for good (its issue 558). So a line
that changes gets a fresh proxy, too; connections under way are cut by it, as when a phone changes its cell.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from chaos.toxiproxy import Proxy, Toxic, Toxiproxy, ToxiproxyError, ToxiproxyTimeoutError
from scenarios import LINKS, LinkProfile

AREA_LIGHT_S = 5.0
"""Longest that making an area light again may take, in real seconds."""
_ENABLE_S = 0.5
_CUT = "area_dark_cut"

Address = tuple[str, int]

T = TypeVar("T")
U = TypeVar("U")

_wiring: dict[str, threading.Lock] = {}
_dark: set[tuple[str, str]] = set()
"""Areas (of which toxiproxy) that this process has darkened: a line that is rewired there stays dark."""


class Network:
    """The proxies of one run, on a toxiproxy-server, in front of one upstream "host:port".

    They listen on `host`; that of toxiproxy's own API stays on the loopback, whatever it is.
    """

    def __init__(self, toxiproxy: Toxiproxy, upstream: str, host: str = "127.0.0.1") -> None:
        self._toxiproxy = toxiproxy
        self._upstream = upstream
        self._host = host

    def open(self, areas: Iterable[str], links: Iterable[str]) -> Mapping[tuple[str, str], Address]:
        """A proxy for each (area, link class); returns where to connect; raises ToxiproxyError."""
        classes = list(links)
        host = f"[{self._host}]" if ":" in self._host else self._host
        opened = {}
        for area in areas:
            for link in classes:
                proxy = self._toxiproxy.create(f"{area}-{link}", self._upstream, f"{host}:0")
                for toxic in link_toxics(LINKS[link]):
                    self._toxiproxy.add_toxic(proxy.name, toxic)
                opened[area, link] = address(proxy.listen)
        return opened

    def area_dark(self, area: str) -> None:
        """Cuts the area's connections and refuses new ones, within two seconds; raises ToxiproxyError."""
        darken(self._toxiproxy, area)

    def area_light(self, area: str) -> None:
        """Lets the area connect again, on the same ports; raises ToxiproxyError."""
        lighten(self._toxiproxy, area, budget_s=AREA_LIGHT_S)


def link_toxics(link: LinkProfile) -> tuple[Toxic, ...]:
    """A link class as toxics, in toxiproxy's units (ms, KB/s)."""
    delay = {"latency": round(link.rtt_ms / 2), "jitter": round(link.jitter_ms / 2)}
    return (
        Toxic("latency", "upstream", delay),
        Toxic("latency", "downstream", delay),
        Toxic("bandwidth", "upstream", {"rate": max(1, round(link.up_kbit_s / 8))}),
        Toxic("bandwidth", "downstream", {"rate": max(1, round(link.down_kbit_s / 8))}),
    )


def area_proxies(toxiproxy: Toxiproxy, *areas: str) -> dict[str, list[Proxy]]:
    """The proxies of these areas by "area-link", replacements last; raises ToxiproxyError."""
    found: dict[str, list[Proxy]] = {}
    for name, proxy in toxiproxy.proxies().items():
        if name.partition("-")[0] in areas:
            found.setdefault(_line(name), []).append(proxy)
    for proxies in found.values():
        proxies.sort(key=lambda proxy: _generation(proxy.name))
    return found


def lines_of(toxiproxy: Toxiproxy) -> dict[str, Proxy]:
    """The proxy that serves each line ("170802-4g") now, replacements instead of what they replaced.

    One that is still being made ready does not serve yet. Raises ToxiproxyError.
    """
    lines: dict[str, Proxy] = {}
    for name, proxy in toxiproxy.proxies().items():
        line = _line(name)
        if line.partition("-")[2] in LINKS and (line not in lines or _rank(proxy) > _rank(lines[line])):
            lines[line] = proxy
    return lines


def wiring(line: str) -> threading.Lock:
    """Held by whoever puts another proxy in a line's place, or turns one on or off."""
    return _wiring.setdefault(line, threading.Lock())


def rewire(toxiproxy: Toxiproxy, line: str, change: Callable[[tuple[Toxic, ...]], tuple[Toxic, ...]]) -> None:
    """Gives a line other toxics, on the same port; does nothing when they are there already.

    Connections under way are cut, a dark line stays dark. Raises ToxiproxyError.
    """
    with wiring(line):
        proxies = area_proxies(toxiproxy, _area(line)).get(line)
        if not proxies:
            raise ToxiproxyError(f"no proxy serves {line} any more")
        serving = max(proxies, key=_rank)
        wanted = change(tuple(toxic for toxic in serving.toxics if not toxic.name.startswith(_CUT)))
        dark = (toxiproxy.url, _area(line)) in _dark
        if _same(wanted, serving.toxics) and (dark or serving.enabled):
            return
        heir = _heir(toxiproxy, proxies[-1], wanted)
        hung = {_disable(toxiproxy, proxy) for proxy in proxies if proxy.enabled}
        if not dark:
            toxiproxy.enable(heir, True)
        for proxy in proxies:
            if proxy.name not in hung and not any(toxic.name.startswith(_CUT) for toxic in proxy.toxics):
                toxiproxy.remove(proxy.name)


def darken(toxiproxy: Toxiproxy, *areas: str) -> list[str]:
    """Makes every proxy of the areas refuse connections; returns those whose upstream hung; at most 2 s.

    Proved by connecting; raises ToxiproxyError when one still accepts.
    """
    _dark.update((toxiproxy.url, area) for area in areas)

    def one(line: str) -> list[str]:
        with wiring(line):
            proxies = area_proxies(toxiproxy, _area(line)).get(line, [])
            return [_disable(toxiproxy, proxy) for proxy in proxies if proxy.enabled]

    hung = [name for names in each(area_proxies(toxiproxy, *areas), one) for name in names if name]
    accepting = accepting_lines(toxiproxy, *areas)
    if accepting:
        raise ToxiproxyError(f"still accepting connections: {', '.join(accepting)}")
    return hung


def accepting_lines(toxiproxy: Toxiproxy, *areas: str) -> list[str]:
    """Proxies of these areas that accept a connection now; raises ToxiproxyError."""
    proxies = [proxy for line in area_proxies(toxiproxy, *areas).values() for proxy in line]
    return [name for name in each(proxies, lambda proxy: _accepts(proxy, 0.3)) if name]


def lighten(toxiproxy: Toxiproxy, *areas: str, budget_s: float) -> None:
    """Makes every link class of the areas accept again, on its port; harmless on one that does.

    Proved by connecting; raises ToxiproxyError when one does not within `budget_s`.
    """
    deadline = time.monotonic() + budget_s
    _dark.difference_update((toxiproxy.url, area) for area in areas)
    lines = list(area_proxies(toxiproxy, *areas))
    while True:
        problems = each(lines, lambda line: _relight(toxiproxy, line))
        if not any(problems):
            return
        if time.monotonic() > deadline:
            raise ToxiproxyError("; ".join(one for one in problems if one))
        time.sleep(0.05)


def silent_lines(toxiproxy: Toxiproxy, *areas: str) -> list[str]:
    """Lines of these areas that do not carry traffic, with what is wrong; empty when all do.

    A line must accept a connection, and bring an answer if its upstream gives one when asked directly:
    a server that is down for another reason is not the network's fault.
    """
    lines = area_proxies(toxiproxy, *areas)
    upstreams = {proxies[-1].upstream for proxies in lines.values()}
    speaking = {upstream for upstream in upstreams if _exchange(address(upstream), 1.0) == ""}
    return [problem for problem in each(lines.items(), lambda line: _silence(line, speaking)) if problem]


def _disable(toxiproxy: Toxiproxy, proxy: Proxy) -> str:
    try:
        toxiproxy.enable(proxy.name, False, timeout_s=_ENABLE_S)
    except ToxiproxyTimeoutError:
        for stream in ("upstream", "downstream"):
            cut = Toxic("timeout", stream, {"timeout": 1}, name=f"{_CUT}_{stream}")
            toxiproxy.add_toxic(proxy.name, cut)
        return proxy.name
    return ""


def _relight(toxiproxy: Toxiproxy, line: str) -> str:
    with wiring(line):
        latest = lines_of(toxiproxy)[line]
        if any(toxic.name.startswith(_CUT) for toxic in latest.toxics):
            return _replace(toxiproxy, latest)
        if not latest.enabled:
            try:
                toxiproxy.enable(latest.name, True, timeout_s=_ENABLE_S)
            except ToxiproxyTimeoutError:
                return _replace(toxiproxy, latest)
    return "" if _accepts(latest, 0.5) else f"{latest.name} does not accept"


def _replace(toxiproxy: Toxiproxy, stuck: Proxy) -> str:
    toxics = tuple(toxic for toxic in stuck.toxics if not toxic.name.startswith(_CUT))
    try:
        toxiproxy.enable(_heir(toxiproxy, stuck, toxics), True)
    except ToxiproxyError as error:
        return str(error)
    return ""


def _heir(toxiproxy: Toxiproxy, proxy: Proxy, toxics: tuple[Toxic, ...]) -> str:
    """The name of another proxy for the same line, not yet listening."""
    name = f"{_line(proxy.name)}.{_generation(proxy.name) + 1}"
    toxiproxy.create(name, proxy.upstream, proxy.listen, enabled=False)
    try:
        for toxic in toxics:
            toxiproxy.add_toxic(name, toxic)
    except ToxiproxyError:
        with suppress(ToxiproxyError):
            toxiproxy.remove(name)  # half a link must never come to serve
        raise
    return name


def _same(one: tuple[Toxic, ...], other: tuple[Toxic, ...]) -> bool:
    return len(one) == len(other) and all(toxic in other for toxic in one)


def _silence(line: tuple[str, list[Proxy]], speaking: set[str]) -> str:
    name, proxies = line
    latest = proxies[-1]
    problem = _exchange(address(latest.listen), 5.0 if latest.upstream in speaking else 0.5)
    if problem == "refused" or (problem and latest.upstream in speaking):
        return f"{name} ({problem})"
    return ""


def _exchange(address: Address, timeout_s: float) -> str:
    """Sends a request and waits for its first byte; "" when one comes, else what went wrong."""
    try:
        with socket.create_connection(address, timeout=timeout_s) as connection:
            connection.sendall(b"GET /readyz HTTP/1.0\r\nHost: %b\r\n\r\n" % address[0].encode())
            return "" if connection.recv(1) else "closed without an answer"
    except ConnectionRefusedError:
        return "refused"
    except OSError as error:
        return f"no answer: {error}"


def _accepts(proxy: Proxy, timeout_s: float) -> str:
    try:
        with socket.create_connection(address(proxy.listen), timeout=timeout_s):
            return proxy.name
    except OSError:
        return ""


def each(things: Iterable[T], ask: Callable[[T], U]) -> list[U]:
    """The answers for all, asked at once (16 of them): each may have to time out."""
    asked = list(things)
    with ThreadPoolExecutor(max_workers=min(16, max(1, len(asked)))) as pool:
        return list(pool.map(ask, asked))


def address(text: str) -> Address:
    """An address as toxiproxy writes it, "host:port"."""
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)


def _line(name: str) -> str:
    return name.partition(".")[0]


def _rank(proxy: Proxy) -> tuple[bool, int]:
    return proxy.enabled, _generation(proxy.name)


def _area(line: str) -> str:
    return line.partition("-")[0]


def _generation(name: str) -> int:
    return int(name.partition(".")[2] or 1)
