"""Where a run takes place: all that a fault must know to strike, and to heal from the ledger alone."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Site:
    """Paths are absolute. Leave out what a run does not have: its faults are then unavailable, and say why.

    `stack_json` is the stack's own description of its processes; `toxiproxy_url` such as
    "http://127.0.0.1:8474"; `disk_json` describes the filesystem that the stack has to itself (see
    `chaos.disk`); `cwd` is where the stack's commands are run.
    """

    run_dir: str
    stack_json: str | None = None
    toxiproxy_url: str | None = None
    disk_json: str | None = None
    cwd: str = field(default_factory=lambda: str(Path.cwd()))

    def to_json(self) -> dict[str, Any]:
        """As written in the ledger."""
        return asdict(self)

    @classmethod
    def from_json(cls, table: dict[str, Any]) -> "Site":
        """Out of the ledger; raises TypeError when keys are missing or unknown."""
        return cls(**table)

    def log_path(self, name: str) -> Path:
        """A file for the output of a command that chaos runs, in the logs of the run."""
        folder = Path(self.run_dir) / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}.log"
