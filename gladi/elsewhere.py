"""A run whose load comes from other machines: where they join, and what lets them reach what is tested.

The master listens on `Listening`; the network's proxies stand on the same host. The reference stack that such
a run starts for itself serves a consent like any other system, for workers ask from where they are; one of
somebody else has its own.
"""

import ipaddress
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from gladi.address import Address
from gladi.consent import resolve
from gladi.failures import UsageError
from gladi.load.host_port import parted, place
from gladi.load.key import VARIABLE, key
from gladi.setting import Setting

_MARGIN = timedelta(hours=1)
"""Beyond the run itself: for starting, healing and waiting."""
_RATE_OVER_PEAK = 100.0
"""Our own stack is there to be loaded: its consent bounds what retries may make of the timetable, no more."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where workers from elsewhere join: an address of this machine; 0.0.0.0 or :: for all of them.

    `keyed`: only those who know this machine's GLADI_WORKER_KEY.
    """

    host: str
    port: int
    keyed: bool = False

    @property
    def at_home(self) -> bool:
        """Whether only this machine can reach it."""
        return ipaddress.ip_address(self.host).is_loopback


def listening(text: str) -> Listening:
    """From "HOST:PORT"; raises UsageError unless it is an address of this machine that can be listened on."""
    right = (
        "write HOST:PORT with an address of this machine, such as 10.0.0.1:5557 or [fd00::1]:5557, or "
        "0.0.0.0:5557 ([::]:5557 with IPv6) for all"
    )
    named = parted(text)
    if named is None:
        raise UsageError(f"--listen {text}: {right}")
    try:
        # of a name with both, IPv4: so did whoever wrote it until now
        family, *_, where = min(
            socket.getaddrinfo(*named, type=socket.SOCK_STREAM), key=lambda one: one[0] != socket.AF_INET
        )
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except OSError as error:
        raise UsageError(f"--listen {text}: cannot be listened on ({error.strerror}); {right}") from error
    if ipaddress.ip_address(host := str(where[0])).is_link_local and family == socket.AF_INET6:
        raise UsageError(f"--listen {text}: {host} counts on one cable only; name another address")
    return Listening(host, named[1], key() is not None)


def open_to_all(listen: Listening | None) -> str:
    """What to say of a run that anybody on the network may join and overhear; empty for any other."""
    if listen is None or listen.at_home or listen.keyed:
        return ""
    return (
        f"--listen {place(listen.host, listen.port)}: without a {VARIABLE} anybody who reaches it can join, "
        "and read what workers tell; set the same on every machine"
    )


def refuse_unreachable(listen: Listening | None, address: Address | None) -> None:
    """Raise UsageError for a target that is this machine to us and another to the workers."""
    if listen is None or listen.at_home or address is None:
        return
    found = resolve(address.host, address.port)
    if all(ipaddress.ip_address(one.split("%")[0]).is_loopback for one in found):
        raise UsageError(
            f"--target {address.url}: is this machine to us and another to workers elsewhere; with "
            f"--listen {listen.host} name it by an address that they can ask for consent"
        )


def opened(listen: Listening | None, home: Path, setting: Setting) -> Mapping[str, Any]:
    """Settings of a stack of our own that workers elsewhere reach and ask; {} where there are none."""
    rate_per_s = round(_RATE_OVER_PEAK * max(10.0, setting.intended_peak_per_s))
    return reached(listen, home, setting.scenario.id, setting.timeline.duration_s, rate_per_s)


def reached(
    listen: Listening | None, home: Path, scenario: str, lasts_s: float, rate_per_s: float
) -> Mapping[str, Any]:
    """The same for a run that lasts so long and may send so much; `scenario` is what is consented to."""
    if listen is None or listen.at_home:
        return {}
    home.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    consent = {
        "scenario": scenario,
        "from": now.isoformat(),
        "until": (now + timedelta(seconds=lasts_s) + _MARGIN).isoformat(),
        "max_rate_per_s": rate_per_s,
        "contact": socket.gethostname(),
    }
    path = home / "consent.json"
    path.write_text(json.dumps(consent, indent=1) + "\n")
    return {"also_listen": listen.host, "consent_file": str(path)}


def for_workers(listen: Listening | None, own: Address) -> Address:
    """Our own stack's address as workers find it: that of the master."""
    if listen is None or listen.at_home:
        return own
    return Address(f"http://{place(listen.host, own.port)}", "", own.headers)
