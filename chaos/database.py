"""The stack's PostgreSQL as faults reach it: where it is, one question at a time, and sessions held in it.

`stack.json` says where: {"database": {"host", "port", "user", "name", "secrets", "password_key", "pages"}},
of which `secrets` is a JSON file that holds the password under `password_key` (so it is on no command line
and in no ledger) and `pages` the table that every accepted page is inserted into.

A fault that must hold sessions open has a small process do it (`chaos.held_sessions`). It is known by a name,
on its command line and as application_name of its sessions, that follows from the stack and the fault alone;
so whoever heals, later and in another process, finds both.
"""

import asyncio
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psutil

from chaos.fault import Availability, FaultError, Proof
from chaos.process import ProcessId, wait_gone
from chaos.site import Site
from chaos.stack import StackError, read_stack

CONNECT_WAIT_S = 1.0

Answer = TypeVar("Answer")


class DatabaseError(FaultError):
    """The database cannot be reached, or stack.json does not say where it is."""


@dataclass(frozen=True, slots=True)
class Database:
    """How to reach it, and the table of the pages."""

    host: str
    port: int
    user: str
    name: str
    password: str
    pages: str


def read_database(site: Site) -> Database:
    """What stack.json says of the database; raises DatabaseError."""
    if site.stack_json is None:
        raise DatabaseError("the run knows no stack.json, which says where the database is")
    try:
        entry = json.loads(Path(site.stack_json).read_text(encoding="utf-8")).get("database")
        if not entry:
            raise DatabaseError('stack.json says nothing of a database (there is no "database" in it)')
        secrets = json.loads(Path(entry["secrets"]).read_text(encoding="utf-8"))
        return Database(
            str(entry["host"]),
            int(entry["port"]),
            str(entry["user"]),
            str(entry["name"]),
            str(secrets[entry["password_key"]]),
            str(entry["pages"]),
        )
    except OSError as error:
        raise DatabaseError(f"{error.filename} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DatabaseError(f'"database" in stack.json, or its secrets, lack something: {error!r}') from error


def database_availability(site: Site) -> Availability:
    """Whether we have the driver, and know where the database is."""
    try:
        import asyncpg  # noqa: F401
    except ImportError:
        return Availability("unavailable", "needs asyncpg: pip install 'gladi[chaos]'")
    try:
        read_database(site)
    except DatabaseError as error:
        return Availability("unavailable", str(error))
    return Availability("available")


async def connect(database: Database, application_name: str) -> Any:
    """A session of our own; raises OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError."""
    import asyncpg

    return await asyncpg.connect(
        host=database.host,
        port=database.port,
        user=database.user,
        password=database.password,
        database=database.name,
        timeout=CONNECT_WAIT_S,
        command_timeout=2.0,
        ssl=False,
        server_settings={"application_name": application_name},
    )


def ask(database: Database, question: Callable[[Any], Awaitable[Answer]]) -> Answer:
    """Asks over a session that lasts as long as the question; raises what `connect` raises."""

    async def whole() -> Answer:
        connection = await connect(database, "gladi-probe")
        try:
            return await question(connection)
        finally:
            connection.terminate()

    return asyncio.run(whole())


def holder_name(site: Site, fault: str) -> str:
    """What the process and its sessions are called: the same for the same stack and fault."""
    stack = hashlib.blake2b(str(site.stack_json).encode(), digest_size=4).hexdigest()
    return f"gladi-{fault}-{stack}"


def holders(name: str) -> list[ProcessId]:
    """The processes that hold sessions under this name now."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if name in (process.info["cmdline"] or ()):
            try:
                found.append(ProcessId.of(process.pid))
            except psutil.NoSuchProcess:
                continue
    return [one for one in found if one.alive]


def hold_sessions(site: Site, name: str, *what: str) -> ProcessId:
    """Starts the process that holds `what` (see `chaos.held_sessions`), if none does; raises FaultError."""
    try:
        read_stack(site)
    except StackError as error:
        raise FaultError(str(error)) from error
    there = holders(name)
    if there:
        return there[0]
    us = ProcessId.of(os.getpid())
    words = [name, str(site.stack_json), str(us.pid), repr(us.create_time), *what]
    with site.log_path(name).open("ab") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "chaos.held_sessions", *words],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        )
    return ProcessId.of(child.pid)


def let_go(site: Site, name: str, budget_s: float) -> None:
    """Ends the processes of this name, then the sessions they left; raises FaultError."""
    mine = holders(name)
    for one in mine:
        one.send(signal.SIGKILL)
    left = wait_gone(mine, budget_s)
    if left:
        raise FaultError(f"still alive after SIGKILL: pid {', '.join(str(one.pid) for one in left)}")
    _end_sessions(site, name)


def sessions_left(site: Site, name: str) -> Proof:
    """That a new session is granted, and that no session of this name is left."""
    import asyncpg

    if holders(name):
        return Proof(False, f"a process still holds sessions as {name}")

    async def count(connection: Any) -> int:
        return int(
            await connection.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1", name
            )
        )

    try:
        left = ask(read_database(site), count)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return Proof(False, f"the database grants no session: {error!r}")
    return Proof(False, f"{left} sessions of {name} are left") if left else Proof(True)


def moot_without_holder(site: Site, name: str, stack_goes_down: bool) -> str | None:
    """Sessions go with the database, but the process that holds them must be ended."""
    gone = stack_goes_down or site.stack_json is None or not Path(site.stack_json).exists()
    return "the database goes down with its sessions" if gone and not holders(name) else None


def _end_sessions(site: Site, name: str) -> None:
    """A database that is away or full has none of ours, or says so when healing is proved; one whose
    stack.json is gone was taken down.
    """
    import asyncpg

    async def terminate(connection: Any) -> None:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", name
        )

    try:
        ask(read_database(site), terminate)
    except (DatabaseError, OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return
