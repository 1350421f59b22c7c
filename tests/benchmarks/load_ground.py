"""The ground on which load drivers are compared: a target, and their CPU time as seen from outside.

The target is `load_sink.c`, compiled here with the machine's `cc`: it answers faster than any of the
drivers can ask, and counts for itself what it answered. A driver is a process; what it has used is read
from the clock that the kernel keeps of it (user and system time, all its threads), before and after a
window in which the target counts: so start-up is left out, and every driver is measured in the same way,
whatever it says of itself.
"""

import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

HERE = Path(__file__).parent
TOOLS = Path(".tools")
K6 = TOOLS / "bin" / "k6"
AUTOCANNON = TOOLS / "peers" / "autocannon" / "node_modules" / "autocannon" / "autocannon.js"
_ROW = struct.Struct("<dd")


@dataclass(frozen=True)
class Sink:
    """The running target."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def counts(self) -> dict[str, int]:
        """What it has answered so far: logins, uploads, others, body_bytes, malformed, connections."""
        with urlopen(f"{self.url}/counts", timeout=30) as reply:
            found: dict[str, int] = json.load(reply)
        return found

    def taken(self) -> list[tuple[float, float]]:
        """(arrival, answer) of every request since the last call, epoch seconds, in the order of arrival."""
        with urlopen(f"{self.url}/taken", timeout=30) as reply:
            return sorted(_ROW.iter_unpack(reply.read()))


@contextmanager
def sink(cores: Sequence[int]) -> Iterator[Sink]:
    """The target on `cores` (numbers of those this process may use), ended on leaving."""
    compiler = shutil.which("cc")
    if compiler is None:
        sys.exit("the target of this benchmark is a C program: install a C compiler (cc)")
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "load_sink"
        subprocess.run([compiler, "-O2", "-o", program, HERE / "load_sink.c"], check=True)
        with socket.create_server(("127.0.0.1", 0)) as one:
            port = one.getsockname()[1]
        running = started([str(program), str(port)], cores)
        try:
            deadline = time.monotonic() + 5
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except ConnectionRefusedError:
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(0.02)
            yield Sink(port, running.pid)
        finally:
            running.kill()
            running.wait()


def started(command: Sequence[str], cores: Sequence[int], **given: Any) -> "subprocess.Popen[str]":
    """A process that stays on `cores`, counted among those that this one may use."""
    mine = sorted(os.sched_getaffinity(0))
    wanted = {mine[core % len(mine)] for core in cores}
    return subprocess.Popen(
        command,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, wanted),  # noqa: PLW1509
        **given,
    )


@contextmanager
def ended(running: Sequence["subprocess.Popen[str]"]) -> Iterator[None]:
    """Whatever happens, none of these processes outlives the block."""
    try:
        yield
    finally:
        for one in running:
            if one.poll() is None:
                one.kill()
            one.wait()


def cpu_s(pid: int) -> float:
    """User and system seconds that all threads of a running process have used."""
    return time.clock_gettime((~pid << 3) | 2)  # what clock_getcpuclockid(3) makes of a pid


def missing_tools() -> list[str]:
    """Which peers are not here, and how they come."""
    found = []
    if not K6.is_file():
        found.append("k6: sh tools/k6.sh")
    if not AUTOCANNON.is_file():
        found.append("autocannon: sh tools/autocannon.sh")
    if shutil.which("wrk") is None:
        found.append("wrk: a package of most distributions")
    return found


def middle(values: Sequence[float]) -> float:
    """The median."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]
