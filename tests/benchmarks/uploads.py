"""``python -m tests.benchmarks.uploads``: durable page uploads against what this machine can do at all.

In rounds, for the machine is shared with strangers: in each, one after the other and with as many clients,

- files: the same bytes to a tmp file, fsync, rename, fsync of the folder, as anybody would write them;
- commits: pgbench inserts one row and commits, into the stack's own PostgreSQL with its own settings;
- uploads: phones send pages of 300 KB to the stack and get their receipts.

The floor of a round is the slower of the first two. All run on the same cores with the same priority; what
the load generator takes of them is told, and so is what an upload costs the stack. The worker that reads
photos is left out (it gives way anyway), the publisher counts in the API instead.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from sirekap.database.names import DATABASE, ROLE
from tests.benchmarks.crowd import PHOTO_BYTES, Crowd, crowd, entered
from tests.benchmarks.offered import Generator
from tests.sirekap.kpps_phone import Stack, sirekap, up

ENVIRON = {
    "SIREKAP_ARGON2_MEMORY_KIB": "64",  # hundreds of phones log in first; an upload hashes no password
    "SIREKAP_ARGON2_PASSES": "1",
    "SIREKAP_NICENESS": "0",
    "SIREKAP_WORKERS": "0",
}
TABLE = "CREATE TABLE IF NOT EXISTS floor (id bigserial PRIMARY KEY, key text UNIQUE, content text)"
INSERT = "INSERT INTO floor (key, content) VALUES (gen_random_uuid(), repeat('x', 500));"


@dataclass(frozen=True)
class Round:
    """Rates a second; processor time in ms an upload; `generator` is its share of one core."""

    files: float
    commits: float
    uploads: float
    p50_ms: float
    p99_ms: float
    refused: int
    stack_cpu_ms: float
    generator: float

    @property
    def share(self) -> float:
        """Uploads against the floor."""
        return self.uploads / min(self.files, self.commits)


def main() -> None:
    """Measure, then print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="length of each measurement")
    parser.add_argument("--phones", type=int, default=16, help="clients of all three")
    parser.add_argument("--tps", type=int, default=2000, help="three pages each, sent once")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rounds = measure(given.rounds, given.seconds, given.phones, given.tps)
    print(json.dumps([asdict(one) for one in rounds]) if given.json else table(rounds))


def measure(rounds: int, seconds: float, phones: int, tps: int) -> list[Round]:
    """All rounds on one stack."""
    with tempfile.TemporaryDirectory(prefix="sirekap-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        stack = up(folder / "stack", environ=ENVIRON)
        try:
            people = crowd(stack, entered(stack, tps), 1)
            _round(stack, people, folder / "warm", 0.5, phones)
            return [_round(stack, people, folder / str(n), seconds, phones) for n in range(rounds)]
        finally:
            sirekap("down", "--dir", str(stack.dir))


def table(rounds: list[Round]) -> str:
    """The rounds and their medians for a person."""
    lines = [
        f"{'round':<8}{'files/s':>9}{'commits/s':>11}{'uploads/s':>11}{'of floor':>10}"
        f"{'p50 ms':>8}{'p99 ms':>8}{'stack ms':>10}{'generator':>11}"
    ]
    rows: list[tuple[str, Round]] = [(str(n), one) for n, one in enumerate(rounds, 1)]
    names = list(asdict(rounds[0]))
    middle = Round(**{name: statistics.median(getattr(one, name) for one in rounds) for name in names})
    for label, one in [*rows, ("median", middle)]:
        share = one.share if one is not middle else statistics.median(each.share for each in rounds)
        lines.append(
            f"{label:<8}{one.files:>9.0f}{one.commits:>11.0f}{one.uploads:>11.0f}{share:>10.0%}"
            f"{one.p50_ms:>8.1f}{one.p99_ms:>8.1f}{one.stack_cpu_ms:>10.2f}{one.generator:>11.0%}"
        )
    refused = sum(one.refused for one in rounds)
    lines.append(
        f"{refused} refused; stack ms: processor time of the stack an upload; generator: of one core"
    )
    return "\n".join(lines)


def _round(stack: Stack, people: Crowd, folder: Path, seconds: float, phones: int) -> Round:
    files = raw_writes(folder, seconds, phones, PHOTO_BYTES)
    commits = raw_commits(stack, seconds, phones)
    generator = Generator(int(stack.url.rpartition(":")[2]), patience_s=30.0, slo_s=30.0)
    before_s = _cpu_s(stack)
    outcome = generator.saturate(phones, seconds, people.upload)
    cpu_s = _cpu_s(stack) - before_s
    generator.close()
    told = outcome.kinds["upload"]
    if told.wrong or told.gone or not people.pages:
        raise RuntimeError(f"{told.statuses} and {told.gone} gone; {len(people.pages)} pages left")
    cuts = statistics.quantiles(told.latencies_s, n=100)
    return Round(
        files,
        commits,
        told.good / outcome.seconds,
        cuts[49] * 1000,
        cuts[98] * 1000,
        told.refused,
        cpu_s / told.good * 1000,
        outcome.busy,
    )


def raw_writes(folder: Path, seconds: float, writers: int, size_bytes: int) -> float:
    """tmp file, write, fsync, rename, fsync of the folder: how many a second."""
    folder.mkdir()
    content = os.urandom(size_bytes)

    def write(number: int) -> None:
        tmp = folder / f"{number}.tmp"
        with tmp.open("wb", buffering=0) as file:
            file.write(content)
            os.fsync(file.fileno())
        tmp.rename(folder / f"{number}.jpg")
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(fd)
        os.close(fd)

    return threaded(writers, seconds, write)


def raw_commits(stack: Stack, seconds: float, clients: int) -> float:
    """pgbench: insert a row with a unique key and commit; how many a second."""
    record = stack.record()
    keys = json.loads((stack.dir / "secrets.json").read_text())
    binaries = Path(record["postgres_bin"])
    where = ["-h", "127.0.0.1", "-p", str(record["postgres_port"]), "-U", ROLE]
    environ = {**os.environ, "PGPASSWORD": keys["postgres_password"]}
    script = stack.dir / "insert.sql"
    script.write_text(INSERT)
    for command in (
        [_program(binaries, "psql"), *where, "-q", "-c", TABLE, DATABASE],
        [_program(binaries, "pgbench"), *where, "-n", "-M", "prepared", "-c", str(clients), "-j", "2",
         "-T", str(max(1, round(seconds))), "-f", str(script), DATABASE],
    ):  # fmt: skip
        done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith("tps = "))
    return float(line.split()[2])


def _program(binaries: Path, name: str) -> str:
    """A client program: of the wheel, where the server's own folder holds the server alone."""
    if (binaries / name).exists():
        return str(binaries / name)
    from sirekap.stack.postgres import find_binaries

    return str(find_binaries() / name)


def threaded(threads: int, seconds: float, work: Callable[[int], object]) -> float:
    """Rate of `work` (given a number of its own each time) on so many threads."""
    began_s = time.monotonic()
    deadline = began_s + seconds

    def loop(first: int) -> int:
        done = 0
        while time.monotonic() < deadline:
            work(first + done * threads)
            done += 1
        return done

    with ThreadPoolExecutor(threads) as pool:
        total = sum(pool.map(loop, range(threads)))
    return total / (time.monotonic() - began_s)


def _cpu_s(stack: Stack) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes(stack))


def processes(stack: Stack) -> Iterator[psutil.Process]:
    """Every process of the stack that is there now."""
    for component in stack.record()["components"].values():
        try:
            parent = psutil.Process(component["pid"])
            yield from (parent, *parent.children(recursive=True))
        except psutil.Error:
            continue


if __name__ == "__main__":
    main()
