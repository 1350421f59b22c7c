"""The pieces of a set on a Dask cluster: the same work, on more machines.

Every worker draws the population itself and writes into the folder, so scenario file and folder must be
reachable under the same path everywhere.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from gladi.failures import CannotRunError, UsageError
from gladi.formset.asked import Asked
from gladi.formset.work import Outcome, Piece, make_piece

_CONNECT_S = 20


class Cluster:
    """A Dask scheduler to send pieces to: one that runs at `address`, or ("local") one of our own here."""

    def __init__(self, address: str, workers: int) -> None:
        try:
            from distributed import Client, LocalCluster
        except ImportError:
            raise UsageError("--dask: needs Dask; install it with: pip install 'gladi[scale]'") from None
        self._own: Any = None
        try:
            if address == "local":
                self._own = LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    host="127.0.0.1",
                    dashboard_address=None,
                    silence_logs="ERROR",
                )
            self._client: Any = Client(self._own or address, timeout=_CONNECT_S)
        except (OSError, ValueError, TimeoutError) as error:
            raise CannotRunError(
                f"--dask {address}: no scheduler answers; expected local, or an address such as "
                f"tcp://host:8786 ({error})"
            ) from error

    @property
    def hands(self) -> int:
        """Threads of all workers."""
        threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def spread(self, asked: Asked, folder: Path, pieces: Sequence[Piece]) -> Iterator[list[Outcome]]:
        """Make pieces, as they get done."""
        from distributed import as_completed
        from distributed.scheduler import KilledWorker

        futures = [
            self._client.submit(make_piece, asked, str(folder), piece, pure=False, retries=2)
            for piece in pieces
        ]
        try:
            for future in as_completed(futures):
                yield future.result()
        except KilledWorker as error:
            raise CannotRunError(f"--dask: a worker was lost three times over one piece: {error}") from error
        finally:
            self._client.cancel(futures)

    def close(self) -> None:
        """Leave the cluster; end it if it is ours."""
        self._client.close()
        if self._own is not None:
            self._own.close()
