"""What one process counts and times, in files that any process of the stack can read.

Several processes answer behind one port, so a scrape meets one of them and must tell of all. Each keeps its
numbers in mapped files in ``DIR/metrics``, named after the process ("api-1"), as prometheus-client has it,
and `exposition` adds them up. A process that starts removes what an earlier one of its name left, and holds a
lock for as long as it lives, so that what was in flight in one that was killed is not counted as still in
flight.

Labels are endpoint templates, methods, statuses and classes of work: never a TPS, an account or a token.
"""

import fcntl
import os
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, values

SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
FILES = ("counter", "histogram", "gauge_livesum", "gauge_livemax")  # one for each kind of metric
FILE_BYTES = 524_288  # far more than all labels there can be
METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "DELETE", "PUT", "OPTIONS"})
UNKNOWN = "unknown"  # endpoint or method of a request for nothing that exists


class Measures:
    """The metrics of one process."""

    def __init__(self, folder: Path, process: str) -> None:
        self._lock = _claimed(folder, process)
        _reserve(folder, process)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        values.ValueClass = values.MultiProcessValue(lambda: process)  # type: ignore[no-untyped-call]
        registry = CollectorRegistry()
        self._requests = Counter(
            "sirekap_requests", "Answered requests", ("endpoint", "method", "status"), registry=registry
        )
        self._seconds = Histogram(
            "sirekap_request_seconds",
            "Duration of requests",
            ("endpoint",),
            buckets=SECONDS,
            registry=registry,
        )
        self._counted: dict[tuple[str, str, int], Counter] = {}
        self._timed: dict[str, Histogram] = {}
        self._in_flight = Gauge(
            "sirekap_requests_in_flight",
            "Requests being served",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self.hash_seconds = Histogram(
            "sirekap_hash_seconds",
            "Time a password hash took in its thread",
            buckets=SECONDS,
            registry=registry,
        )
        self._keep_seconds = Histogram(
            "sirekap_photo_keep_seconds",
            "Time until a photo was durable: check, write, fsync, and waiting for a thread",
            buckets=SECONDS,
            registry=registry,
        )
        self._photo_bytes = Counter("sirekap_photo_bytes", "Bytes of photos kept", registry=registry)
        self._states = {
            name: Gauge(f"sirekap_{name}", help_text, labels, multiprocess_mode="livesum", registry=registry)
            for name, help_text, labels in (
                ("admission_inside", "Requests that hold a place", ("work",)),
                ("admission_working", "Requests that hold a slot", ("work",)),
                ("connections", "Open connections", ()),
                ("database_connections", "Connections of the pool in use", ()),
            )
        }
        self._lateness = Gauge(
            "sirekap_loop_lateness_seconds",
            "Lateness of the event loop, the worst of all processes",
            multiprocess_mode="livemax",
            registry=registry,
        )
        self._refused = Counter(
            "sirekap_admission_refused", "Requests refused for overload", ("work",), registry=registry
        )
        self._refused_before: dict[str, int] = {}

    def began(self) -> None:
        """A request began."""
        self._in_flight.inc()

    def ended(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        """It ended; `endpoint` is the template of its path."""
        self._in_flight.dec()
        key = (endpoint, method if method in METHODS else UNKNOWN, status)
        counted = self._counted.get(key)
        if counted is None:
            counted = self._counted[key] = self._requests.labels(endpoint, key[1], str(status))
            self._timed[endpoint] = self._seconds.labels(endpoint)
        counted.inc()
        self._timed[endpoint].observe(seconds)

    def photo_kept(self, size_bytes: int, seconds: float) -> None:
        """A photo was made durable."""
        self._keep_seconds.observe(seconds)
        self._photo_bytes.inc(size_bytes)

    def standing(self, state: str, value: float, *labels: str) -> None:
        """The present value of one of the states."""
        gauge = self._states[state]
        (gauge.labels(*labels) if labels else gauge).set(value)

    def late(self, seconds: float) -> None:
        """The present lateness of the event loop."""
        self._lateness.set(seconds)

    def refused_so_far(self, work: str, total: int) -> None:
        """How many of a class have been refused since the process began."""
        before = self._refused_before.get(work, 0)
        if total > before:
            self._refused.labels(work).inc(total - before)
            self._refused_before[work] = total


def _claimed(folder: Path, process: str) -> int:
    """Remove what an earlier process of this name left, and hold the lock that says that this one lives."""
    folder.mkdir(exist_ok=True)
    for left_behind in folder.glob(f"*_{process}.db"):
        left_behind.unlink(missing_ok=True)
    lock = os.open(folder / f"{process}.alive", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_SH)
    return lock


def _reserve(folder: Path, process: str) -> None:
    """Give each mapped file its place on the disk now.

    A page of a mapped file that finds no room when it is first touched kills the process (SIGBUS): a full
    disk would take down what could have gone on and refused photos.

    Raises:
        OSError: there is no room for them even now.
    """
    for kind in FILES:
        fd = os.open(folder / f"{kind}_{process}.db", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(fd, 0, FILE_BYTES)
        finally:
            os.close(fd)


def lives(folder: Path, process: str) -> bool:
    """Whether the process of this name lives: then its lock cannot be had."""
    try:
        lock = os.open(folder / f"{process}.alive", os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False
