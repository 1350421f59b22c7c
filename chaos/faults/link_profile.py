"""A link becomes one of another class: the phone falls back to EDGE, the cell fills up, a dish takes over.

The class's own toxics give way to those of the other and come back on healing. A link is of one class at a
time, so this fault excludes itself on a line; where two meet all the same, the later one holds, and the last
to end restores.
"""

from typing import Any, Literal

from chaos.fault import Item, Settings, register
from chaos.link_fault import Line, put
from chaos.link_pace import Pace, PaceFault
from chaos.network import link_toxics
from chaos.site import Site
from chaos.toxiproxy import Proxy, Toxic, Toxiproxy
from scenarios import LINKS, PROFILES


class Becomes(Settings):
    """The class that the link turns into; figures and sources are in `scenarios.PROFILES`."""

    profile: Literal["4g", "3g", "edge", "vsat", "congested"]


@register("link_profile")
class LinkBecomes(PaceFault):
    """Replaces the figures of lines; those that are of that class already are left alone."""

    settings = Becomes
    excludes = frozenset({"link_profile"})

    def toxics(self, line: Line, settings: Becomes) -> tuple[Toxic, ...]:
        """Those of the other class."""
        return () if line.home.name == settings.profile else link_toxics(PROFILES[settings.profile])

    def pace(self, line: Line, settings: Becomes) -> Pace:
        """As the other class has it."""
        return Pace.of(PROFILES[settings.profile])

    def aim(self, site: Site, target: tuple[str, ...], settings: Any) -> list[Item]:
        """Named after the line alone: what is put there is the one class that it has."""
        items = super().aim(site, target, settings)
        for item in items:
            item["key"] = item["line"]
            item["toxics"] = {
                f"{self.name}-{one['type']}-{one['stream']}": one for one in item["toxics"].values()
            }
        return items

    def change(self, toxiproxy: Toxiproxy, proxy: Proxy, item: Item) -> None:
        """The other class in, then the own class out, so that the line is never without any."""
        _remove(toxiproxy, proxy, set(item["toxics"]))
        put(toxiproxy, proxy, item)
        _remove(toxiproxy, proxy, {toxic.name for toxic in _own(item)})

    def restore(self, toxiproxy: Toxiproxy, proxy: Proxy, item: Item) -> None:
        """The own class in, then the other out."""
        there = {toxic.name for toxic in proxy.toxics}
        for toxic in _own(item):
            if toxic.name not in there:
                toxiproxy.add_toxic(proxy.name, toxic)
        _remove(toxiproxy, proxy, set(item["toxics"]))

    def remains(self, line: Line, item: Item) -> bool:
        """The own class must be back as well."""
        return super().remains(line, item) or any(toxic not in line.proxy.toxics for toxic in _own(item))


def _own(item: Item) -> tuple[Toxic, ...]:
    return link_toxics(LINKS[item["line"].partition("-")[2]])


def _remove(toxiproxy: Toxiproxy, proxy: Proxy, names: set[str]) -> None:
    for toxic in proxy.toxics:
        if toxic.name in names:
            toxiproxy.remove_toxic(proxy.name, toxic.name)
