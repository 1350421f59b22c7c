"""The order that the conductor gives to the load processes: one JSON file in the run directory.

It is written twice: before the load processes start, so that they rebuild their shard while the stack comes
up, and again when address and routes are known; they read it anew at the start message.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from gladi.address import Address

_NOWHERE = Address("")


@dataclass(frozen=True, slots=True)
class LoadOrder:
    """What to play and where to send it. `routes` rows are (area, link, host, port).

    `plan` is another run's plan.jsonl, "" for the faults of the scenario itself.

    `max_rate_per_s` is what a system that is not ours consents to, over all workers; 0 means no limit.
    """

    scenario: str
    seed: int
    scale: float
    compression: float
    target: str
    photos: str
    out: str
    workers: int
    master_port: int
    duration_s: float
    drain_s: float
    max_rate_per_s: float = 0.0
    address: Address = _NOWHERE
    secrets: str = ""
    plan: str = ""
    routes: list[tuple[str, str, str, int]] = field(default_factory=list)

    def write(self, path: Path) -> None:
        """Write as JSON."""
        path.write_text(json.dumps(asdict(self), indent=1))

    @classmethod
    def read(cls, path: Path) -> "LoadOrder":
        """Read what `write` wrote."""
        content = json.loads(path.read_text())
        content["routes"] = [tuple(row) for row in content["routes"]]
        where = content["address"]
        content["address"] = Address(where["url"], where["ca"], tuple(map(tuple, where["headers"])))
        return cls(**content)
