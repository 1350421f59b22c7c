"""The run directory while it is being written. Every file appears whole or not at all."""

import errno
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gladi.failures import CannotRunError, UsageError
from gladi.leaving import drops, keeps
from gladi.recorder import history


class RunFolder:
    """A new run directory at `path`; subfolders are made as they are asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def create(cls, out: Path | None, scenario: str) -> "RunFolder":
        """Make `out`, or runs/<utc>-<scenario>; UsageError if it is there already."""
        if out is None:
            stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
            out = Path("runs") / f"{stamp}-{scenario}"
        try:
            out.mkdir(parents=True)
        except FileExistsError:
            raise UsageError(
                f"{out}: exists already; a run never overwrites another: choose a new --out"
            ) from None
        except OSError as error:
            raise CannotRunError(f"{out}: cannot be made: {error.strerror}") from error
        keeps(out.resolve())
        return cls(out.resolve())

    def sub(self, name: str) -> Path:
        """A subfolder, made if need be."""
        folder = self.path / name
        folder.mkdir(exist_ok=True)
        return folder

    def gather_history(self) -> bool:
        """Turn the load workers' records into history.parquet; False where there are none.

        What a worker had not yet handed to the operating system when it died is not in its record.
        """
        records = sorted((self.path / "logs").glob("worker-*.rec"))
        if not records:
            return False
        self.write_table("history.parquet", history(records))
        for done in (*records, *(self.path / "logs").glob("worker-*.hand")):
            done.unlink()
        return True

    def discard(self) -> None:
        """Remove the directory: for a run that never began."""
        shutil.rmtree(self.path, ignore_errors=True)
        drops(self.path)

    def write_json(self, name: str, content: Mapping[str, Any]) -> None:
        """Write JSON, whole or not at all."""
        with whole_file(self.path / name) as unfinished:
            unfinished.write_text(json.dumps(content, indent=1, ensure_ascii=False, default=str) + "\n")

    def write_table(self, name: str, table: pa.Table) -> None:
        """Write Parquet, whole or not at all."""
        with whole_file(self.path / name) as unfinished:
            pq.write_table(table, unfinished, compression="zstd")

    def need_room(self, size_bytes: int) -> None:
        """Raise CannotRunError if the disk has less than `size_bytes` free."""
        free = shutil.disk_usage(self.path).free
        if free < size_bytes:
            raise CannotRunError(
                f"{self.path}: the disk has {free / 1e6:,.0f} MB free, this run needs about "
                f"{size_bytes / 1e6:,.0f} MB (photos are kept twice: as sent and as stored); "
                "choose another --out or a smaller --scale"
            )


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary name beside `path` that takes its place when the block ends well."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with full_disk_told(path):
        try:
            yield unfinished
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)


@contextmanager
def full_disk_told(path: Path) -> Iterator[None]:
    """Turns a full disk, met while `path` is written, into a CannotRunError that says so."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise CannotRunError(
                f"{path}: the disk is full; free some space or choose another --out"
            ) from error
        raise
