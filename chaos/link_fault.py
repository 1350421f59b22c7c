"""What the faults on links share: lines as targets, toxics of their own, and probes through the line.

A line is what one kecamatan sends over one link class: the proxy "170802-4g". A fault adds toxics to the
lines it is aimed at under a name that nobody else uses, and takes away exactly those; so faults of any kinds
compose on one line, two of one kind as well, in any order of healing: delays add up, the narrowest
bandwidth holds, a black hole wins. Connections under way are cut when a fault begins and when it ends, for
toxiproxy cannot change toxics under traffic (see `chaos.network`).

Seen it is by asking through the line (at most `_PROBED` lines of a fault, spread over them). Where that can
tell nothing - the area is dark, the server itself does not answer, another fault holds the line too - what
toxiproxy lists must do, and the proof says so.
"""

import secrets
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chaos.fault import Availability, Fault, FaultError, Ground, Item, Proof
from chaos.line_probe import ask
from chaos.link_hours import home_of
from chaos.network import Address, address, each, lines_of, link_toxics, rewire, wiring
from chaos.site import Site
from chaos.toxiproxy import Proxy, Toxic, Toxiproxy, ToxiproxyError, ToxiproxyGoneError
from chaos.toxiproxy_site import fault_error, toxiproxy_availability, toxiproxy_gone, toxiproxy_of
from scenarios import LINKS, LinkProfile

Toxics = tuple[Toxic, ...]

_PROBED = 6
_SERVER_S = 1.0
"""A server that takes longer by itself tells nothing about the line before it."""
SLACK_S = 0.5
"""What an answer may take beyond the link's own figures, on a busy machine."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line with the proxy that serves it now, and the link it is at this hour when nothing is wrong."""

    name: str
    proxy: Proxy
    home: LinkProfile

    @property
    def address(self) -> Address:
        """Where a TPS connects."""
        return address(self.proxy.listen)

    @property
    def upstream(self) -> Address:
        """Where the server itself is reached."""
        return address(self.proxy.upstream)

    @property
    def longest_rtt_s(self) -> float:
        """The round trip of the link class, jitter included."""
        return (self.home.rtt_ms + self.home.jitter_ms) / 1000


@dataclass(frozen=True, slots=True)
class Look:
    """What a probe saw: whether the fault shows (None when it cannot tell), and in which words."""

    shows: bool | None
    what: str = ""


class LinkFault(Fault):
    """A fault made of toxics on lines; a kind says which, and what is to be seen of them."""

    deadline_s = 20.0
    felt_within_s = 4.0
    tries = frozenset({"lost", "duplicated"})

    @abstractmethod
    def toxics(self, line: Line, settings: Any) -> tuple[Toxic, ...]:
        """What disturbs this line; none if it is out of the fault's reach. Names are given later."""

    @abstractmethod
    def look(self, line: Line, settings: Any, server_s: float) -> Look:
        """Asks through the line; `server_s` is what a small request takes without it. About two seconds."""

    def targets(self, ground: Ground) -> Mapping[str, tuple[str, ...]]:
        """A kecamatan by code or name, a link class ("3g"), one in the other ("170802-3g"), or "all"."""
        targets = {"all": ("all",)} | {link: (link,) for link in LINKS}
        for code, name in ground.areas.items():
            targets |= {code: (code,), name: (code,)}
            targets |= {f"{code}-{link}": (f"{code}-{link}",) for link in LINKS}
        return targets

    def availability(self, site: Site) -> Availability:
        """Needs a toxiproxy-server that answers."""
        return toxiproxy_availability(site)

    def aim(self, site: Site, target: tuple[str, ...], settings: Any) -> list[Item]:
        """One item a line, with toxics under names of their own."""
        mark = f"{self.name}-{secrets.token_hex(3)}"
        items = []
        for line in _lines(site, target):
            toxics = self.toxics(line, settings)
            if toxics:
                items.append(
                    {
                        "key": f"{line.name}/{mark}",
                        "line": line.name,
                        "toxics": {f"{mark}-{toxic.type}-{toxic.stream}": _table(toxic) for toxic in toxics},
                        "settings": settings.model_dump(mode="json"),
                    }
                )
        if not items:
            raise FaultError(f"{self.name} has nothing to change on {', '.join(target)}")
        return items

    def strike(self, site: Site, items: list[Item]) -> dict[str, Any]:
        """All lines at once."""
        on_each(site, items, self.strained)
        return {"lines": [item["line"] for item in items]}

    def felt(self, site: Site, items: list[Item]) -> Proof:
        """The toxics are in place, and what is asked through the lines shows their effect."""
        try:
            bare = _settled(site, items, lambda line, item: not self.in_place(line, item))
            if bare:
                return Proof(False, f"without the fault's toxics: {', '.join(bare)}")
            looks = _through(site, items, self._look_at)
            if any(look.shows is False for look in looks):  # another fault may just have rewired the line
                looks = _through(site, items, self._look_at)
        except ToxiproxyError as error:
            return Proof(False, str(error))
        without = [look.what for look in looks if look.shows is False]
        return Proof(not without, "; ".join(without or [look.what for look in looks]))

    def heal(self, site: Site, items: list[Item], budget_s: float) -> None:
        """Takes away what bears the fault's name, nothing else."""
        on_each(site, items, self.restored)

    def healed(self, site: Site, items: list[Item]) -> Proof:
        """Nothing bears the fault's name, and what is asked through the lines is as their class has it."""
        try:
            left = _settled(site, items, self.remains)
            if left:
                return Proof(False, f"still disturbed: {', '.join(left)}")
            looks = _through(site, items, self._look_after)
        except ToxiproxyError as error:
            return Proof(False, str(error))
        still = [look.what for look in looks if look.shows]
        return Proof(not still, "; ".join(still or [look.what for look in looks]))

    def moot(self, site: Site, stack_goes_down: bool) -> str | None:
        """Toxics live in toxiproxy's memory only."""
        return toxiproxy_gone(site)

    def strained(self, toxics: Toxics, item: Item) -> Toxics:
        """What a line with these toxics has under the fault."""
        there = {toxic.name for toxic in toxics}
        added = (
            Toxic(table["type"], table["stream"], table["attributes"], name)
            for name, table in item["toxics"].items()
            if name not in there
        )
        return (*toxics, *added)

    def restored(self, toxics: Toxics, item: Item) -> Toxics:
        """What it has without."""
        return tuple(toxic for toxic in toxics if toxic.name not in item["toxics"])

    def in_place(self, line: Line, item: Item) -> bool:
        """Whether the line has the toxics, with the very figures that were meant."""
        there = {toxic.name: _table(toxic) for toxic in line.proxy.toxics}
        return all(there.get(name) == table for name, table in item["toxics"].items())

    def remains(self, line: Line, item: Item) -> bool:
        """Whether the line is not yet as it was."""
        return any(toxic.name in item["toxics"] for toxic in line.proxy.toxics)

    def _look_at(self, line: Line, item: Item) -> Look:
        if not line.proxy.enabled:
            return Look(None, f"{line.name}: made dark by another fault")
        straight = ask(line.upstream, 100, _SERVER_S)
        if not straight.answered:
            return Look(None, f"{line.name}: the server itself gives no answer ({straight.ending})")
        home = link_toxics(line.home)
        others = [
            toxic.name
            for toxic in line.proxy.toxics
            if toxic not in home and toxic.name not in item["toxics"]
        ]
        if others:
            return Look(None, f"{line.name}: held by another fault too ({others[0]})")
        return self.look(line, self.settings.model_validate(item["settings"]), straight.answered_s)

    def _look_after(self, line: Line, item: Item) -> Look:
        """What shows no fault must carry an answer, too."""
        look = self._look_at(line, item)
        if look.shows is False and not answers(line, _SERVER_S):
            return Look(True, f"{line.name}: no answer")
        return look


def on_each(site: Site, items: list[Item], change: Callable[[Toxics, Item], Toxics]) -> None:
    """Gives every line its toxics; raises FaultError with all that went wrong, after trying all."""
    toxiproxy = toxiproxy_of(site)

    def one(item: Item) -> ToxiproxyError | None:
        try:
            rewire(toxiproxy, item["line"], lambda toxics: change(toxics, item))
        except ToxiproxyError as error:
            return error
        return None

    problems = [problem for problem in each(items, one) if problem is not None]
    gone = [problem for problem in problems if isinstance(problem, ToxiproxyGoneError)]
    if gone:
        raise fault_error(gone[0])
    if problems:
        raise FaultError("; ".join(sorted({str(problem) for problem in problems})))


def both_ways(kind: str, attributes: Mapping[str, int]) -> tuple[Toxic, ...]:
    """The same toxic towards the server and back."""
    return (Toxic(kind, "upstream", attributes), Toxic(kind, "downstream", attributes))


def answers(line: Line, server_s: float) -> bool:
    """Whether a small request is answered in the time that the link class allows."""
    return ask(line.address, 100, line.longest_rtt_s + server_s + SLACK_S).answered


def _settled(site: Site, items: list[Item], holds: Callable[[Line, Item], bool]) -> list[str]:
    """Lines of which this holds, or that are gone; what is being rewired now is asked again after that."""
    toxiproxy = toxiproxy_of(site)
    lines, found = _lines_by_name(toxiproxy), []
    for item in items:
        line = lines.get(item["line"])
        if line is None or holds(line, item):
            with wiring(item["line"]):
                line = _lines_by_name(toxiproxy).get(item["line"])
            if line is None or holds(line, item):
                found.append(item["line"])
    return found


def _through(site: Site, items: list[Item], look: Callable[[Line, Item], Look]) -> list[Look]:
    lines = _lines_by_name(toxiproxy_of(site))
    chosen = items[:: -(-len(items) // _PROBED)]
    return each(chosen, lambda item: look(lines[item["line"]], item))


def _lines(site: Site, target: tuple[str, ...]) -> list[Line]:
    try:
        lines = _lines_by_name(toxiproxy_of(site))
    except ToxiproxyError as error:
        raise fault_error(error) from error
    meant: dict[str, Line] = {}
    for word in target:
        found = {name: line for name, line in lines.items() if word in ("all", name, *name.split("-"))}
        if not found:
            raise FaultError(f'no line of the run is "{word}"; there are: {", ".join(lines) or "none"}')
        meant |= found
    return list(meant.values())


def _lines_by_name(toxiproxy: Toxiproxy) -> dict[str, Line]:
    return {
        name: Line(name, proxy, home_of(name, proxy)) for name, proxy in sorted(lines_of(toxiproxy).items())
    }


def _table(toxic: Toxic) -> dict[str, Any]:
    return {"type": toxic.type, "stream": toxic.stream, "attributes": dict(toxic.attributes)}
