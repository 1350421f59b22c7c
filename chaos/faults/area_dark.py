"""A kecamatan loses its network: connections are cut, new ones are refused, on every link class."""

from collections.abc import Mapping
from typing import Any

from chaos.fault import Availability, Fault, FaultError, Ground, Item, Proof, register
from chaos.network import AREA_LIGHT_S, accepting_lines, area_proxies, darken, lighten, silent_lines
from chaos.site import Site
from chaos.toxiproxy import PINNED_VERSION, Toxiproxy, ToxiproxyError, older_than_pinned


@register("area_dark")
class AreaDark(Fault):
    """Darkens whole areas at their proxies; the links' own delay and bandwidth are left as they are."""

    deadline_s = 20.0

    def targets(self, ground: Ground) -> Mapping[str, tuple[str, ...]]:
        """A kecamatan by code ("170802") or by name."""
        by_code = {code: (code,) for code in ground.areas}
        return by_code | {name: (code,) for code, name in ground.areas.items()}

    def availability(self, site: Site) -> Availability:
        """Needs a toxiproxy-server that answers."""
        if site.toxiproxy_url is None:
            return Availability(
                "unavailable", "the run has no toxiproxy: every TPS is wired straight to the target"
            )
        try:
            version = Toxiproxy(site.toxiproxy_url).version()
        except ToxiproxyError as error:
            return Availability("unavailable", str(error))
        if older_than_pinned(version):
            return Availability(
                "degraded", f'toxiproxy-server says version "{version}", tried is {PINNED_VERSION}'
            )
        return Availability("available")

    def aim(self, site: Site, target: tuple[str, ...], settings: Any) -> list[Item]:
        """One item an area."""
        toxiproxy = _toxiproxy(site)
        try:
            for area in target:
                if not area_proxies(toxiproxy, area):
                    raise FaultError(f"no proxy of toxiproxy serves area {area}")
        except ToxiproxyError as error:
            raise FaultError(str(error)) from error
        return [{"key": f"area:{area}", "area": area} for area in target]

    def strike(self, site: Site, items: list[Item]) -> dict[str, Any]:
        """All link classes of an area at once."""
        try:
            hung = darken(_toxiproxy(site), *_areas(items))
        except ToxiproxyError as error:
            raise FaultError(str(error)) from error
        return {"areas": _areas(items), "hung_upstream": hung}

    def felt(self, site: Site, items: list[Item]) -> Proof:
        """No link class of the areas accepts a connection."""
        try:
            carrying = accepting_lines(_toxiproxy(site), *_areas(items))
        except ToxiproxyError as error:
            return Proof(False, str(error))
        return Proof(False, f"still accepting: {', '.join(carrying)}") if carrying else Proof(True)

    def heal(self, site: Site, items: list[Item], budget_s: float) -> None:
        """The same listening ports accept again, with the same link settings."""
        try:
            lighten(_toxiproxy(site), *_areas(items), budget_s=min(budget_s, AREA_LIGHT_S))
        except ToxiproxyError as error:
            raise FaultError(str(error)) from error

    def healed(self, site: Site, items: list[Item]) -> Proof:
        """Every link class of the area accepts a connection, and answers if the target itself does."""
        try:
            silent = silent_lines(_toxiproxy(site), *_areas(items))
        except ToxiproxyError as error:
            return Proof(False, str(error))
        return Proof(False, f"still dark: {', '.join(silent)}") if silent else Proof(True)

    def moot(self, site: Site, stack_goes_down: bool) -> str | None:
        """Proxies live in toxiproxy's memory only."""
        try:
            _toxiproxy(site).version()
        except (ToxiproxyError, FaultError):
            return "toxiproxy-server is gone, and its proxies with it"
        return None


def _areas(items: list[Item]) -> list[str]:
    return [item["area"] for item in items]


def _toxiproxy(site: Site) -> Toxiproxy:
    if site.toxiproxy_url is None:
        raise FaultError("the run has no toxiproxy")
    return Toxiproxy(site.toxiproxy_url)
