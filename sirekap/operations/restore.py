"""Restore of a backup into a new directory, from which `up` starts a stack as it was.

Every file is read and held to its digest before anything is made, and what is made gets its name only when it
is whole. The photos lie as files in the new directory, whatever store they came from.
"""

import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from sirekap.database.names import DATABASE
from sirekap.failures import CouldNotRunError, WrongInputError
from sirekap.operations.backup import connection_options, password_file
from sirekap.operations.manifest import DUMP, PHOTOS, SECRETS, Head, Progress, verify
from sirekap.settings import Settings
from sirekap.stack.keys import keep_keys
from sirekap.stack.layout import Layout
from sirekap.stack.part import Site
from sirekap.stack.ports import free_ports
from sirekap.stack.postgres.part import PostgresPart
from sirekap.stack.postgres.place import place
from sirekap.stack.postgres.server import ensure_database
from sirekap.stack.processes import end

RESTORE_WAIT_S = 3600.0


def restore(backup: Path, directory: Path, progress: Progress) -> Head:
    """Make the stack directory `directory`, which must not exist yet, of a backup.

    Raises:
        WrongInputError: the directory exists, or the backup is damaged; the message names the file.
        CouldNotRunError: the database would not take it; nothing is left at `directory`.
    """
    directory = directory.absolute()
    if directory.exists():
        raise WrongInputError(f"{directory} exists already; give a directory that does not")
    progress("verifying every file")
    head = verify(backup, progress)
    directory.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
    try:
        made.chmod(0o755)
        layout = Layout(made)
        for file in (backup / SECRETS, *backup.glob("settings.*")):
            shutil.copyfile(file, made / file.name)
            (made / file.name).chmod(0o600)
        progress(f"restoring {head.photos} photos, {head.photo_bytes / 1e6:.0f} MB")
        shutil.copytree(backup / PHOTOS, layout.photos)
        progress("restoring the database")
        _restore_database(layout, backup / DUMP)
        shutil.rmtree(made / "logs", ignore_errors=True)
        made.rename(directory)
    except OSError as error:
        raise CouldNotRunError(f"the backup could not be restored: {error}") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return head


def _restore_database(layout: Layout, dump: Path) -> None:
    (layout.dir / "logs").mkdir()
    keys = keep_keys(layout)
    settings = replace(Settings(), postgres_port=free_ports(1)[0])
    server = place(layout.pgdata, settings.postgres_port, None, False)
    part = PostgresPart(Site(layout, settings, keys, server))
    try:
        part.prepare()
        process = part.launch()
        try:
            part.await_ready(process)
            ensure_database(server, keys["postgres_password"])
            _pg_restore(server.bin, settings.postgres_port, keys["postgres_password"], dump)
        finally:
            end(process, gentle=part.stop_signal, wait_s=settings.postgres_stop_wait_s)
    finally:
        part.clear()


def _pg_restore(binaries: Path, port: int, password: str, dump: Path) -> None:
    with password_file(port, password) as file:
        done = subprocess.run(
            [
                binaries / "pg_restore", "--exit-on-error", "--no-owner", "--single-transaction",
                *connection_options(port), f"--dbname={DATABASE}", dump,
            ],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PGPASSFILE": str(file)},
            capture_output=True, text=True, timeout=RESTORE_WAIT_S, check=False,
        )  # fmt: skip
    if done.returncode != 0:
        raise CouldNotRunError(f"pg_restore failed: {done.stderr.strip()}")
