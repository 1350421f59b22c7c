"""Pemilu 2024, every TPS, H-8 to the last pleno: `python -m tests.benchmarks nation [--areas 17,99]`.

The kernel runs in a process of its own, twice: first with an empty cache (what compiling costs), then with
the machine code at hand (the figures). The textbook SimPy plays a sample on the same machine in the same
minutes, and is extrapolated; it is left out with --kernel-only.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks import nation_textbook

LIMIT_S, LIMIT_GB = 40.0, 2.0

RUN = """
import json, resource, sys, time
begin = time.monotonic()
from scenarios.loading import find_scenario
from scenarios.loading_nation import load_nation
from simulators.country import country
from simulators.nation.kernel import Kernel
from gladi.sweeping.asked import Asked
file = find_scenario("nation-2024")
nation = load_nation(file, json.loads(sys.argv[2]))
model = Asked(str(file)).model(nation)
areas = tuple(json.loads(sys.argv[1]))
imported = time.monotonic()
people = country(nation.scenario.election, nation.scenario.seed, areas=areas)
made = time.monotonic()
kernel = Kernel(people, nation, model, nation.scenario.seed)
kernel.advance(0.0)
started, cpu = time.monotonic(), time.process_time()
kernel.advance()
played, cpu = time.monotonic(), time.process_time() - cpu
found = kernel.results()
print(json.dumps({
    "tps": len(people), "asked": found.requests_total, "events": found.events, "digest": found.digest(),
    "imported_s": imported - begin, "country_s": made - imported, "started_s": started - made,
    "played_s": played - started, "cpu_s": cpu, "all_s": time.monotonic() - begin,
    "rss_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9,
}))
"""


def run(areas: list[str], changed: list[str], cache: Path) -> dict[str, Any]:
    """One whole run in a process of its own, with numba's cache in this folder."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, json.dumps(areas), json.dumps(changed)],
        capture_output=True, text=True, check=False, env=os.environ | {"NUMBA_CACHE_DIR": str(cache)},
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Run and print the table."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--areas", default="", help="province or regency codes; all if not given")
    ask.add_argument("--set", action="append", default=[], help="key=value of the scenario")
    ask.add_argument("--kernel-only", action="store_true", help="without the textbook SimPy")
    args = ask.parse_args()
    areas = [one for one in args.areas.split(",") if one]
    with tempfile.TemporaryDirectory() as folder:
        first = run(["17.08"], args.set, Path(folder))
        warm = run(["17.08"], args.set, Path(folder))
        whole = run(areas, args.set, Path(folder))
    print(f"{whole['tps']:,} TPS, {whole['asked']:,} requests, {whole['events']:,} events")
    print(f"{'':<44}{'measured':>12}{'limit':>10}{'ratio':>8}")
    compile_s = first["all_s"] - warm["all_s"]
    rows = [
        ("first run: compiling, besides", f"{compile_s:.1f} s", "", ""),
        ("imports and cached machine code", f"{whole['imported_s']:.1f} s", "", ""),
        ("the country", f"{whole['country_s']:.1f} s", "", ""),
        ("its people, up to their first request", f"{whole['started_s']:.1f} s", "", ""),
        ("the days", f"{whole['played_s']:.1f} s", "", ""),
        ("  of it on the processor", f"{whole['cpu_s']:.1f} s", "", ""),
        ("all", f"{whole['all_s']:.1f} s", f"{LIMIT_S:.0f} s", f"{whole['all_s'] / LIMIT_S:.2f}"),
        ("a request, of the days", f"{whole['played_s'] / whole['asked'] * 1e9:.0f} ns", "", ""),
        ("an event, on the processor", f"{whole['cpu_s'] / whole['events'] * 1e9:.0f} ns", "", ""),
        ("peak memory", f"{whole['rss_gb']:.2f} GB", f"{LIMIT_GB} GB", f"{whole['rss_gb'] / LIMIT_GB:.2f}"),
    ]
    for row in rows:
        print(f"{row[0]:<44}{row[1]:>12}{row[2]:>10}{row[3]:>8}")
    print(f"digest {whole['digest']}")
    if not args.kernel_only:
        _textbook(whole)


def _textbook(whole: dict[str, Any]) -> None:
    one = nation_textbook.textbook()[-1]
    seconds = one["nation_cpu_s"]
    print(
        f"textbook SimPy, {one['share']:.2%} of the nation: {one['cpu_s']:.0f} s on the processor and "
        f"{one['mb']:.0f} MB for {one['requests']:,.0f} requests; all of it {seconds / 60:.0f} min and "
        f"{one['nation_mb'] / 1000:.1f} GB: the kernel takes {seconds / whole['cpu_s']:.0f} times less"
    )


if __name__ == "__main__":
    main()
