"""``python -m tests.benchmarks.stack``: how near the reference stack comes to what this machine can do at
all.

Each figure stands beside a floor measured in the same run, because the same machine differs several times
over between hours: trust the ratios. The floors are the same work without a server around it:

- logins: argon2id hashes with the same parameters, on as many threads as the stack has;
- uploads: the same bytes written to a tmp file, fsync, rename, fsync of the folder, with as many writers as
    the
  benchmark has phones.

Uploads run against a stack whose password hash is made cheap, only so that hundreds of phones can be logged
in quickly; an upload itself hashes no password.
"""

import argparse
import hashlib
import json
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import argon2
import gevent
import psutil
from geventhttpclient import HTTPClient

from sirekap.settings import Settings
from tests.sirekap.kpps_phone import NUMBERS, PASSWORD, Stack, bearer, register, sirekap, tps_code, up

CHEAP_HASH = {"SIREKAP_ARGON2_MEMORY_KIB": "64", "SIREKAP_ARGON2_PASSES": "1"}
TPS_MAX = 999


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
    writes: Rate
    uploads: Rate
    reads: Rate
    rest_pss_mb: float
    peak_pss_mb: float
    peak_rss_mb: float


def main() -> None:
    """Measure, then print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5.0, help="length of each measurement")
    parser.add_argument("--phones", type=int, default=16, help="concurrent uploads and writers")
    parser.add_argument("--photo-bytes", type=int, default=300_000)
    parser.add_argument("--tps", type=int, default=900, help="TPS whose pages are uploaded, at most 999")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    result = measure(arguments.seconds, arguments.phones, arguments.photo_bytes, min(arguments.tps, TPS_MAX))
    print(json.dumps(asdict(result)) if arguments.json else table(result))


def measure(seconds: float, phones: int, photo_bytes: int, tps: int) -> Result:
    """Run everything once, stacks included."""
    with tempfile.TemporaryDirectory(prefix="sirekap-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        hashes_before = raw_hashes(seconds / 2)
        stack, start_s = started(folder / "logins")
        with ended(stack), Memory(stack) as memory:
            rest_pss_mb = memory.pss_mb()
            logins = measured_logins(stack, seconds)
            login_peak = (memory.peak_pss_mb, memory.peak_rss_mb)
        hashes = mean(hashes_before, raw_hashes(seconds / 2))
        writes_before = raw_writes(folder / "raw-1", seconds / 2, phones, photo_bytes)
        stack, _ = started(folder / "uploads", CHEAP_HASH)
        with ended(stack), Memory(stack) as memory:
            uploads = measured_uploads(stack, seconds, phones, photo_bytes, tps)
            reads = measured_reads(stack, seconds, phones)
            peak = (memory.peak_pss_mb, memory.peak_rss_mb)
        writes = mean(writes_before, raw_writes(folder / "raw-2", seconds / 2, phones, photo_bytes))
    return Result(
        start_s,
        hashes,
        logins,
        writes,
        uploads,
        reads,
        rest_pss_mb,
        max(login_peak[0], peak[0]),
        max(login_peak[1], peak[1]),
    )


def table(result: Result) -> str:
    """The figures for a person."""
    rows = [
        ("argon2id hashes, raw", result.hashes, None),
        ("logins", result.logins, result.hashes),
        ("durable writes, raw", result.writes, None),
        ("durable uploads", result.uploads, result.writes),
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
    return threaded(
        settings.hash_threads * settings.api_workers, seconds, lambda n: hasher.verify(encoded, PASSWORD)
    )


def mean(before: Rate, after: Rate) -> Rate:
    """A floor measured before and after what it is compared with, as other work comes and goes."""
    return Rate((before.per_s + after.per_s) / 2)


def raw_writes(target: Path, seconds: float, writers: int, size_bytes: int) -> Rate:
    """tmp file, write, fsync, rename, fsync of the folder."""
    target.mkdir()
    content = os.urandom(size_bytes)

    def write(number: int) -> None:
        tmp = target / f"{number}.tmp"
        with tmp.open("wb", buffering=0) as file:
            file.write(content)
            os.fsync(file.fileno())
        tmp.rename(target / f"{number}.jpg")
        fd = os.open(target, os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(fd)
        os.close(fd)

    return threaded(writers, seconds, write)


def threaded(threads: int, seconds: float, work: Callable[[int], object]) -> Rate:
    """Rate of `work` (given a number of its own each time) on so many threads."""
    deadline = time.monotonic() + seconds
    began_s = time.monotonic()

    def loop(first: int) -> int:
        done = 0
        while time.monotonic() < deadline:
            work(first + done * threads)
            done += 1
        return done

    with ThreadPoolExecutor(threads) as pool:
        total = sum(pool.map(loop, range(threads)))
    return Rate(total / (time.monotonic() - began_s))


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
        enter(stack, f"{tps_code(number)}-1", Requests(stack.url))
    deadline = time.monotonic() + seconds
    numbers = iter(range(1, 9))

    def loop(send: Callable[..., Any]) -> None:
        body = login_body(f"{tps_code(next(numbers))}-1")
        while time.monotonic() < deadline:
            send("/v1/login", body, JSON)

    return Requests(stack.url).run(8, loop)


def login_body(account: str) -> bytes:
    """A login."""
    return json.dumps({"account": account, "password": PASSWORD, "device": "bench"}).encode()


def enter(stack: Stack, account: str, requests: Requests) -> str:
    """Activate and log in; the token."""
    tokens: list[str] = []

    def loop(send: Callable[..., Any]) -> None:
        body = {
            "account": account,
            "activation_code": f"kode-{account}",
            "password": PASSWORD,
            "device": "bench",
        }
        send("/v1/activate", json.dumps(body).encode(), JSON)
        tokens.append(send("/v1/login", login_body(account), JSON)["token"])

    requests.run(1, loop)
    return tokens[0]


def measured_uploads(stack: Stack, seconds: float, phones: int, size_bytes: int, tps: int) -> Rate:
    """Three pages of each TPS, each another photo, until the time or the TPS are used up."""
    register(stack, tps)
    tokens = {
        number: enter(stack, f"{tps_code(number)}-1", Requests(stack.url)) for number in range(1, tps + 1)
    }
    pages = iter([(number, page) for page in (1, 2, 3) for number in tokens])
    filling = os.urandom(size_bytes - 22)
    deadline = time.monotonic() + seconds

    def loop(send: Callable[..., Any]) -> None:
        for number, page in pages:
            code = tps_code(number)
            photo = b"\xff\xd8\xff\xe0" + f"{code}{page:03d}".encode() + filling + b"\xff\xd9"
            body = (
                b'--batas\r\nContent-Disposition: form-data; name="numbers"\r\n\r\n'
                + json.dumps(NUMBERS[page]).encode()
                + b'\r\n--batas\r\nContent-Disposition: form-data; name="photo"; filename="p.jpg"\r\n'
                + b"Content-Type: image/jpeg\r\n\r\n"
                + photo
                + b"\r\n--batas--\r\n"
            )
            headers = {
                **bearer(tokens[number]),
                "Content-Type": "multipart/form-data; boundary=batas",
                "Idempotency-Key": f"bench-{code}-{page}",
                "X-Photo-SHA256": hashlib.sha256(photo).hexdigest(),
            }
            while send(f"/v1/tps/{code}/forms/ppwp/pages/{page}", body, headers) is None:
                if time.monotonic() > deadline:
                    return
            if time.monotonic() > deadline:
                return

    return Requests(stack.url).run(phones, loop)


def measured_reads(stack: Stack, seconds: float, phones: int) -> Rate:
    """The national total, as the public reads it."""
    deadline = time.monotonic() + seconds

    def loop(send: Callable[..., Any]) -> None:
        while time.monotonic() < deadline:
            send("/public/v1/national", None, {})

    return Requests(stack.url).run(phones, loop)


if __name__ == "__main__":
    main()
