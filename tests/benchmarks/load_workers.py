"""Two load workers against one: `python -m tests.benchmarks load_workers [--rounds N]`.

Logins as fast as they go, 32 operators a worker, each worker a process of gladi's complete live driver
(`load_gladi`) with its own record, as two workers of a run have. One worker has the first core and the target
(`load_ground`) the second; two workers have a core each, and the target shares both with them. What the
target used of the machine is taken from what two workers could have had, so two ratios are printed:

    rate         logins a second of two workers against one, target and all
    per worker   logins for a CPU second of a worker, two against one, times two: the ratio on a machine with
                 a core for the target, as far as two cores can tell

Both are medians over the rounds. Who shares a core with the target finds several answers whenever it has its
turn, and is spared some waking: so the second ratio may exceed two, and says no more than that workers do not
hinder each other. The messages of master and workers (a few a second) are not in it.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.load_ground import cpu_s, ended, middle, sink, started
from tests.benchmarks.load_peers import command

WARM_S, WINDOW_S = 1.5, 4.0
WANTED = 1.8


def measure(workers: int, folder: Path) -> dict[str, float]:
    """So many workers at once: logins a second and a CPU second, and what the target used (cores)."""
    cores = [1] if workers == 1 else [0, 1]
    with sink(cores) as target:
        seconds = WARM_S + WINDOW_S + 8.0
        lines = [command("gladi", "login", target.port, seconds, folder) for _ in range(workers)]
        running = [started(line, [core], stdout=subprocess.PIPE) for core, line in enumerate(lines)]
        with ended(running):
            # each logs in once an operator at its start: all have begun when twice that many have come
            deadline = time.monotonic() + 15
            while target.counts()["connections"] < 32 * workers or target.counts()["logins"] < 200 * workers:
                if any(one.poll() is not None for one in running) or time.monotonic() > deadline:
                    sys.exit("a worker asked for nothing")
                time.sleep(0.05)
            time.sleep(WARM_S)
            marks = []
            for pause_s in (WINDOW_S, 0.0):
                used = sum(cpu_s(one.pid) for one in running)
                marks.append((target.counts()["logins"], used, cpu_s(target.pid), time.monotonic()))
                time.sleep(pause_s)
            said = [one.communicate(timeout=60)[0] for one in running]
        if any(one.returncode for one in running) or any('"errors": 0.0' not in one for one in said):
            sys.exit(f"a worker met errors: {said}")
    (asked0, used0, target0, at0), (asked1, used1, target1, at1) = marks
    return {
        "per_s": (asked1 - asked0) / (at1 - at0),
        "per_cpu_s": (asked1 - asked0) / (used1 - used0),
        "workers": (used1 - used0) / (at1 - at0),
        "target": (target1 - target0) / (at1 - at0),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        rounds = [{many: measure(many, Path(name)) for many in (1, 2)} for _ in range(max(1, chosen.rounds))]
    print(f"{'workers':<9}{'logins/s':>10}{'per CPU s':>11}{'cores: workers':>16}{'target':>8}")
    for many in (1, 2):
        of = {key: middle([one[many][key] for one in rounds]) for key in rounds[0][many]}
        print(
            f"{many:<9}{of['per_s']:>10,.0f}{of['per_cpu_s']:>11,.0f}{of['workers']:>16.2f}{of['target']:>8.2f}"
        )
    rate = middle([one[2]["per_s"] / one[1]["per_s"] for one in rounds])
    each = middle([2 * one[2]["per_cpu_s"] / one[1]["per_cpu_s"] for one in rounds])
    print(f"two against one: rate {rate:.2f}, per worker {each:.2f}; wanted {WANTED:g} as far as cores allow")


if __name__ == "__main__":
    main()
