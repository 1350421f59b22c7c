"""What waiting operators cost a live load worker: `python -m tests.benchmarks load_waiting [OPERATORS]`.

Resident memory above an empty worker, each way in a process of its own. An empty worker has imported what a
worker imports, rebuilt a small district, and holds its driver, connected to nothing.

    rows       operators whose first moment has not come: rows of the timetable
    begun      operators between two moments, as the usher holds them: everybody, at worst
    Locust     FastHttpUsers between two tasks, each with its own client, that have not asked anything yet

Locust needs long to start so many users; `--users` (5,000) are started, their bytes each measured, and the
column for all operators is that times their number.
"""

import argparse
import gc
import json
import subprocess
import sys
import time
from typing import Any

import psutil

WANTED_MB = 120.0
FAR_S = 3600.0
AT_ONCE = 500


def resident() -> int:
    """Resident memory of this process, in bytes."""
    gc.collect()
    return int(psutil.Process().memory_info().rss)


def post(number: int) -> Any:
    """An operator as the usher holds it before its first moment."""
    from simulators.post import Post

    moments = {"activation": FAR_S + number * 1e-4, "capture": 2 * FAR_S + number * 1e-4}
    return Post(f"{number:013d}", 1, "170801", "4g", False, 0.0, None, moments, "", False)


def worker(way: str, count: int) -> tuple[int, int]:
    """(resident bytes of the empty worker, with the operators) of gladi's own."""
    import tempfile
    from pathlib import Path

    from simulators.behaviour import main_operator, second_operator
    from simulators.post import world
    from simulators.usher import Usher
    from tests.benchmarks.load_gladi import worker as whole_worker

    with tempfile.TemporaryDirectory() as folder, whole_worker(9, Path(folder), 0.0) as here:
        scenario, timeline = here.setting.scenario, here.setting.timeline
        shared = world(scenario, timeline, here.setting.seed, (main_operator(), second_operator()))
        usher = Usher(here.env, here.asks, shared, lambda met: None)
        here.env.run_until(here.env.wall_s() + 0.2)
        before = resident()
        held = []
        for number in range(count):
            if way == "rows":
                held.append(post(number))
                continue
            usher.begin(post(number))
            if number % AT_ONCE == 0 or number == count - 1:  # until they wait: nobody begins all at once
                while usher.waiting <= number:
                    here.env.run_until(here.env.wall_s() + 0.002)
        assert here.recorder.written == 0, "an operator that should wait has asked something"
        assert usher.counts["ended"] == 0
        return before, resident()


def locust(count: int) -> tuple[int, int]:
    """(resident bytes of Locust with one user, with all) between two tasks."""
    import gevent
    from locust import FastHttpUser, constant, task
    from locust.env import Environment

    class Device(FastHttpUser):  # type: ignore[misc]
        host = "http://127.0.0.1:9"
        wait_time = constant(FAR_S)

        @task  # type: ignore[untyped-decorator]
        def wait(self) -> None:
            pass

    environment = Environment(user_classes=[Device])
    runner = environment.create_local_runner()
    found = []
    for wanted in (1, count + 1):
        runner.start(wanted, spawn_rate=2000)
        deadline = time.monotonic() + 120
        while runner.user_count < wanted and time.monotonic() < deadline:
            gevent.sleep(0.2)
        assert runner.user_count == wanted, f"Locust started {runner.user_count} of {wanted} users"
        gevent.sleep(1.0)
        found.append(resident())
    runner.quit()
    return found[0], found[1]


def measure(way: str, count: int) -> tuple[int, int]:
    """One way in a fresh process."""
    line = [sys.executable, "-m", "tests.benchmarks.load_waiting", "--one", way, str(count)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{way}: {done.stderr[-800:]}")
    before, after = json.loads(done.stdout.strip().splitlines()[-1])
    return before, after


def main() -> None:
    """Print the table; with --one WAY COUNT, measure one way in this process."""
    if "--one" in sys.argv:
        from gevent import monkey

        monkey.patch_all()
        way, many = sys.argv[2], int(sys.argv[3])
        print(json.dumps(locust(many) if way == "Locust" else worker(way, many)))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("operators", type=int, nargs="?", default=100_000)
    parser.add_argument("--users", type=int, default=5_000, help="Locust users that are really started")
    chosen = parser.parse_args()
    print(f"{chosen.operators:,} waiting operators, resident memory above an empty worker")
    print(f"{'way':<10}{'started':>10}{'empty MB':>10}{'bytes each':>12}{'all, MB':>10}{'wanted':>8}")
    for way in ("rows", "begun", "Locust"):
        many = chosen.users if way == "Locust" else chosen.operators
        before, after = measure(way, many)
        each = (after - before) / many
        wanted = f"{WANTED_MB * chosen.operators / 100_000:,.0f}" if way != "Locust" else ""
        print(
            f"{way:<10}{many:>10,}{before / 1e6:>10,.0f}{each:>12,.0f}{each * chosen.operators / 1e6:>10,.0f}"
            f"{wanted:>8}",
            flush=True,
        )


if __name__ == "__main__":
    main()
