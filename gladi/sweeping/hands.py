"""Who plays the points: Dask workers of our own, one process each, or those of a cluster.

On a cluster every worker reads the scenario and writes into the sweep's folder, so both must be reachable
under the same path everywhere.
"""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from gladi.failures import CannotRunError, UsageError
from gladi.sweeping.asked import Asked
from gladi.sweeping.playing import Row, play_point
from gladi.sweeping.points import Point

WORKER_BYTES = 1.2e9
"""What one simulation of the whole nation may need; so many workers as fit are started."""

_CONNECT_S = 20


def fitting_workers(share: float = 1.0) -> int:
    """Processes that cores and free memory allow, at least one; `share` of the nation is played."""
    free = psutil.virtual_memory().available
    need = max(0.3e9, WORKER_BYTES * min(1.0, share))
    return max(1, min(len(os.sched_getaffinity(0)), int(free // need)))


class Hands:
    """A Dask scheduler to send points to: the one at `address`, or None for one of our own here."""

    def __init__(self, address: str | None, workers: int) -> None:
        try:
            from distributed import Client, LocalCluster
        except ImportError:
            raise UsageError("--sweep: needs Dask; install it with: pip install 'gladi[scale]'") from None
        self._own: Any = None
        try:
            if address is None:
                with _deaf_to_ctrl_c():
                    self._own = LocalCluster(
                        n_workers=workers,
                        threads_per_worker=1,
                        processes=True,
                        memory_limit=0,
                        host="127.0.0.1",
                        dashboard_address="127.0.0.1:0",
                        silence_logs="CRITICAL",
                    )
            self._client: Any = Client(self._own or address, timeout=_CONNECT_S)
        except (OSError, ValueError, TimeoutError) as error:
            raise CannotRunError(
                f"--dask {address}: no scheduler answers; expected an address such as tcp://host:8786 "
                f"({error})"
            ) from error

    @property
    def count(self) -> int:
        """Workers, each with one simulation at a time."""
        return max(1, len(self._client.nthreads()))

    def play(self, asked: Asked, points: Sequence[Point], folder: Path) -> Iterator[tuple[Point, Row]]:
        """Play points, as they get done; a worker that died twice over a point leaves a row that says so."""
        from distributed import as_completed
        from distributed.scheduler import KilledWorker

        futures = {
            self._client.submit(play_point, asked, point, str(folder), pure=False, retries=1): point
            for point in points
        }
        try:
            for future in as_completed(futures):
                point = futures[future]
                try:
                    yield point, future.result()
                except KilledWorker:
                    why = "the worker died over it, twice (out of memory?)"
                    yield point, _lost(asked, point, why)
        finally:
            self._client.cancel(list(futures))

    def close(self) -> None:
        """Leave the cluster; end it if it is ours."""
        self._client.close()
        if self._own is not None:
            self._own.close()


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Processes started meanwhile ignore Ctrl-C: it is ours to end them, without a word from each."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _lost(asked: Asked, point: Point, why: str) -> Row:
    return {
        "values": dict(point.values),
        "replication": point.replication,
        "seed": point.seed,
        "changed": [*asked.changed, *point.changed],
        "ended": "failed",
        "why": why,
    }
