"""Follows faults.jsonl while the fault runner writes it."""

import json
from pathlib import Path
from typing import Any


class FaultFile:
    """What is new in a file of JSON lines that grows; a line not ended yet waits for the next look."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_bytes = 0

    def new(self) -> list[dict[str, Any]]:
        """Lines since the last call; none while there is no file."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._read_bytes)
                text = file.read()
        except OSError:
            return []
        whole = text[: text.rfind(b"\n") + 1]
        self._read_bytes += len(whole)
        return [json.loads(line) for line in whole.splitlines()]
