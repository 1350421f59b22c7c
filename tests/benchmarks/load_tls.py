"""What TLS costs, on both sides: `python -m tests.benchmarks load_tls`.

The server is nginx, one worker, on the second core; the driver is on the first. Processor time of either is
read from the kernel's clock of the process within a window; a figure is the median of the rounds.

    connections   a new connection and one small GET, by gladi's own wire: plain, TLS whole, TLS resumed, by
                  protocol and by the server's key; and the same GET over a kept connection. A phone's side
                  includes keeping its session for the next time.
    requests      logins and uploads over kept connections (`load_speed`'s, through nginx to its target), for
                  a CPU second of the driver: gladi complete, FastHttpUser, bare gevent and geventhttpclient.
    memory        of a kept connection that has uploaded, and of a session of one that was closed.

Needs nginx and openssl; without them it says so and ends.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from gladi.load.driver import free_port
from tests.benchmarks.load_ground import Sink, cpu_s, ended, middle, sink, started
from tests.benchmarks.load_peers import body
from tests.benchmarks.load_speed import JOBS, measure, ratio
from tests.gladi.fronting import Front, front

PHONES = 32
WARM_S, WINDOW_S = 0.5, 2.0
WAYS = ("plain", "whole", "resumed", "kept plain", "kept")
HELD = 1_000
"""Connections and sessions held at once to weigh them."""


@dataclass(frozen=True)
class Behind(Sink):
    """The target of `load_speed` behind nginx: asked at `port` with TLS; `pid` is nginx's."""

    inner: Sink

    def counts(self) -> dict[str, int]:
        """What the target itself answered."""
        return self.inner.counts()


def certificates(folder: Path) -> dict[str, tuple[Path, Path]]:
    """An authority in `folder` and what it signed for 127.0.0.1: certificate and key, of each kind of key."""
    kinds = {"P-256": ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], "RSA-2048": ["rsa:2048"]}
    made = partial(subprocess.run, cwd=folder, check=True, capture_output=True)
    plain = ["openssl", "req", "-x509", "-nodes", "-days", "2"]
    made([*plain, "-newkey", *kinds["P-256"], "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=CA"])
    for kind, key in kinds.items():
        made([
            *plain, "-newkey", *key, "-keyout", f"{kind}.key", "-out", f"{kind}.pem", "-subj", "/CN=server",
            "-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "subjectAltName=IP:127.0.0.1",
            "-addext", "basicConstraints=critical,CA:FALSE",
        ])  # fmt: skip
    return {kind: (folder / f"{kind}.pem", folder / f"{kind}.key") for kind in kinds}


@contextmanager
def serving(
    folder: Path, certificate: tuple[Path, Path], settings: str = "", behind: str = ""
) -> Iterator[tuple[Front, int]]:
    """nginx on the second core, and the pid of its worker."""
    with front(folder, certificate, f"keepalive_timeout 600s; {settings}", behind) as found:
        worker = psutil.Process(found.pid).children()[0]
        mine = sorted(os.sched_getaffinity(0))
        worker.cpu_affinity([mine[1 % len(mine)]])
        yield found, worker.pid


# connections


def ask_away(way: str, port: int, pid: int, ca: str) -> dict[str, float]:
    """In this process: ask as fast as it goes; microseconds of either side for one."""
    import gevent

    from gladi.address import Address
    from gladi.http import Wire
    from gladi.wire.lines import Lines

    lines, bare = Lines(), "plain" in way
    address = Address(f"http{'' if bare else 's'}://127.0.0.1:{port}", "" if bare else ca)
    wire = Wire(address, lines=lines)
    keep_s = 600.0 if way.startswith("kept") else 0.0
    asked = 0

    def phone(number: int) -> None:
        nonlocal asked
        while True:
            line = f"{number}" if way != "whole" else f"{number}-{asked}"
            wire.request("GET", "/", {}, b"", 10.0, line, keep_s)
            asked += 1

    phones = [gevent.spawn(phone, number) for number in range(PHONES)]
    marks = []
    for pause_s in (WARM_S, WINDOW_S):
        gevent.sleep(pause_s)
        marks.append((asked, time.process_time(), cpu_s(pid), time.monotonic()))
    gevent.killall(phones)
    (count0, own0, theirs0, at0), (count1, own1, theirs1, at1) = marks
    many = count1 - count0
    resumed, whole = lines.sessions.resumed, lines.sessions.full
    assert way != "resumed" or whole <= PHONES, "somebody came back and did not resume"
    assert way != "whole" or not resumed, "somebody resumed"
    return {
        "own": (own1 - own0) / many * 1e6,
        "server": (theirs1 - theirs0) / many * 1e6,
        "per_s": many / (at1 - at0),
    }


def fresh(*words: str, **environment: str) -> Any:
    """What one of this file's ways prints as JSON, in a process of its own on the first core."""
    line = [sys.executable, "-m", "tests.benchmarks.load_tls", "--one", *words]
    running = started(line, [0], stdout=subprocess.PIPE, env={**os.environ, **environment})
    with ended([running]):
        told, _ = running.communicate(timeout=120)
    if running.returncode:
        sys.exit(f"{words} failed")
    return json.loads(told.splitlines()[-1])


def connections(rounds: int) -> None:
    """Print what a connection costs."""
    grounds = [("TLSv1.3", "P-256"), ("TLSv1.3", "RSA-2048"), ("TLSv1.2", "P-256")]
    print(f"a new connection and one GET, {rounds} rounds, microseconds of processor time")
    print(f"{'way':<12}{'protocol':>10}{'key':>10}{'gladi':>8}{'nginx':>8}{'per s':>9}")
    with tempfile.TemporaryDirectory() as name:
        made = certificates(Path(name))
        for protocol, kind in grounds:
            folder = Path(name, protocol + kind)
            folder.mkdir()
            ways = WAYS if (protocol, kind) == grounds[0] else ("whole", "resumed")
            plain = free_port()
            settings = f"ssl_protocols {protocol}; listen 127.0.0.1:{plain};"
            with serving(folder, made[kind], settings) as (server, pid):
                for way in ways:
                    port = plain if "plain" in way else server.port
                    told = [fresh("ask", way, str(port), str(pid), f"{name}/ca.pem") for _ in range(rounds)]
                    own, theirs, rate = (
                        middle([one[what] for one in told]) for what in ("own", "server", "per_s")
                    )
                    bare = "plain" in way
                    print(
                        f"{way:<12}{'' if bare else protocol:>10}{'' if bare else kind:>10}{own:>8.0f}"
                        f"{theirs:>8.0f}{rate:>9,.0f}",
                        flush=True,
                    )


# requests


def requests(rounds: int) -> None:
    """Print logins and uploads for a CPU second of the driver, over TLS."""
    with sink([1]) as inner, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        certificate = certificates(folder)["P-256"]
        # the body passes through as it comes; connections to the target are kept
        settings = "proxy_request_buffering off; proxy_buffering off; proxy_set_header Connection '';"
        with serving(folder, certificate, settings, inner.url) as (server, pid):
            os.environ["LOAD_CA"] = f"{name}/ca.pem"
            target = Behind(server.port, pid, inner)
            for job in JOBS:
                (folder / job).write_bytes(body(job))
                told = [
                    {
                        driver: measure(driver, job, target, folder)
                        for driver in ("gladi", "FastHttpUser", "bare")
                    }
                    for _ in range(rounds)
                ]
                print(f"\n{job} over TLS, {rounds} rounds")
                head = f"{'driver':<14}{'per CPU s':>10}{'per s':>9}{'busy':>7}{'nginx':>8}"
                print(f"{head}{'gladi against it':>18}")
                for driver in told[0]:
                    of = {what: middle([one[driver][what] for one in told]) for what in told[0][driver]}
                    if of["errors"]:
                        sys.exit(f"{driver} met {of['errors']:.0f} errors: the comparison does not count")
                    against = "" if driver == "gladi" else f"{ratio(told, driver):.2f}"
                    print(
                        f"{driver:<14}{of['per_cpu_s']:>10,.0f}{of['per_s']:>9,.0f}{of['busy']:>7.0%}"
                        f"{of['target']:>8.0%}{against:>18}",
                        flush=True,
                    )
            del os.environ["LOAD_CA"]


# memory


def weigh(port: int, ca: str) -> dict[str, float]:
    """In this process: bytes of a kept connection that has uploaded, and of a session."""
    import gc

    from gladi.address import Address
    from gladi.http import Wire
    from gladi.wire.lines import Lines

    def resident() -> int:
        gc.collect()
        return int(psutil.Process().memory_info().rss)

    lines = Lines(most=2 * HELD)
    wire = Wire(Address(f"https://127.0.0.1:{port}", ca), lines=lines)
    photo = bytes(300_000)
    wire.request("POST", "/", {}, photo, 10.0, "first")
    empty = resident()
    for number in range(HELD):
        wire.request("POST", "/", {}, photo, 10.0, str(number))
    kept = resident()
    assert lines.kept == HELD + 1
    # Beside the connections, whose memory would else come back to be used again.
    sessions = [connection._tls.session for connection in lines._own.values()]  # type: ignore[attr-defined]
    assert len(sessions) == lines.kept
    return {"connection": (kept - empty) / HELD, "session": (resident() - kept) / HELD}


def memory() -> None:
    """Print what is held for each phone."""
    with tempfile.TemporaryDirectory() as name:
        made = certificates(Path(name))
        with serving(Path(name), made["P-256"]) as (server, _):
            told = fresh("weigh", str(server.port), f"{name}/ca.pem")
    print(f"\na kept connection that has uploaded {told['connection'] / 1e3:,.1f} KB, ", end="")
    print(f"a session of a closed one {told['session'] / 1e3:,.1f} KB")


def main() -> None:
    """Print all of it, or what is asked for."""
    if "--one" in sys.argv:
        what, *given = sys.argv[sys.argv.index("--one") + 1 :]
        if what == "weigh":
            print(json.dumps(weigh(int(given[0]), given[1])))
        else:
            print(json.dumps(ask_away(given[0], int(given[1]), int(given[2]), given[3])))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=("connections", "requests", "memory"))
    chosen = parser.parse_args()
    if missing := [tool for tool in ("nginx", "openssl") if shutil.which(tool) is None]:
        sys.exit(f"not here: {', '.join(missing)}")
    if chosen.only in (None, "connections"):
        connections(chosen.rounds)
    if chosen.only in (None, "requests"):
        requests(chosen.rounds)
    if chosen.only in (None, "memory"):
        memory()


if __name__ == "__main__":
    main()
