"""Links by the hour in a live run: the bandwidth of every line changes when an hour of the scenario begins.

No fault, but how the network is at that time of day: nothing is struck, healed or proved, and a fault on a
line finds the speed of the hour as its own (`chaos.link_fault`). Requests under way are cut by the change, as
by every other (see `chaos.network`): a few, as often as the hour changes.
"""

from dataclasses import replace

from chaos.network import each, lines_of, rewire
from chaos.toxiproxy import Proxy, Toxic, Toxiproxy, ToxiproxyError
from scenarios import LINKS, LinkProfile

_OWN = {"bandwidth_upstream": "up_kbit_s", "bandwidth_downstream": "down_kbit_s"}
"""Toxics that are a line's own speed, by name; those of faults bear the names of their faults."""


def home_of(line: str, proxy: Proxy) -> LinkProfile:
    """The link class of a line ("170802-4g") with the speed that it has at this hour."""
    link = LINKS[line.partition("-")[2]]
    speeds = {_OWN[one.name]: one.attributes["rate"] * 8.0 for one in proxy.toxics if one.name in _OWN}
    changed = {key: speed for key, speed in speeds.items() if abs(speed - getattr(link, key)) >= 8.0}
    return replace(link, **changed) if changed else link  # type: ignore[arg-type]


def set_speed(toxiproxy: Toxiproxy, factor: float) -> list[str]:
    """Makes every line `factor` times as fast as its class; returns what could not be changed."""

    def one(line: str) -> str:
        link = LINKS[line.partition("-")[2]]
        try:
            rewire(toxiproxy, line, lambda toxics: tuple(_at_speed(toxic, link, factor) for toxic in toxics))
        except ToxiproxyError as error:
            return f"{line}: {error}"
        return ""

    return [problem for problem in each(lines_of(toxiproxy), one) if problem]


def _at_speed(toxic: Toxic, link: LinkProfile, factor: float) -> Toxic:
    key = _OWN.get(toxic.name)
    if key is None:
        return toxic
    return replace(toxic, attributes={"rate": max(1, round(getattr(link, key) * factor / 8))})
