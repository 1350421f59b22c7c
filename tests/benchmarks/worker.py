"""What one worker reads in a second, and what the queue around the reading costs.

`python -m tests.benchmarks worker [--photos N] [--json FILE]`

A stack with one worker is given N photos of all seven forms while the worker stands still; then it goes.
For comparison the reader of a worker is fed the same photos, without queue, database and photo store.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from sirekap.forms.fields import ELECTION
from sirekap.forms.layout import digest
from sirekap.work.frames import LENGTHS, frame
from sirekap.work.reader import ONE_THREAD
from tests.sirekap.filled_sheets import FilledPage, again, filled, register_contests, send, sheet_layout
from tests.sirekap.kpps_phone import Stack, ready_phone, register, sirekap, up
from tests.sirekap.offices import in_database

WAIT_S = 600.0


@dataclass(frozen=True)
class Figures:
    """Times a photo; `share` is how much of the time of plain reading the queue leaves."""

    photos: int
    per_s: float
    reader_cpu_ms: float
    worker_cpu_ms: float
    postgres_cpu_ms: float
    alone_cpu_ms: float
    alone_per_s: float
    share: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks worker", description=__doc__)
    parser.add_argument("--photos", type=int, default=240)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    album = [page for form in ELECTION for page in filled(form, 1)]
    alone_s, alone_cpu_s = alone(album)
    with tempfile.TemporaryDirectory(prefix="sirekap-") as folder:
        directory = Path(folder) / "stack"
        try:
            figures = measured(up(directory, "--workers", "1"), album, given.photos, alone_s, alone_cpu_s)
        finally:
            sirekap("down", "--dir", str(directory))
    print(f"{'photos':<34}{figures.photos:>8}")
    print(f"{'read by one worker':<34}{figures.per_s:>8.1f} /s")
    print(f"{'the reader alone':<34}{figures.alone_per_s:>8.1f} /s")
    print(f"{'of that':<34}{figures.share:>8.0%}")
    for what in ("reader", "worker", "postgres", "alone"):
        print(f"{'CPU a photo: ' + what:<34}{getattr(figures, what + '_cpu_ms'):>8.1f} ms")
    if given.json:
        given.json.write_text(json.dumps(asdict(figures), indent=1) + "\n")


def alone(album: list[FilledPage]) -> tuple[float, float]:
    """Wall and CPU seconds a photo of a worker's reader that is fed one after the other."""
    reader = subprocess.Popen(
        [sys.executable, "-m", "sirekap.work.reader_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **ONE_THREAD},
    )
    assert reader.stdin and reader.stdout
    layouts = {digest(sheet_layout(form)): sheet_layout(form) for form in ELECTION}
    new = layouts
    try:
        for _ in range(2):  # the first warms it
            began_s, before_s = time.perf_counter(), cpu_s(psutil.Process(reader.pid))
            for page in album:
                own = digest(sheet_layout(page.form))
                others = [one for one in layouts if one != own]
                head = {"mode": "sound", "page": page.page, "layout": own, "known": others}
                reader.stdin.write(frame({**head, "layouts": new, "anew": False}, page.jpeg))
                new = {}
                reader.stdin.flush()
                reader.stdout.read(sum(LENGTHS.unpack(reader.stdout.read(LENGTHS.size))))
            took_s = time.perf_counter() - began_s
        return took_s / len(album), (cpu_s(psutil.Process(reader.pid)) - before_s) / len(album)
    finally:
        reader.stdin.close()
        reader.wait(10)


def measured(
    stack: Stack, album: list[FilledPage], photos: int, alone_s: float, alone_cpu_s: float
) -> Figures:
    """Fill the queue, let the worker go, wait until it is empty."""
    stations = -(-photos // len(album)) + 1
    register(stack, stations)
    register_contests(stack)
    warm = ready_phone(stack, stations)
    for page in album[:3]:
        send(warm, page).raise_for_status()
    empty(stack)
    worker = psutil.Process(stack.pid("worker-1"))
    worker.send_signal(signal.SIGSTOP)
    sent = 0
    for number in range(1, stations):
        phone = ready_phone(stack, number)
        for page in album:
            send(phone, again(page, phone.tps)).raise_for_status()
            sent += 1
    postgres = psutil.Process(stack.pid("postgres"))
    before = [cpu_s(one) for one in (worker.children()[0], worker)] + [family_cpu_s(postgres)]
    worker.send_signal(signal.SIGCONT)
    began_s = time.perf_counter()
    empty(stack)
    took_s = time.perf_counter() - began_s
    after = [cpu_s(one) for one in (worker.children()[0], worker)] + [family_cpu_s(postgres)]
    reader_ms, worker_ms, postgres_ms = (
        (late - early) / sent * 1000 for early, late in zip(before, after, strict=True)
    )
    return Figures(
        photos=sent,
        per_s=sent / took_s,
        reader_cpu_ms=reader_ms,
        worker_cpu_ms=worker_ms,
        postgres_cpu_ms=postgres_ms,
        alone_cpu_ms=alone_cpu_s * 1000,
        alone_per_s=1 / alone_s,
        share=alone_s * sent / took_s,
    )


def cpu_s(process: psutil.Process) -> float:
    """CPU seconds of one process so far."""
    times = process.cpu_times()
    return float(times.user + times.system)


def family_cpu_s(process: psutil.Process) -> float:
    """CPU seconds of a process and its children so far."""
    return sum(cpu_s(one) for one in (process, *process.children(recursive=True)))


def empty(stack: Stack) -> None:
    """Return when every job is done."""

    async def open_jobs(connection: Any) -> int:
        sql = "SELECT count(*) FROM reading_job WHERE state IN ('waiting', 'taken')"
        return int(await connection.fetchval(sql))

    deadline_s = time.monotonic() + WAIT_S
    while in_database(stack, open_jobs):
        if time.monotonic() > deadline_s:
            raise TimeoutError(f"the queue was not empty after {WAIT_S:.0f} s")
        time.sleep(0.1)


if __name__ == "__main__":
    main()
