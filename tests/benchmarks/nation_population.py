"""The nation as Parquet, with all votes: `python -m tests.benchmarks nation_population [--scale S]`.

`gladi population make` in a process of its own, after a small call that compiles (told apart): seconds by
the clock and of CPU, peak memory, size; then the columns alone, as a simulation needs them. CPU seconds over
cores is what a machine gives that does nothing else.

The peer is what one writes first: Faker asked for every official's name, a row a TPS, the ballots of each
form with `random.choices`, Parquet from rows. It takes 1 % of the TPS in the same run and is multiplied. It
knows no places (neighbours do not vote alike), and its page 1 has three numbers instead of nineteen.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from faker import Faker

SAMPLE = 0.01
OFFICIALS = 7
FORMS = {"ppwp": 3, "dpr": 145, "dpd": 16, "dprd-prov": 150, "dprd-kab": 140}
"""Cells of each ballot, about the nation's means."""


@dataclass(frozen=True)
class Spent:
    """What a process took: s by the clock, s of CPU, MB at the peak; and what it printed."""

    clock_s: float
    cpu_s: float
    peak_mb: float
    printed: str


def spent_by(*command: str) -> Spent:
    """Run to the end; a failure ends the benchmark."""
    began = time.perf_counter()
    with subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        printed = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    cpu_s = usage.ru_utime + usage.ru_stime
    return Spent(time.perf_counter() - began, cpu_s, usage.ru_maxrss / 1e3, printed)


COLUMNS = """
import json, time
from simulators.country import country
began = time.process_time()
made = country("pemilu-2024", 2024)
print(json.dumps({"cpu_s": time.process_time() - began, "tps": len(made)}))
"""


def peer(count: int, out: Path) -> float:
    """CPU seconds for so many TPS, row by row."""
    began = time.process_time()
    fake, lots = Faker("id_ID"), random.Random(1)
    rows: list[dict[str, Any]] = []
    for number in range(count):
        dpt = min(300, max(1, round(lots.gauss(248, 40))))
        used = sum(lots.random() < 0.81 for _ in range(dpt))
        row: dict[str, Any] = {"tps": number, "dpt": dpt, "ss_diterima": dpt + -(-dpt // 50), "used": used}
        for k in range(OFFICIALS):
            row[f"kpps_{k + 1}"] = fake.name()
        for form, cells in FORMS.items():
            weights = [lots.lognormvariate(0.0, 1.0) for _ in range(cells)]
            votes = [0] * cells
            for cell in lots.choices(range(cells), weights, k=used):
                votes[cell] += 1
            row[form] = votes
        rows.append(row)
    pq.write_table(pa.Table.from_pylist(rows), out, compression="zstd")
    return time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="a share of the nation's TPS")
    scale = parser.parse_args().scale
    make = ("-m", "gladi.cli", "population", "make", "--json")
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        first = spent_by(*make, "--area", "17.08", "--out", str(folder / "first"))
        whole = spent_by(*make, "--scale", str(scale), "--out", str(folder / "nation"))
        told = json.loads(whole.printed)
        columns = spent_by("-c", COLUMNS)
        made = json.loads(columns.printed)
        count = round(told["tps"] * SAMPLE)
        rows_s = peer(count, folder / "peer.parquet") * told["tps"] / count
    load = os.getloadavg()[0]
    print(
        f"{told['tps']:,} TPS, {told['voters']:,} voters, five forms with all votes; load average {load:.1f}"
    )
    print(f"{'':34}{'clock s':>9}{'CPU s':>9}{'CPU/cores':>11}{'MB peak':>9}{'MB files':>10}")
    for name, spent, size in (
        ("526 TPS, compiled if need be", first, ""),
        ("gladi population make", whole, f"{told['bytes'] / 1e6:.0f}"),
    ):
        print(
            f"{name:34}{spent.clock_s:9.1f}{spent.cpu_s:9.1f}{spent.cpu_s / cores:11.1f}"
            f"{spent.peak_mb:9.0f}{size:>10}"
        )
    alone_s = made["cpu_s"]
    print(f"{'its columns alone, no votes':34}{'':9}{alone_s:9.1f}{alone_s:11.1f}{columns.peak_mb:9.0f}")
    print(
        f"{'peer: Faker and rows (1 %, x 100)':34}{'':9}{rows_s:9.0f}{rows_s / cores:11.0f}"
        f"   {rows_s / whole.cpu_s:.0f} times the CPU"
    )


if __name__ == "__main__":
    main()
