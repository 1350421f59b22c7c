"""Backup of a running stack: a dump of the database, then every photo that the dump speaks of.

The dump is one snapshot, and the list of photos is read in the same snapshot. Photos are durable before their
row is committed and never change, so every photo of the list is there; what comes in meanwhile is in neither.
Nothing has to stop.

A backup that was not finished has no name: it is written beside its place and renamed when it is whole.
"""

import asyncio
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from sirekap.database.alone import connect_alone
from sirekap.database.names import DATABASE, ROLE
from sirekap.failures import CouldNotRunError, WrongInputError
from sirekap.operations.manifest import (
    DUMP,
    FORMAT,
    MANIFEST,
    PHOTOS,
    SECRETS,
    Head,
    Progress,
    digest_of,
    write_head,
)
from sirekap.photos.opening import open_photos
from sirekap.photos.store import PhotoStore, StoreUnableError
from sirekap.repositories.kept_photos import EXPORT_SNAPSHOT, REFERENCED
from sirekap.settings import load_effective
from sirekap.stack.keys import read_keys
from sirekap.stack.layout import Layout
from sirekap.stack.postgres.programs import find_binaries
from sirekap.stack.record import read_record

DUMP_WAIT_S = 3600.0
AT_ONCE = 8  # photos under way
LISTED_AT_ONCE = 2000


@dataclass
class _Written:
    """What has been written so far: manifest lines, and how much of it were photos."""

    lines: list[str] = field(default_factory=list)
    photos: int = 0
    photo_bytes: int = 0


def back_up(directory: Path, target: Path, progress: Progress) -> Head:
    """Write a backup of the stack in `directory` to the folder `target`, which must not exist yet.

    Raises:
        WrongInputError: no stack runs there, or the target exists.
        CouldNotRunError: the database, a photo or the disk failed; nothing is left at `target`.
    """
    layout = Layout(directory.absolute())
    record = read_record(layout)
    if target.exists():
        raise WrongInputError(f"{target} exists already; give a folder that does not")
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        head = asyncio.run(_write(layout, folder, record.postgres_port, progress))
        folder.rename(target)
        _fsync(target.parent)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise CouldNotRunError(f"the backup could not be made: {error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return head


async def _write(layout: Layout, folder: Path, port: int, progress: Progress) -> Head:
    keys = read_keys(layout)
    written = _Written()
    began_at = datetime.now(UTC).isoformat(timespec="milliseconds")
    connection = await connect_alone(port, keys["postgres_password"])
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            snapshot = await connection.fetchval(EXPORT_SNAPSHOT)
            progress("dumping the database")
            await asyncio.to_thread(_dump, layout, folder, port, keys["postgres_password"], snapshot)
            _note(written, folder, DUMP)
            await _copy_photos(layout, folder, connection, written, progress)
    finally:
        await connection.close()
    for name in (SECRETS, *(file.name for file in layout.dir.glob("settings.*"))):
        shutil.copyfile(layout.dir / name, folder / name)
        (folder / name).chmod(0o600)
        _note(written, folder, name)
    manifest = folder / MANIFEST
    manifest.write_text("".join(f"{line}\n" for line in written.lines))
    head = Head(FORMAT, began_at, written.photos, written.photo_bytes, digest_of(manifest))
    write_head(folder, head)
    for file in folder.iterdir():
        _fsync(file)
    _fsync(folder)
    return head


def _dump(layout: Layout, folder: Path, port: int, password: str, snapshot: str) -> None:
    binaries = find_binaries(layout.pgdata, prefer_debian=False)
    with password_file(port, password) as file:
        done = subprocess.run(
            [
                binaries / "pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}",
                f"--file={folder / DUMP}", *connection_options(port), DATABASE,
            ],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PGPASSFILE": str(file)},
            capture_output=True, text=True, timeout=DUMP_WAIT_S, check=False,
        )  # fmt: skip
    if done.returncode != 0:
        raise CouldNotRunError(f"pg_dump failed: {done.stderr.strip()}")
    (folder / DUMP).chmod(0o600)


def connection_options(port: int) -> list[str]:
    """How pg_dump and pg_restore reach our server; the password goes by a file."""
    return ["--host=127.0.0.1", f"--port={port}", f"--username={ROLE}", "--no-password"]


@contextmanager
def password_file(port: int, password: str) -> Iterator[Path]:
    """The database's password for PostgreSQL's programs, for the owner's eyes only and only for the block."""
    fd, name = tempfile.mkstemp(prefix="sirekap-pgpass-")  # 0600
    try:
        with os.fdopen(fd, "w") as file:
            file.write(f"127.0.0.1:{port}:*:{ROLE}:{password}\n")
        yield Path(name)
    finally:
        Path(name).unlink()


async def _copy_photos(
    layout: Layout, folder: Path, connection: Any, written: _Written, progress: Progress
) -> None:
    settings = load_effective(layout.effective_settings)
    store = open_photos(layout.photos, settings, read_keys(layout), "backup")
    (folder / PHOTOS).mkdir()
    under_way = asyncio.Semaphore(AT_ONCE)
    try:
        cursor = connection.cursor(REFERENCED, prefetch=LISTED_AT_ONCE)
        tasks: list[asyncio.Task[None]] = []
        async for (sha256,) in cursor:
            await under_way.acquire()
            task = asyncio.create_task(_copy_photo(store, folder, sha256, written))
            task.add_done_callback(lambda _: under_way.release())
            tasks.append(task)
            if len(tasks) >= LISTED_AT_ONCE:
                await asyncio.gather(*tasks)
                tasks.clear()
                progress(f"copied {written.photos} photos, {written.photo_bytes / 1e6:.0f} MB")
        await asyncio.gather(*tasks)
    finally:
        store.close()
    progress(f"copied {written.photos} photos, {written.photo_bytes / 1e6:.0f} MB")


async def _copy_photo(store: PhotoStore, folder: Path, sha256: str, written: _Written) -> None:
    try:
        content = await store.read(sha256)
    except StoreUnableError as error:
        raise CouldNotRunError(f"photo {sha256} cannot be read: {error}") from error
    if content is None:
        raise CouldNotRunError(f"photo {sha256} has a row and is not in the store")
    name = f"{PHOTOS}/{sha256[:2]}/{sha256}.jpg"
    await asyncio.to_thread(_keep, folder / name, content, sha256)
    written.lines.append(f"{sha256}  {name}")
    written.photos += 1
    written.photo_bytes += len(content)


def _keep(file: Path, content: bytes, sha256: str) -> None:
    if hashlib.sha256(content).hexdigest() != sha256:
        raise CouldNotRunError(f"photo {sha256} is damaged in the store: its bytes have another digest")
    file.parent.mkdir(exist_ok=True)
    with file.open("xb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _note(written: _Written, folder: Path, name: str) -> None:
    written.lines.append(f"{digest_of(folder / name)}  {name}")


def _fsync(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
