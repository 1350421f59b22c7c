"""A PostgreSQL server: make its data directory, start it, start it again after a kill.

TCP on loopback, its own session, its own user when we are root, a password (scram) instead of trust.
"""

import asyncio
import contextlib
import os
import shutil
import subprocess
import time
from pathlib import Path

import asyncpg
import psutil

from sirekap.database.alone import connect_alone
from sirekap.database.names import DATABASE, ROLE
from sirekap.failures import CouldNotRunError
from sirekap.planting import plant
from sirekap.settings import Settings
from sirekap.stack.postgres.options import Options
from sirekap.stack.postgres.place import Server
from sirekap.stack.processes import RunAs, gone_within, plain_environment, spawn

REMAINS_WAIT_S = 2.0  # for the children of a killed server to end by themselves
MAINTENANCE = "postgres"  # the database that every server has


def initialise(server: Server, password: str) -> None:
    """Make the data directory, unless it is there already.

    Raises:
        CouldNotRunError: initdb failed; its words are in the message.
    """
    if (server.data / "PG_VERSION").exists():
        return
    fresh = server.data.with_name(
        server.data.name + ".new"
    )  # renamed when whole: never half a data directory
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700, parents=True)
    _give(fresh, server.run_as)
    password_file = server.data.parent / f".{server.data.name}-password"
    password_file.touch(mode=0o600)
    try:
        password_file.write_text(password)
        _give(password_file, server.run_as)
        done = subprocess.run(
            [
                server.bin / "initdb",
                f"--pgdata={fresh}",
                f"--username={ROLE}",
                "--auth=scram-sha-256",
                f"--pwfile={password_file}",
                "--encoding=UTF8",
                "--locale=C",
                "--no-instructions",
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            cwd=fresh,
            env=plain_environment(),
            user=server.run_as.uid,
            group=server.run_as.gid,
            extra_groups=[] if server.run_as.gid is not None else None,
        )
    finally:
        password_file.unlink()
    if done.returncode != 0:
        raise CouldNotRunError(f"initdb in {fresh} failed:\n{done.stderr.strip()}")
    fresh.rename(server.data)


def launch(server: Server, settings: Settings, log: Path) -> psutil.Process:
    """Start the server, also over the remains of a killed one."""
    clear_remains(server.data)
    return spawn(
        [str(server.bin / "postgres"), "-D", str(server.data), *_chosen(server, settings)],
        log=log,
        niceness=settings.niceness,
        cpus=settings.cpus,
        environ=plain_environment(),
        run_as=server.run_as,
        cwd=server.data,
    )


def answers(server: Server, password: str) -> bool:
    """Whether it takes a connection.

    Raises:
        CouldNotRunError: it does not know our password.
    """
    return asyncio.run(_answers(server.port, password))


def clear_remains(data: Path) -> None:
    """End what is left of a killed server in this data directory; delete its stale pid and lock files.

    The children of a killed postmaster end by themselves within moments; one that was stopped (SIGSTOP) does
    not, and as long as one is attached to the shared memory no new server may start.
    """
    remnants = _processes_in(data)
    deadline = time.monotonic() + REMAINS_WAIT_S
    for remnant in remnants:
        if not gone_within(remnant, max(0.0, deadline - time.monotonic())):
            with contextlib.suppress(psutil.NoSuchProcess):
                remnant.kill()
            gone_within(remnant, 5.0)
    (data / "postmaster.pid").unlink(missing_ok=True)
    # these name the dead server's pid too, and a pid that nobody has reaped yet still looks alive
    for left_behind in data.glob(".s.PGSQL.*"):
        left_behind.unlink(missing_ok=True)


def _processes_in(data: Path) -> list[psutil.Process]:
    """Every process that works in this data directory (all PostgreSQL processes make it their cwd)."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if Path(process.cwd()) == data.resolve():
                found.append(process)
    return found


def ensure_database(server: Server, password: str) -> None:
    """Create our database on a fresh server."""
    asyncio.run(_ensure_database(server.port, password))


async def _ensure_database(port: int, password: str) -> None:
    connection = await connect_alone(port, password, MAINTENANCE)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE):
            await connection.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        await connection.close()


async def _answers(port: int, password: str) -> bool:
    try:
        connection = await connect_alone(port, password, MAINTENANCE)
    except asyncpg.InvalidPasswordError as error:
        raise CouldNotRunError(
            f"the PostgreSQL on port {port} does not know our password: "
            "secrets.json and the data directory disagree"
        ) from error
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    await connection.close()
    return True


def _chosen(server: Server, settings: Settings) -> list[str]:
    chosen = plant(Options, settings.defects)().of(server, settings)
    return [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]


def _give(path: Path, run_as: RunAs) -> None:
    if run_as.uid is not None and run_as.gid is not None:
        os.chown(path, run_as.uid, run_as.gid)
