"""What the conductor orders of the load processes: everything they need to rebuild their shards, no path.

The order itself goes to the master as a file and from there to every worker by message, so that a worker
needs nothing of the conductor's disk. Where the load goes follows when the system is up (`Destination`).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from gladi.address import Address
from gladi.load.built import Built
from gladi.load.host_port import bracketed

_NOWHERE = Address("")


@dataclass(frozen=True, slots=True)
class LoadOrder:
    """What to play. `scenario` and `plan` are texts; an empty plan means the faults of the scenario itself.

    `population` and `timetable` are the conductor's digests, `built` its version; workers must have the same.
    `max_rate_per_s` is what a system that is not ours consents to, over all workers; 0 means no limit.
    The master listens on `host`:`port`, 0 for any free one; `page_port` is that of Locust's own page on the
    loopback, 0 for no page.
    """

    scenario: str
    plan: str
    seed: int
    scale: float
    compression: float
    workers: int
    duration_s: float
    drain_s: float
    population: str
    timetable: str
    built: Built
    max_rate_per_s: float = 0.0
    host: str = "127.0.0.1"
    port: int = 0
    page_port: int = 0

    def write(self, path: Path) -> None:
        """Write as JSON."""
        path.write_text(json.dumps(asdict(self), indent=1))

    @classmethod
    def read(cls, path: Path) -> "LoadOrder":
        """Read what `write` wrote."""
        return cls.of(json.loads(path.read_text()))

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "LoadOrder":
        """From the plain values of `asdict`."""
        return cls(**{**content, "built": Built(**content["built"])})


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the load goes: a target of `kind` at `address`; `routes` rows are (area, link, host, port).

    `photos`, `out` and `secrets` are paths of the conductor's machine, told to workers on it only; elsewhere
    they are empty: a worker there has photos and record of its own, and its secrets from its environment.
    """

    kind: str
    address: Address = _NOWHERE
    routes: list[tuple[str, str, str, int]] = field(default_factory=list)
    photos: str = ""
    out: str = ""
    secrets: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Destination":
        """From plain values, lists for tuples."""
        where = content["address"]
        return cls(
            content["kind"],
            Address(
                where["url"], where["ca"], tuple((name, variable) for name, variable in where["headers"])
            ),
            [(area, link, host, int(port)) for area, link, host, port in content["routes"]],
            content["photos"],
            content["out"],
            content["secrets"],
        )

    def from_elsewhere(self) -> "Destination":
        """The same without what only the conductor's machine has."""
        address = Address(self.address.url, "", self.address.headers)
        return replace(self, address=address, photos="", out="", secrets="")

    def seen_from(self, master: str, ca: str) -> "Destination":
        """The same for a worker that reached the master as `master`: the network is there, and nowhere else.

        So is a system at 0.0.0.0 or [::]: so the conductor's own stack says "wherever you found me".
        """
        url = self.address.url
        for wherever in ("//0.0.0.0:", "//[::]:"):
            url = url.replace(wherever, f"//{bracketed(master)}:", 1)
        routes = [(area, link, master, port) for area, link, _, port in self.routes]
        return replace(self, address=Address(url, ca, self.address.headers), routes=routes)
