"""The toxiproxy of a run as its faults see it: whether it is there, and whether it still is."""

from chaos.fault import Availability, BeyondHealingError, FaultError
from chaos.site import Site
from chaos.toxiproxy import (
    PINNED_VERSION,
    Toxiproxy,
    ToxiproxyError,
    ToxiproxyGoneError,
    older_than_pinned,
)


def toxiproxy_of(site: Site, timeout_s: float = 2.0) -> Toxiproxy:
    """A client of the run's toxiproxy-server; raises FaultError when the run has none."""
    if site.toxiproxy_url is None:
        raise FaultError("the run has no toxiproxy")
    return Toxiproxy(site.toxiproxy_url, timeout_s)


def toxiproxy_availability(site: Site) -> Availability:
    """What a fault on the network needs: a toxiproxy-server that answers, of a version that was tried."""
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


def toxiproxy_gone(site: Site) -> str | None:
    """Why nothing can be left of a fault on the network: proxies live in the server's memory only."""
    try:
        toxiproxy_of(site).version()
    except (ToxiproxyError, FaultError):
        return "toxiproxy-server is gone, and its proxies with it"
    return None


def fault_error(error: ToxiproxyError) -> FaultError:
    """The same as a fault says it; that the server is gone no healing can mend."""
    return BeyondHealingError(str(error)) if isinstance(error, ToxiproxyGoneError) else FaultError(str(error))
