"""Requests a load driver makes for a second of CPU: `python -m tests.benchmarks load_speed`.

Every driver in a fresh process on the first core, the target (`load_ground`) on the second, 32 connections
that are kept, as fast as it goes. Two jobs: a login (100 bytes of JSON) and an upload (a form with a photo
of 300 KB). The drivers take turns within a round, so that a slow minute of the machine meets all of them; a
ratio is the median of the ratios of the rounds.

    gladi         the live driver, complete: timetable, target, photos from disk, record, progress, statistics
    FastHttpUser  Locust's faster user, with its statistics
    bare          gevent and geventhttpclient and nothing else: what gladi stands on
    k6, autocannon, wrk   as they come; wrk keeps no record of a request and is no driver of journeys

An error of any driver, or a body that did not arrive whole, fails the comparison (exit 1). `target` is how
busy the target's core was: below 90 % it was not what held a driver back.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.load_ground import (
    AUTOCANNON,
    K6,
    Sink,
    cpu_s,
    ended,
    middle,
    missing_tools,
    sink,
    started,
)
from tests.benchmarks.load_peers import body, command, said

DRIVERS = ("gladi", "FastHttpUser", "bare", "k6", "autocannon", "wrk")
JOBS = {"login": "logins", "upload": "uploads"}
WANTED = {"FastHttpUser": 2.0, "bare": 0.85, "k6": 1.0}
"""gladi against each, at least."""
WARM_S, WINDOW_S = 1.0, 3.0
START_S = 15.0
"""What a driver may take from its start to its first request."""


Mark = tuple[int, float, float, float]
"""Answered by the target, CPU seconds of the driver and of the target, and the moment."""


def watched(
    driver: str, running: "subprocess.Popen[str]", target: Sink, key: str, before: int, errors: Path
) -> list[Mark]:
    """Marks at the two ends of a window in which the driver is at work."""
    deadline = time.monotonic() + START_S
    while target.counts()[key] == before:
        if running.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"{driver} asked for nothing: {errors.read_text()[-500:]}")
        time.sleep(0.05)
    time.sleep(WARM_S)
    marks = []
    for pause_s in (WINDOW_S, 0.0):
        marks.append((target.counts()[key], cpu_s(running.pid), cpu_s(target.pid), time.monotonic()))
        time.sleep(pause_s)
    if running.poll() is not None:
        sys.exit(f"{driver} ended before it was measured")
    return marks


def measure(driver: str, job: str, target: Sink, folder: Path) -> dict[str, float]:
    """One driver, one job: requests a CPU second, and what else there was to see."""
    key = JOBS[job]
    before = target.counts()
    seconds = WARM_S + WINDOW_S + (6.0 if driver in ("gladi", "k6") else 3.0)
    with (folder / "err").open("w+") as wrong:
        line = command(driver, job, target.port, seconds, folder)
        running = started(line, [0], stdout=subprocess.PIPE, stderr=wrong)
        with ended([running]):
            marks = watched(driver, running, target, key, before[key], folder / "err")
            output, _ = running.communicate(timeout=60)
        if running.returncode:
            sys.exit(f"{driver} failed: {(folder / 'err').read_text()[-500:]}")
    (asked0, used0, target0, at0), (asked1, used1, target1, at1) = marks
    told = said(driver, output, folder)
    after = target.counts()
    return {
        "per_cpu_s": (asked1 - asked0) / (used1 - used0),
        "per_s": (asked1 - asked0) / (at1 - at0),
        "busy": (used1 - used0) / (at1 - at0),
        "target": (target1 - target0) / (at1 - at0),
        "errors": told["errors"] + after["malformed"] - before["malformed"],
    }


def here(only: str) -> list[str]:
    """The drivers that are on this machine, among those asked for."""
    wanted = only.split(",") if only else list(DRIVERS)
    strangers = set(wanted) - set(DRIVERS)
    if strangers:
        sys.exit(f"--only {only}: no driver {', '.join(sorted(strangers))}; there are {', '.join(DRIVERS)}")
    found = {"k6": K6.is_file(), "autocannon": AUTOCANNON.is_file(), "wrk": shutil.which("wrk") is not None}
    return [driver for driver in wanted if found.get(driver, True)]


def ratio(rounds: list[dict[str, dict[str, float]]], driver: str) -> float:
    """gladi against a driver: the median over the rounds."""
    return middle([one["gladi"]["per_cpu_s"] / one[driver]["per_cpu_s"] for one in rounds])


def table(job: str, rounds: list[dict[str, dict[str, float]]]) -> bool:
    """Print one job; whether nothing went wrong in it."""
    print(f"\n{job}, {len(rounds)} rounds")
    print(
        f"{'driver':<14}{'per CPU s':>10}{'from':>9}{'to':>9}{'per s':>9}{'busy':>7}{'target':>8}"
        f"{'errors':>8}{'gladi against it':>18}{'wanted':>8}"
    )
    sound = True
    for driver in rounds[0]:
        of = {name: [one[driver][name] for one in rounds] for name in rounds[0][driver]}
        errors = sum(of["errors"])
        sound &= errors == 0
        against = f"{ratio(rounds, driver):.2f}" if "gladi" in rounds[0] and driver != "gladi" else ""
        wanted = f"{WANTED[driver]:g}" if driver in WANTED else ""
        print(
            f"{driver:<14}{middle(of['per_cpu_s']):>10,.0f}{min(of['per_cpu_s']):>9,.0f}"
            f"{max(of['per_cpu_s']):>9,.0f}{middle(of['per_s']):>9,.0f}{middle(of['busy']):>7.0%}"
            f"{max(of['target']):>8.0%}{errors:>8,.0f}{against:>18}{wanted:>8}",
            flush=True,
        )
    return sound


def main() -> None:
    """Measure and print; exit 1 when any driver met an error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="drivers, separated by commas")
    parser.add_argument("--job", choices=tuple(JOBS), action="append")
    chosen = parser.parse_args()
    for missing in missing_tools():
        print(f"not here: {missing}")
    drivers = here(chosen.only)
    sound = True
    with sink([1]) as target, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for job in chosen.job or JOBS:
            (folder / job).write_bytes(body(job))
            rounds = [
                {driver: measure(driver, job, target, folder) for driver in drivers}
                for _ in range(max(1, chosen.rounds))
            ]
            sound &= table(job, rounds)
    if not sound:
        sys.exit("there were errors: the comparison does not count")


if __name__ == "__main__":
    main()
