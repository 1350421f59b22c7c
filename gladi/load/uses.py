"""What workers elsewhere took of their machines: kept as it comes, told while the run plays, then a table.

In resources.parquet a worker elsewhere is `load-worker-N` like one of the conductor's own, its machine
`load-machine-N`, and the cores that it may run on `load-cores-N`.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from reports.schema import RESOURCES

NAME = "use-{}.jsonl"


class Use:
    """Of one worker: appended to `path`; what it took between two samples, and the most it ever took."""

    def __init__(self, path: Path, pid: int) -> None:
        self._path = path
        self._pid = pid
        self._last: Mapping[str, Any] | None = None
        self.now: dict[str, Any] = {}
        """`cpu` cores that its process used, `machine` and `own_cores` busy shares, `rss_bytes` and
        `open_files`; {} before there are two samples."""
        self.most: dict[str, Any] = {}
        """The same, each at its highest, and how many `cores` and `own_cores` there are (as `count_`)."""

    def take(self, sample: Mapping[str, Any]) -> None:
        """Keep a sample (see `own_use.Sample`)."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({**sample, "pid": self._pid}) + "\n")
        before, self._last = self._last, sample
        if before is None or sample["at_s"] <= before["at_s"]:
            return
        span_s = sample["at_s"] - before["at_s"]
        used = {
            name: (sample[name] - before[name]) / span_s for name in ("cpu_s", "machine_s", "own_cores_s")
        }
        self.now = {
            "cpu": round(used["cpu_s"], 3),
            # the kernel counts in hundredths of a second
            "machine": round(min(1.0, used["machine_s"] / sample["cores"]), 3),
            "own_cores": round(min(1.0, used["own_cores_s"] / sample["own_cores"]), 3),
            "rss_bytes": sample["rss_bytes"],
            "open_files": sample["open_files"],
        }
        self.most = {name: max(value, self.most.get(name, value)) for name, value in self.now.items()} | {
            "count_cores": sample["cores"],
            "count_own_cores": sample["own_cores"],
        }


def sampled_elsewhere(logs: Path) -> pa.Table:
    """Rows for resources.parquet of every worker elsewhere; a line that was cut off is left out."""
    rows: list[tuple[float, str, int, float, int]] = []
    for path in sorted(logs.glob(NAME.format("*"))):
        number = path.stem.rpartition("-")[2]
        for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
            if not line.endswith("\n"):
                continue
            one = json.loads(line)
            at_s = float(one["at_s"])
            rows += [
                (at_s, f"load-worker-{number}", one["pid"], one["cpu_s"], one["rss_bytes"]),
                (at_s, f"load-machine-{number}", 0, one["machine_s"], one["machine_bytes"]),
                (at_s, f"load-cores-{number}", 0, one["own_cores_s"], 0),
            ]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(RESOURCES)
    return pa.table(
        {field.name: pa.array(columns[i], field.type) for i, field in enumerate(RESOURCES)}, schema=RESOURCES
    )
