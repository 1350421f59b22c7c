"""Is the load on time, and true about a frozen server? `python -m tests.benchmarks load_on_time [--rounds
N]`.

500 logins a second for ten seconds from one core, the target (`load_ground`) on the other, stopped
(SIGSTOP) from second five to second seven; before that the same without a stop. Every driver in a fresh
process:

    gladi           the live driver, complete, 2,000 phones by a timetable
    k6 1,500 VUs    constant-arrival-rate with as many virtual users as the stop needs
    k6 100 VUs      the same with as many as the rate needs while the server answers
    Locust          FastHttpUser, 500 users with constant_throughput(1), as its handbook advises

What a driver says of itself is not asked for lateness. The kernel stamps each request as it arrives at the
target, stopped or not; the target writes down when it answered. The n-th arrival is held against the n-th
due moment, start + n/500: the kindest assignment there is. Start is what gladi's clock and k6's scenario say
(both on this machine's clock). Locust knows no timetable and its users fire together: there start is its
first request, and 500 are due at once each second. The machine's own noise is that of a bare loop which
sleeps until the same 5,000 moments on the same core, before and after each gladi.

`true p99` is the 99th percentile of answered - due over all 5,000: a login that was never sent had waited,
when the load ended, since its moment, and counts as that (so the truth is at least what is printed).
`reported` is the p99 that the driver prints at its end.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.load_ground import (
    HERE,
    K6,
    Sink,
    ended,
    middle,
    missing_tools,
    percentile,
    sink,
    started,
)
from tests.benchmarks.load_peers import PATHS, body, headers

RATE, SECONDS = 500, 10
STOP_S, GO_S = 5.0, 7.0
LIMIT_MS = 10.0
VUS = {"k6 1,500 VUs": 1500, "k6 100 VUs": 100}
DRIVERS = ("gladi", *VUS, "Locust")


@dataclass(frozen=True)
class Seen:
    """What the target saw of a driver; milliseconds."""

    sent: int
    late: tuple[float, float, float]
    """p50, p99, largest."""
    earliest: float
    true_p99: float


def due_s(number: int, zero: float, together: int = 1) -> float:
    """The moment of the n-th arrival, where so many are due together."""
    return zero + number // together * together / RATE


def seen(log: Sequence[tuple[float, float]], zero: float, together: int = 1) -> Seen:
    """Hold a log of (arrived, answered) against the timetable that begins at `zero`."""
    wanted = RATE * SECONDS
    end = zero + SECONDS
    log = sorted(log)[:wanted]
    late = [(arrived - due_s(number, zero, together)) * 1000 for number, (arrived, _) in enumerate(log)]
    took = [(answered - due_s(number, zero, together)) * 1000 for number, (_, answered) in enumerate(log)]
    took += [(end - due_s(number, zero, together)) * 1000 for number in range(len(log), wanted)]
    return Seen(
        len(log),
        (percentile(late, 0.5), percentile(late, 0.99), max(late)),
        min(late),
        percentile(took, 0.99),
    )


def locust(port: int, folder: Path) -> dict[str, float]:
    """Locust as its handbook advises; its own p99 of the ten seconds."""
    import gevent
    from locust import FastHttpUser, constant_throughput, task
    from locust.env import Environment

    data, sent = (folder / "login").read_bytes(), headers("login")

    class Device(FastHttpUser):  # type: ignore[misc]
        host = f"http://127.0.0.1:{port}"
        wait_time = constant_throughput(1)

        @task  # type: ignore[untyped-decorator]
        def ask(self) -> None:
            self.client.post(PATHS["login"], data=data, headers=sent)

    environment = Environment(user_classes=[Device])
    runner = environment.create_local_runner()
    runner.start(RATE, spawn_rate=RATE)
    gevent.sleep(SECONDS)
    total = environment.stats.total
    found = {
        "p99_ms": float(total.get_response_time_percentile(0.99) or 0),
        "errors": float(total.num_failures),
    }
    runner.quit()
    return found


def noise() -> list[float]:
    """Lateness (ms) of a loop that only sleeps until each moment."""
    zero = time.monotonic() + 0.1
    late = []
    for number in range(RATE * SECONDS):
        time.sleep(max(0.0, due_s(number, zero) - time.monotonic()))
        late.append((time.monotonic() - due_s(number, zero)) * 1000)
    return late


def command(driver: str, target: Sink, folder: Path) -> Sequence[str]:
    """How a driver is started."""
    if driver == "gladi":
        given = [str(target.port), str(RATE), str(SECONDS)]
        return [sys.executable, "-m", "tests.benchmarks.load_gladi", "open", *given]
    if driver in VUS:
        settings = {
            "URL": target.url + PATHS["login"],
            "BODY": str(folder / "login"),
            "HEADERS": json.dumps(headers("login")),
            "JOB": "open",
            "RATE": RATE,
            "SECONDS": SECONDS,
            "VUS": VUS[driver],
        }
        given = [part for key, value in settings.items() for part in ("-e", f"{key}={value}")]
        summary = ["--summary-export", str(folder / "k6.json")]
        return [str(K6), "run", "--quiet", "--no-usage-report", *summary, *given, str(HERE / "load_k6.js")]
    return [
        sys.executable,
        "-m",
        "tests.benchmarks.load_on_time",
        "--one",
        "locust",
        str(target.port),
        str(folder),
    ]


def measure(driver: str, target: Sink, folder: Path, stop: bool) -> tuple[Seen, dict[str, float]]:
    """One driver: what the target saw, and what the driver says."""
    target.taken()
    with (folder / "err").open("w+") as wrong:
        running = started(command(driver, target, folder), [0], stdout=subprocess.PIPE, stderr=wrong)
        with ended([running]):
            before = target.counts()["logins"]
            deadline = time.monotonic() + 20
            while target.counts()["logins"] == before:
                if running.poll() is not None or time.monotonic() > deadline:
                    sys.exit(f"{driver} asked for nothing: {(folder / 'err').read_text()[-500:]}")
                time.sleep(0.02)
            timers = [
                threading.Timer(after_s, os.kill, (target.pid, number))
                for after_s, number in ((STOP_S, signal.SIGSTOP), (GO_S, signal.SIGCONT))
                if stop
            ]
            for timer in timers:
                timer.start()
            output, _ = running.communicate(timeout=90)
            for timer in timers:
                timer.join()
        errors = (folder / "err").read_text()
        if running.returncode:
            sys.exit(f"{driver} failed: {errors[-500:]}")
    log = target.taken()
    if driver in VUS:
        metrics = json.loads((folder / "k6.json").read_text())["metrics"]
        began = re.search(r"began at (\d+)", errors)
        if began is None:
            sys.exit(f"k6 did not say when it began: {errors[-500:]}")
        told = {
            "zero": int(began[1]) / 1000,
            "p99_ms": metrics["http_req_duration"]["p(99)"],
            "errors": metrics["http_req_failed"]["passes"],
            "dropped": metrics.get("dropped_iterations", {"count": 0})["count"],
        }
    else:
        told = json.loads(output.strip().splitlines()[-1])
    if driver == "Locust":
        return seen(log, log[0][0], RATE), told
    return seen(log, told["zero"]), told


def wake_up() -> list[float]:
    """The machine's own noise, in a fresh process on the first core."""
    line = [sys.executable, "-m", "tests.benchmarks.load_on_time", "--one", "noise"]
    output, _ = started(line, [0], stdout=subprocess.PIPE).communicate(timeout=60)
    found: list[float] = json.loads(output)
    return found


def row(name: str, of: Seen, told: dict[str, float]) -> str:
    """One line of the table."""
    late = "".join(f"{value:>9.1f}" for value in (of.earliest, *of.late))
    dropped = f"{told['dropped']:,.0f} dropped" if told.get("dropped") else ""
    own = f"own record: p99 late {told['late_p99_ms']:.1f} ms" if "late_p99_ms" in told else ""
    return (
        f"{name:<14}{of.sent:>7,}{late}{told['p99_ms']:>14,.0f}{of.true_p99:>11,.0f}{told['errors']:>8,.0f}"
        f"  {dropped}{own}"
    )


def main() -> None:
    """Print both tables, and whether gladi kept to the limit; with --one, be one of the processes."""
    if "--one" in sys.argv:
        if sys.argv[2] == "noise":
            print(json.dumps(noise()))
            return
        from gevent import monkey

        monkey.patch_all()
        print(json.dumps(locust(int(sys.argv[3]), Path(sys.argv[4]))))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    for missing in missing_tools():
        print(f"not here: {missing}")
    drivers = [driver for driver in DRIVERS if driver not in VUS or K6.is_file()]
    ours: dict[bool, list[float]] = {False: [], True: []}
    asleep: list[float] = []
    print(f"{RATE} logins a second for {SECONDS} s, {RATE * SECONDS:,} due; milliseconds")
    print(
        f"{'driver':<14}{'sent':>7}{'earliest':>9}{'late p50':>9}{'p99':>9}{'max':>9}{'reported p99':>14}"
        f"{'true p99':>11}{'errors':>8}"
    )
    with sink([1]) as target, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "login").write_bytes(body("login"))
        for turn in range(max(1, chosen.rounds)):
            for stop in (False, True):
                print(
                    f"round {turn + 1}, {'the server stopped for 2 s' if stop else 'an undisturbed server'}"
                )
                for driver in drivers:
                    if driver == "gladi":
                        asleep.append(percentile(wake_up(), 0.99))
                    found, told = measure(driver, target, folder, stop)
                    print(row(driver, found, told), flush=True)
                    if driver == "gladi":
                        ours[stop].append(found.late[1])
                        asleep.append(percentile(wake_up(), 0.99))
    noise_ms = middle(asleep)
    limit = max(LIMIT_MS, 2 * noise_ms)
    print(
        f"a bare loop asleep until the same moments: p99 {noise_ms:.1f} "
        f"(median of {len(asleep)}, {min(asleep):.1f} to {max(asleep):.1f})"
    )
    print(
        f"gladi's p99 lateness, median of the rounds: {middle(ours[False]):.1f} undisturbed, "
        f"{middle(ours[True]):.1f} with the stop; wanted at most {limit:.1f}"
    )


if __name__ == "__main__":
    main()
