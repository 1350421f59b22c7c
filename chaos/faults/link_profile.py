"""A link becomes one of another class: the phone falls back to EDGE, the cell fills up, a dish takes over.

The class's own toxics take the other's figures, and their own again on healing. A link is of one class at a
time, so this fault excludes itself on a line; where two meet all the same, the later one holds, and the last
to end restores.
"""

from typing import Any, Literal

from chaos.fault import Item, Settings, register
from chaos.link_fault import Line, Toxics
from chaos.link_pace import Pace, PaceFault
from chaos.network import link_toxics
from chaos.site import Site
from chaos.toxiproxy import Toxic
from scenarios import LINKS, PROFILES, LinkProfile


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
        """Held is the line itself, and what changes are its class's own toxics."""
        items = super().aim(site, target, settings)
        for item in items:
            item["key"] = item["line"]
            item["toxics"] = {f"{one['type']}_{one['stream']}": one for one in item["toxics"].values()}
        return items

    def strained(self, toxics: Toxics, item: Item) -> Toxics:
        """With the figures of the other class."""
        return _of_class(toxics, PROFILES[item["settings"]["profile"]])

    def restored(self, toxics: Toxics, item: Item) -> Toxics:
        """With the figures of its own."""
        return _of_class(toxics, _home(item))

    def remains(self, line: Line, item: Item) -> bool:
        """Its own figures, all of them."""
        return any(toxic not in line.proxy.toxics for toxic in link_toxics(_home(item)))


def _home(item: Item) -> LinkProfile:
    return LINKS[item["line"].partition("-")[2]]


def _of_class(toxics: Toxics, link: LinkProfile) -> Toxics:
    figures = {toxic.name: toxic for toxic in link_toxics(link)}
    return tuple(figures.get(toxic.name, toxic) for toxic in toxics)
