"""Is the load on time, and true about a frozen server? `python -m tests.benchmarks.punctual`.

500 arrivals a second for ten seconds against a server that only answers, on a core of its own; then once more
with the server frozen (SIGSTOP) for two seconds in the middle. Two drivers in one run, each in a process of
its own on the other core:

* gladi: operators on the wall clock, requests in greenlets, every operation recorded;
* the peer: Locust's FastHttpUser, 500 users with constant_throughput(1), as its handbook advises.

`sent` is what each sent of the 5,000 that were due; `p99` what it reports as the 99th percentile of latency
(gladi from the intended moment, Locust from the moment it got round to sending). During the freeze the true
value is about two seconds.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

RATE, SECONDS = 500, 10


def ours(port: int) -> dict[str, float]:
    """gladi's dispatcher."""
    from gevent import monkey

    monkey.patch_all()
    import numpy as np

    from gladi.address import Address
    from gladi.live import LiveTarget
    from gladi.materials import Page
    from gladi.recorder import Recorder, history
    from gladi.targets.protocol import Phone
    from simulators.operations import Answer, Operation
    from simulators.wall_clock import WallEnvironment

    class Echo:
        def perform(self, phone: Phone, operation: Operation, page: Page) -> Answer:
            reply = phone.request("GET", "/", {})
            return Answer("ok", reply.status)

    with tempfile.TemporaryDirectory() as folder:
        recorder = Recorder(Path(folder) / "a.rec", 0)
        env = WallEnvironment(time.time() + 0.2)
        address = Address(f"http://127.0.0.1:{port}")
        target = LiveTarget(env, Echo(), address, {}, None, recorder, lambda *_: None)  # type: ignore[arg-type]

        def arrivals() -> Any:
            for number in range(RATE * SECONDS):
                yield env.timeout(max(0.0, number / RATE - env.now))
                target.perform(Operation("status", "1", "1", 1, "170801", "4g", number / RATE, 30.0))

        env.process(arrivals())
        env.run_until(SECONDS + 3.0)
        recorder.close()
        table = history([Path(folder) / "a.rec"])
    intended, started, ended = (table[name].to_numpy() for name in ("intended_s", "started_s", "ended_s"))
    late = (started - intended) * 1000
    return {
        "sent": float(len(intended)),
        "late_p50_ms": float(np.percentile(late, 50)),
        "late_p99_ms": float(np.percentile(late, 99)),
        "late_max_ms": float(late.max()),
        "p99_ms": float(np.percentile(ended - intended, 99) * 1000),
        "cpu_s": time.process_time(),
    }


def locust(port: int) -> dict[str, float]:
    """Locust as its handbook advises."""
    from gevent import monkey

    monkey.patch_all()
    import gevent
    from locust import FastHttpUser, constant_throughput, task
    from locust.env import Environment

    class Device(FastHttpUser):  # type: ignore[misc]
        host = f"http://127.0.0.1:{port}"
        wait_time = constant_throughput(1)

        @task  # type: ignore[untyped-decorator]
        def look(self) -> None:
            self.client.get("/")

    environment = Environment(user_classes=[Device])
    runner = environment.create_local_runner()
    runner.start(RATE, spawn_rate=RATE)
    gevent.sleep(1.0)
    environment.stats.clear_all()
    gevent.sleep(SECONDS)
    total = environment.stats.total
    found = {
        "sent": float(total.num_requests),
        "p99_ms": float(total.get_response_time_percentile(0.99)),
        "cpu_s": time.process_time(),
    }
    runner.quit()
    return found


def measure(driver: str, port: int, server: int, freeze: bool) -> dict[str, float]:
    """One driver in a fresh process on the first core."""
    command = [sys.executable, "-m", "tests.benchmarks.punctual", "--one", driver, str(port)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=lambda: _stay_on(0))  # noqa: PLW1509
    if freeze:
        threading.Timer(5.0, os.kill, (server, signal.SIGSTOP)).start()
        threading.Timer(7.0, os.kill, (server, signal.SIGCONT)).start()
    said, _ = running.communicate(timeout=60)
    result: dict[str, float] = json.loads(said.strip().splitlines()[-1])
    return result


def _stay_on(core: int) -> None:
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[core % len(cores)]})


def main() -> None:
    """Print both tables."""
    if "--one" in sys.argv:
        driver, port = sys.argv[2], int(sys.argv[3])
        print(json.dumps({"gladi": ours, "locust": locust}[driver](port)))
        return
    with socket.create_server(("127.0.0.1", 0)) as one:
        port = one.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.answering", str(port)],
        preexec_fn=lambda: _stay_on(1),  # noqa: PLW1509
    )
    try:
        time.sleep(1.5)
        print(f"{RATE} arrivals a second for {SECONDS} s ({RATE * SECONDS:,} due)")
        print(
            f"{'':<26}{'sent':>7}{'late p50':>10}{'p99':>8}{'max ms':>8}{'reported p99 ms':>18}{'CPU s':>8}"
        )
        for freeze in (False, True):
            for driver in ("gladi", "locust"):
                found = measure(driver, port, server.pid, freeze)
                late = [found.get(f"late_{name}_ms") for name in ("p50", "p99", "max")]
                words = "".join(
                    f"{'-' if one is None else f'{one:.1f}':>{9 - (i > 0)}}" for i, one in enumerate(late)
                )
                name = f"{driver}{', frozen for 2 s' if freeze else ''}"
                print(
                    f"{name:<26}{found['sent']:>7,.0f} {words}{found['p99_ms']:>18,.0f}{found['cpu_s']:>8.1f}"
                )
    finally:
        server.send_signal(signal.SIGCONT)
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
