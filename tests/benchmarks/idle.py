"""What a waiting operator costs in a live load worker: `python -m tests.benchmarks.idle [OPERATORS]`.

Three ways to wait, each in a process of its own, bytes each from the growth of its resident memory:

* a row of the timetable (an operator whose first moment has not come);
* a SimPy process on the wall clock (an operator between two moments);
* the peer: one bare greenlet an operator, as a load test with a user a device would have.
"""

import gc
import subprocess
import sys
import time
from collections.abc import Callable

import psutil


def resident() -> int:
    """Resident memory of this process, in bytes."""
    gc.collect()
    return int(psutil.Process().memory_info().rss)


def rows(count: int) -> object:
    """Operators as the usher holds them before their first moment."""
    from simulators.post import Post

    return [
        Post(
            f"{number:013d}",
            1,
            "170801",
            "4g",
            False,
            0.0,
            None,
            {"activation": 60.0 + number * 1e-4},
            "",
            False,
        )
        for number in range(count)
    ]


def processes(count: int) -> object:
    """Operators as SimPy processes that wait for their next moment under the live clock."""
    from gladi.setting import arrange
    from scenarios import builtin_scenarios
    from simulators.behaviour import main_operator, second_operator
    from simulators.operator import Operator
    from simulators.post import Post, world
    from simulators.wall_clock import WallEnvironment

    setting = arrange(builtin_scenarios()["kepahiang-2024"], scale=2)
    shared = world(setting.scenario, setting.timeline, setting.seed, (main_operator(), second_operator()))
    env = WallEnvironment(time.time())
    before = resident()
    held = []
    for number in range(count):
        moments = {"activation": 3600.0 + number * 1e-4}
        post = Post(f"{number:013d}", 1, "170801", "4g", False, 0.0, None, moments, "", False)
        operator = Operator(env, None, shared, post)  # type: ignore[arg-type]  (never asks anything)
        held.append(env.process(operator.live()))
    env.run_until(0.5)
    print(resident() - before)
    return env, held


def greenlets(count: int) -> object:
    """One greenlet an operator, asleep."""
    import gevent

    held = [gevent.spawn(gevent.sleep, 3600.0) for _ in range(count)]
    gevent.sleep(0.5)
    return held


WAYS: dict[str, Callable[[int], object]] = {"rows": rows, "processes": processes, "greenlets": greenlets}


def measure(way: str, count: int) -> tuple[int, int]:
    """(bytes of growth, resident bytes of the whole process) in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.idle", "--one", way, str(count)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    growth, whole = done.stdout.split()[-2:]
    return int(growth), int(whole)


def main() -> None:
    """Print the table; with --one WAY COUNT, measure one way in this process."""
    if "--one" in sys.argv:
        way, count = sys.argv[2], int(sys.argv[3])
        if way == "processes":
            kept = processes(count)
            print(resident())
        else:
            before = resident()
            kept = WAYS[way](count)
            after = resident()
            print(after - before, after)
        del kept
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    found = {way: measure(way, count) for way in WAYS}
    peer = found["greenlets"][0]
    print(f"{count:,} waiting operators, one process each way")
    print(f"{'way':<12}{'bytes each':>12}{'growth MB':>12}{'process MB':>12}{'of a greenlet':>15}")
    for way, (growth, whole) in found.items():
        each, share = growth / count, growth / peer
        print(f"{way:<12}{each:>12,.0f}{growth / 1e6:>12,.1f}{whole / 1e6:>12,.1f}{share:>15.2f}")


if __name__ == "__main__":
    main()
