"""A small process that holds sessions of the stack's database open until it is ended.

    python -m chaos.held_sessions NAME STACK_JSON PID BIRTH connections LEAVE
    python -m chaos.held_sessions NAME STACK_JSON PID BIRTH lock MODE

It ends by itself when the process PID, born at BIRTH, is gone. After a restart of the database it takes hold
again: the fault is in force until it is healed.
"""

import asyncio
import contextlib
import sys
from typing import Any

import asyncpg

from chaos.database import Database, connect, read_database
from chaos.process import ProcessId
from chaos.site import Site

LOCKS = {"writes": "EXCLUSIVE", "everything": "ACCESS EXCLUSIVE"}
"""What to keep out -> PostgreSQL's name of the lock (its documentation, "Explicit Locking")."""

_AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
_LOOK_EVERY_S = 0.5
_TRY_EVERY_S = 0.05
_TAKE_AGAIN_S = 0.01
"""A place that came free must be ours before the stack notices."""
_LONGER_THAN_ANY_RUN_S = 1_000_000.0


async def hold_connections(database: Database, name: str, leave: int) -> None:
    """Idle in transaction on every connection the server has, but for `leave` of other people's.

    Connections that others have idle are ended and taken; one that is at work is left to end its work.
    """
    mine: list[Any] = []
    while True:
        mine = [one for one in mine if not one.is_closed()]
        try:
            fresh = await connect(database, name)
            await fresh.execute("BEGIN")
            mine.append(fresh)
        except asyncpg.TooManyConnectionsError:
            with contextlib.suppress(*_AWAY, IndexError):
                await _end_idle(mine[0], name, leave)
            await asyncio.sleep(_TAKE_AGAIN_S)
        except _AWAY:
            await asyncio.sleep(_TRY_EVERY_S)


async def hold_lock(database: Database, name: str, mode: str) -> None:
    """A lock on the table of the pages, in a transaction that does nothing else."""
    table = database.pages.replace('"', '""')
    while True:
        with contextlib.suppress(*_AWAY):
            connection = await connect(database, name)
            await connection.execute("BEGIN")
            await connection.execute(
                f'LOCK TABLE "{table}" IN {LOCKS[mode]} MODE', timeout=_LONGER_THAN_ANY_RUN_S
            )
            while not connection.is_closed():
                await asyncio.sleep(_TRY_EVERY_S)
        await asyncio.sleep(_TRY_EVERY_S)


async def _end_idle(connection: Any, name: str, leave: int) -> None:
    await connection.execute(
        "WITH others AS ("
        "  SELECT pid, state FROM pg_stat_activity"
        "  WHERE backend_type = 'client backend' AND application_name NOT IN ($1, 'gladi-probe')"
        " )"
        " SELECT pg_terminate_backend(pid) FROM others WHERE state = 'idle'"
        " LIMIT greatest(0, (SELECT count(*) FROM others) - $2)",
        name,
        leave,
    )


async def _until_gone(starter: ProcessId) -> None:
    while starter.alive:
        await asyncio.sleep(_LOOK_EVERY_S)


async def _hold(name: str, stack_json: str, starter: ProcessId, what: str, how: str) -> None:
    database = read_database(Site(run_dir="", stack_json=stack_json))
    holding = (
        hold_connections(database, name, int(how))
        if what == "connections"
        else hold_lock(database, name, how)
    )
    tasks = [asyncio.create_task(holding), asyncio.create_task(_until_gone(starter))]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()


def main(name: str, stack_json: str, pid: str, birth: str, what: str, how: str) -> None:
    """Holds until it is killed, or until who started it is gone."""
    asyncio.run(_hold(name, stack_json, ProcessId(int(pid), float(birth)), what, how))


if __name__ == "__main__":
    main(*sys.argv[1:])
