"""``python -m tests.benchmarks.stack``: how near the reference stack comes to what this machine can do at
all, in logins and public totals, and what memory it takes. Uploads are in `tests.benchmarks.uploads`.

Each figure stands beside a floor measured in the same run, because the same machine differs several times
over between hours: trust the ratios. The floor of logins is argon2id hashes with the same parameters, on as
many threads as the stack has.
"""

import argparse
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import argon2
import gevent
import psutil
from geventhttpclient import HTTPClient

from sirekap.settings import Settings
from tests.benchmarks.uploads import threaded
from tests.sirekap.kpps_phone import PASSWORD, Stack, ready_phone, register, sirekap, tps_code, up

CHEAP_HASH = {"SIREKAP_ARGON2_MEMORY_KIB": "64", "SIREKAP_ARGON2_PASSES": "1"}


@dataclass(frozen=True)
class Rate:
    """A measured rate; latencies are 0 where there is no request."""

    per_s: float
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    refused: int = 0


@dataclass(frozen=True)
class Result:
    """All figures of one run."""

    start_s: float
    hashes: Rate
    logins: Rate
    reads: Rate
    rest_pss_mb: float
    peak_pss_mb: float
    peak_rss_mb: float


def main() -> None:
    """Measure, then print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5.0, help="length of each measurement")
    parser.add_argument("--phones", type=int, default=16, help="who read the totals at once")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    result = measure(arguments.seconds, arguments.phones)
    print(json.dumps(asdict(result)) if arguments.json else table(result))


def measure(seconds: float, phones: int) -> Result:
    """Run everything once, stacks included."""
    with tempfile.TemporaryDirectory(prefix="sirekap-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        hashes_before = raw_hashes(seconds / 2)
        stack, start_s = started(folder / "logins")
        with ended(stack), Memory(stack) as memory:
            rest_pss_mb = memory.pss_mb()
            logins = measured_logins(stack, seconds)
            reads = measured_reads(stack, seconds, phones)
            peak = (memory.peak_pss_mb, memory.peak_rss_mb)
        hashes = mean(hashes_before, raw_hashes(seconds / 2))
    return Result(start_s, hashes, logins, reads, rest_pss_mb, *peak)


def table(result: Result) -> str:
    """The figures for a person."""
    rows = [
        ("argon2id hashes, raw", result.hashes, None),
        ("logins", result.logins, result.hashes),
        ("public totals", result.reads, None),
    ]
    lines = [f"{'':<24}{'per s':>9}{'of floor':>10}{'p50 ms':>9}{'p99 ms':>9}{'refused':>9}"]
    for label, rate, floor in rows:
        share = f"{rate.per_s / floor.per_s:.0%}" if floor else ""
        times = f"{rate.p50_ms:>9.1f}{rate.p99_ms:>9.1f}{rate.refused:>9}" if rate.p50_ms else ""
        lines.append(f"{label:<24}{rate.per_s:>9.1f}{share:>10}{times}")
    lines.append(f"start {result.start_s:.2f} s, first start with initdb")
    lines.append(
        f"memory of the whole stack: {result.rest_pss_mb:.0f} MB at rest, {result.peak_pss_mb:.0f} MB "
        f"at peak (PSS; sum of RSS {result.peak_rss_mb:.0f} MB, which counts shared pages once a process)"
    )
    return "\n".join(lines)


def started(directory: Path, environ: dict[str, str] | None = None) -> tuple[Stack, float]:
    """A running stack and how long its start took."""
    began_s = time.monotonic()
    stack = up(directory, environ=environ)
    return stack, time.monotonic() - began_s


class ended:  # noqa: N801 - reads as a word in a with statement
    """Ends a stack when its block ends."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def __enter__(self) -> None:
        return None

    def __exit__(self, *exception: object) -> None:
        sirekap("down", "--dir", str(self._stack.dir))


class Memory:
    """Samples the memory of all processes of a stack four times a second, from a thread."""

    def __init__(self, stack: Stack) -> None:
        self._pids = [c["pid"] for c in stack.record()["components"].values()]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self.peak_pss_mb = 0.0
        self.peak_rss_mb = 0.0

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join()

    def pss_mb(self) -> float:
        """Proportional set size of the whole stack now."""
        return self._now()[0]

    def _sample(self) -> None:
        while not self._stop.wait(0.25):
            pss_mb, rss_mb = self._now()
            self.peak_pss_mb, self.peak_rss_mb = max(self.peak_pss_mb, pss_mb), max(self.peak_rss_mb, rss_mb)

    def _now(self) -> tuple[float, float]:
        pss = rss = 0
        for pid in self._pids:
            try:
                processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
            except psutil.Error:
                continue
            for process in processes:
                try:
                    info = process.memory_full_info()
                except psutil.Error:
                    continue
                pss, rss = pss + info.pss, rss + info.rss
        return pss / 1e6, rss / 1e6


def raw_hashes(seconds: float) -> Rate:
    """argon2id verifications a second, with the stack's parameters and as many threads as it has."""
    settings = Settings()
    hasher = argon2.PasswordHasher(
        time_cost=settings.argon2_passes,
        memory_cost=settings.argon2_memory_kib,
        parallelism=settings.argon2_lanes,
    )
    encoded = hasher.hash(PASSWORD)
    threads = settings.hash_threads * settings.api_workers
    return Rate(threaded(threads, seconds, lambda n: hasher.verify(encoded, PASSWORD)))


def mean(before: Rate, after: Rate) -> Rate:
    """A floor measured before and after what it is compared with, as other work comes and goes."""
    return Rate((before.per_s + after.per_s) / 2)


class Requests:
    """Requests of many phones, each a greenlet with a connection of its own."""

    def __init__(self, url: str) -> None:
        host, _, port = url.removeprefix("http://").partition(":")
        self._host, self._port = host, int(port)
        self.times_s: list[float] = []
        self.refused = 0

    def run(self, phones: int, loop: Callable[[Callable[..., Any]], None]) -> Rate:
        """Let every phone run `loop`, which gets a function that sends one POST or GET."""
        began_s = time.monotonic()
        gevent.joinall([gevent.spawn(self._phone, loop) for _ in range(phones)], raise_error=True)
        taken_s = time.monotonic() - began_s
        cuts = statistics.quantiles(self.times_s, n=100) if len(self.times_s) > 1 else [0.0] * 99
        return Rate(len(self.times_s) / taken_s, cuts[49] * 1000, cuts[98] * 1000, self.refused)

    def _phone(self, loop: Callable[[Callable[..., Any]], None]) -> None:
        client = HTTPClient(
            self._host, self._port, concurrency=1, connection_timeout=10.0, network_timeout=30.0
        )

        def send(path: str, body: bytes | None, headers: dict[str, str]) -> Any:
            began_s = time.monotonic()
            answer = client.get(path, headers) if body is None else client.post(path, body, headers)
            content = answer.read()
            if answer.status_code == 503:
                self.refused += 1
                gevent.sleep(0.05)
                return None
            if answer.status_code not in (200, 201):
                raise RuntimeError(f"{path} answered {answer.status_code}: {bytes(content)[:300]!r}")
            self.times_s.append(time.monotonic() - began_s)
            return json.loads(bytes(content))

        try:
            loop(send)
        finally:
            client.close()


JSON = {"Content-Type": "application/json"}


def measured_logins(stack: Stack, seconds: float) -> Rate:
    """Logins of eight accounts by eight phones."""
    register(stack, 8)
    for number in range(1, 9):
        ready_phone(stack, number)
    deadline = time.monotonic() + seconds
    numbers = iter(range(1, 9))

    def loop(send: Callable[..., Any]) -> None:
        body = login_body(f"{tps_code(next(numbers))}-1")
        while time.monotonic() < deadline:
            send("/v1/login", body, JSON)

    return Requests(stack.url).run(8, loop)


def login_body(account: str) -> bytes:
    """A login."""
    return json.dumps({"account": account, "password": PASSWORD, "device": "uji-1"}).encode()


def measured_reads(stack: Stack, seconds: float, phones: int) -> Rate:
    """The national total, as the public reads it."""
    deadline = time.monotonic() + seconds

    def loop(send: Callable[..., Any]) -> None:
        while time.monotonic() < deadline:
            send("/public/v1/national", None, {})

    return Requests(stack.url).run(phones, loop)


if __name__ == "__main__":
    main()
