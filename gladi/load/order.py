"""The order that the conductor gives to the load processes: one JSON file in the run directory."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LoadOrder:
    """What to play and where to send it. `routes` rows are (area, link, host, port)."""

    scenario: str
    seed: int
    scale: float
    compression: float
    target: str
    url: str
    secrets: str
    photos: str
    out: str
    workers: int
    master_port: int
    duration_s: float
    drain_s: float
    routes: list[tuple[str, str, str, int]] = field(default_factory=list)

    def write(self, path: Path) -> None:
        """Write as JSON."""
        path.write_text(json.dumps(asdict(self), indent=1))

    @classmethod
    def read(cls, path: Path) -> "LoadOrder":
        """Read what `write` wrote."""
        content = json.loads(path.read_text())
        content["routes"] = [tuple(row) for row in content["routes"]]
        return cls(**content)
