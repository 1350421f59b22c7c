"""A kecamatan loses its network: connections are cut, new ones are refused, on every link class."""

from collections.abc import Mapping
from typing import Any

from chaos.fault import Availability, Fault, FaultError, Ground, Item, Proof, register
from chaos.network import AREA_LIGHT_S, accepting_lines, area_proxies, darken, lighten, silent_lines
from chaos.site import Site
from chaos.toxiproxy import ToxiproxyError
from chaos.toxiproxy_site import fault_error, toxiproxy_availability, toxiproxy_gone, toxiproxy_of


@register("area_dark")
class AreaDark(Fault):
    """Darkens whole areas at their proxies; the links' own delay and bandwidth are left as they are."""

    deadline_s = 20.0
    tries = frozenset({"lost", "duplicated"})

    def targets(self, ground: Ground) -> Mapping[str, tuple[str, ...]]:
        """A kecamatan by code ("170802") or by name."""
        by_code = {code: (code,) for code in ground.areas}
        return by_code | {name: (code,) for code, name in ground.areas.items()}

    def availability(self, site: Site) -> Availability:
        """Needs a toxiproxy-server that answers."""
        return toxiproxy_availability(site)

    def aim(self, site: Site, target: tuple[str, ...], settings: Any) -> list[Item]:
        """One item an area."""
        toxiproxy = toxiproxy_of(site)
        try:
            for area in target:
                if not area_proxies(toxiproxy, area):
                    raise FaultError(f"no proxy of toxiproxy serves area {area}")
        except ToxiproxyError as error:
            raise fault_error(error) from error
        return [{"key": f"area:{area}", "area": area} for area in target]

    def strike(self, site: Site, items: list[Item]) -> dict[str, Any]:
        """All link classes of an area at once."""
        try:
            hung = darken(toxiproxy_of(site), *_areas(items))
        except ToxiproxyError as error:
            raise fault_error(error) from error
        return {"areas": _areas(items), "hung_upstream": hung}

    def felt(self, site: Site, items: list[Item]) -> Proof:
        """No link class of the areas accepts a connection."""
        try:
            carrying = accepting_lines(toxiproxy_of(site), *_areas(items))
        except ToxiproxyError as error:
            return Proof(False, str(error))
        return Proof(False, f"still accepting: {', '.join(carrying)}") if carrying else Proof(True)

    def heal(self, site: Site, items: list[Item], budget_s: float) -> None:
        """The same listening ports accept again, with the same link settings."""
        try:
            lighten(toxiproxy_of(site), *_areas(items), budget_s=min(budget_s, AREA_LIGHT_S))
        except ToxiproxyError as error:
            raise fault_error(error) from error

    def healed(self, site: Site, items: list[Item]) -> Proof:
        """Every link class of the area accepts a connection, and answers if the target itself does."""
        try:
            silent = silent_lines(toxiproxy_of(site), *_areas(items))
        except ToxiproxyError as error:
            return Proof(False, str(error))
        return Proof(False, f"still dark: {', '.join(silent)}") if silent else Proof(True)

    def moot(self, site: Site, stack_goes_down: bool) -> str | None:
        """Proxies live in toxiproxy's memory only."""
        return toxiproxy_gone(site)


def _areas(items: list[Item]) -> list[str]:
    return [item["area"] for item in items]
