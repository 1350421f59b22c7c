"""gladi's live driver, complete, as one of those compared: what a load worker does, without a master.

`closed`: 32 operators whose moments have all come, each asking as soon as it was answered. `open_loop`:
logins of 2,000 phones, 500 a second by a timetable. In both, as `gladi.load.playing` puts it together: SimPy
on the wall clock, the live target with a connection of each phone's own, the reference stack's target class
(tokens, receipts, digests), pages by `Materials` from photos on disk, the record of every operation, the
progress, Locust's statistics, and the work of every beat. Phones keep their connections for the app's whole
keep-alive, as at compression 1, since the peers keep theirs.
"""

from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from collections import Counter  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from dataclasses import dataclass  # noqa: E402
from hashlib import sha256  # noqa: E402
from itertools import count  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402
import numpy as np  # noqa: E402
from locust.env import Environment  # noqa: E402

from gladi.address import Address  # noqa: E402
from gladi.live import LiveTarget  # noqa: E402
from gladi.load.fence import BEAT_S  # noqa: E402
from gladi.load.progress import Counted, Progress  # noqa: E402
from gladi.load.tally import Tally  # noqa: E402
from gladi.materials import Materials  # noqa: E402
from gladi.recorder import Recorder, history  # noqa: E402
from gladi.setting import Setting, arrange  # noqa: E402
from gladi.targets import connect  # noqa: E402
from scenarios import builtin_scenarios  # noqa: E402
from simulators.operations import Answer, Operation  # noqa: E402
from simulators.wall_clock import WallEnvironment  # noqa: E402

OPERATORS = 32
PHOTO_BYTES = 300_000
PHONES = 2_000


@dataclass
class Worker:
    """One worker's parts, put together as `gladi.load.worker` does."""

    env: WallEnvironment
    target: LiveTarget
    asks: Counted
    recorder: Recorder
    environment: Environment
    setting: Setting
    outcomes: Counter[str]


@contextmanager
def worker(port: int, folder: Path, starts_in_s: float) -> Iterator[Worker]:
    """A worker against loopback; `folder` holds photos and record."""
    setting = arrange(builtin_scenarios()["kepahiang-2024"], scale=OPERATORS)
    for tps in setting.population.tps:
        (folder / f"{tps}-ppwp-1.jpg").write_bytes(os.urandom(PHOTO_BYTES))
    environment = Environment()
    authority = os.environ.get("LOAD_CA", "")  # with one, the target speaks TLS
    address = Address(f"http{'s' if authority else ''}://127.0.0.1:{port}", authority)
    zero = time.time() + starts_in_s
    env = WallEnvironment(zero)
    progress, tally, outcomes = Progress(), Tally(environment.stats, zero), Counter[str]()
    recorder = Recorder(folder / "worker.rec", 0)

    def listener(operation: Operation, answer: Answer, started_s: float, ended_s: float) -> None:
        progress.note(operation, answer, ended_s, started_s - operation.intended_s)
        tally.note(operation, answer, ended_s)
        outcomes[answer.outcome] += 1

    def beat() -> None:
        while True:
            gevent.sleep(BEAT_S)
            target.note()
            recorder.flush()
            tally.tell()
            progress.counts()

    target = LiveTarget(
        env, connect("sirekap", address, setting.seed, ""), address, {},
        Materials(setting.scenario, setting.seed, setting.population, folder), recorder, listener, 0.0,
        lambda _: setting.scenario.app.keep_alive,
    )  # fmt: skip
    gc.collect()
    gc.freeze()
    beating = gevent.spawn(beat)
    try:
        yield Worker(env, target, Counted(target, progress), recorder, environment, setting, outcomes)
    finally:
        beating.kill()
        target.close()
        recorder.close()
        tally.tell()


def asked(kind: Any, tps: str, operator: int, due_s: float, attempt: int = 1) -> Operation:
    """An operation as an operator at a TPS asks it."""
    form, page = ("ppwp", 1) if kind == "submit_page" else ("", 0)
    key = sha256(f"{tps}/{operator}/{attempt}".encode()).hexdigest()[:32] if form else ""
    return Operation(kind, tps, tps, operator, tps[:6], "4g", due_s, 30.0, form, page, attempt, key)


def closed(job: str, port: int, seconds: float) -> dict[str, float]:
    """As fast as it goes, 32 at a time."""
    kind = {"login": "login", "upload": "submit_page"}[job]
    with tempfile.TemporaryDirectory() as folder, worker(port, Path(folder), 0.2) as here:

        def life(number: int, tps: str) -> Any:
            # a timetable that is far ahead of what can be done: every moment has come when it is looked at
            yield here.env.timeout(0.01 * number)
            yield here.asks.perform(asked("login", tps, 1, here.env.now))
            for attempt in count(1):
                due_s = number * 0.01 + attempt * 1e-6
                yield here.env.timeout(max(0.0, due_s - here.env.now))
                yield here.asks.perform(asked(kind, tps, 1, due_s, attempt))

        for number, code in enumerate(here.setting.population.tps):
            here.env.process(life(number, str(code)))
        here.env.run_until(seconds)
        wrong = here.outcomes["fail"] + here.outcomes["unknown"]
    # left at its end, each had one in hand, recorded as unknown when the run was over
    asked_in_all = sum(here.outcomes.values())
    assert here.environment.stats.total.num_requests == asked_in_all
    assert here.recorder.written == asked_in_all
    return {"asked": float(asked_in_all), "errors": float(wrong)}


def open_loop(port: int, rate_per_s: float, seconds: float) -> dict[str, float]:
    """Logins by a timetable; times in milliseconds as the record of the run has them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with worker(port, folder, 0.5) as here:
            zero = time.time() - here.env.wall_s()

            def arrivals() -> Any:
                for number in range(int(rate_per_s * seconds)):
                    due_s = number / rate_per_s
                    yield here.env.timeout(max(0.0, due_s - here.env.now))
                    here.asks.perform(asked("login", f"{1708010000001 + number % PHONES}", 1, due_s))

            here.env.process(arrivals())
            here.env.run_until(seconds + 3.0)
            errors = here.outcomes["fail"] + here.outcomes["unknown"] + here.target.in_flight
        table = history([folder / "worker.rec"])
    intended, started, ended = (table[name].to_numpy() for name in ("intended_s", "started_s", "ended_s"))
    return {
        "zero": zero,
        "asked": float(len(intended)),
        "errors": float(errors),
        "p99_ms": float(np.percentile(ended - intended, 99) * 1000),
        "late_p99_ms": float(np.percentile(started - intended, 99) * 1000),
    }


def main(arguments: list[str]) -> None:
    """`closed JOB PORT SECONDS` or `open PORT RATE SECONDS`; what it says of itself as JSON."""
    how, *rest = arguments
    if how == "closed":
        print(json.dumps(closed(rest[0], int(rest[1]), float(rest[2]))))
    else:
        print(json.dumps(open_loop(int(rest[0]), float(rest[1]), float(rest[2]))))


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
