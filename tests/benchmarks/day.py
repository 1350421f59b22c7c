"""The whole rehearsal of Kabupaten Kepahiang, timed: `python -m tests.benchmarks.day`.

Starts `gladi rehearse` as a person does and reads the figures from the run directory.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow.parquet as pq

LIMIT_S, LIMIT_GB, LIMIT_LATE_MS = 240, 4.0, 20


def peak_bytes(run: Path) -> float:
    """Most memory that stack and harness held together at one moment."""
    together: dict[float, int] = {}
    for row in pq.read_table(run / "resources.parquet").to_pylist():
        if row["component"] not in {"machine", "load_cores"}:
            together[row["t_s"]] = together.get(row["t_s"], 0) + row["rss_bytes"]
    return max(together.values())


def main() -> None:
    """Run it and print the table."""
    with tempfile.TemporaryDirectory(dir="." if Path("runs").exists() else None) as folder:
        out = Path(folder) / "run"
        start = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "gladi.cli", "rehearse", "kepahiang-2024", "--out", str(out)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        wall_s = time.monotonic() - start
        print(done.stderr)
        verdict = json.loads((out / "verdict.json").read_text())
        run = json.loads((out / "run.json").read_text())
        late = verdict["generator"]["lateness_ms"]
        lost = verdict["checkers"]["lost"]
        rows = [
            ("whole regency, report included", f"{wall_s:.0f} s", f"{LIMIT_S} s", f"{wall_s / LIMIT_S:.2f}"),
            ("memory, stack and harness", f"{peak_bytes(out) / 1e9:.2f} GB", f"{LIMIT_GB} GB",
             f"{peak_bytes(out) / 1e9 / LIMIT_GB:.2f}"),
            ("start later than intended, p99", f"{late['p99']:.1f} ms", f"{LIMIT_LATE_MS} ms",
             f"{late['p99'] / LIMIT_LATE_MS:.2f}"),
            ("the same, driver's cores not busy", f"{late['p99_while_free']:.1f} ms", f"{LIMIT_LATE_MS} ms",
             f"{late['p99_while_free'] / LIMIT_LATE_MS:.2f}"),
            ("acknowledged and lost", f"{lost['count']} of {lost['checked']:,}", "0", ""),
        ]  # fmt: skip
        like = f"national equivalent {run['national_equivalent']:,}"
        print(f"verdict {verdict['verdict']}, {run['scale']} TPS, {like}")
        print(f"{'':<36}{'measured':>16}{'limit':>10}{'ratio':>8}")
        for row in rows:
            print(f"{row[0]:<36}{row[1]:>16}{row[2]:>10}{row[3]:>8}")


if __name__ == "__main__":
    main()
