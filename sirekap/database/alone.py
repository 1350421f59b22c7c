"""One connection outside any pool: for commands, and for asking whether the server is there."""

from typing import Any

import asyncpg

from sirekap.database.names import DATABASE, ROLE

CONNECT_WAIT_S = 5.0


async def connect_alone(port: int, password: str, database: str = DATABASE) -> Any:
    """Connect to the server on `port` of the loopback; whoever does closes it.

    Raises:
        OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError: nobody who takes us in is there.
    """
    return await asyncpg.connect(
        host="127.0.0.1",
        port=port,
        user=ROLE,
        password=password,
        database=database,
        timeout=CONNECT_WAIT_S,
        ssl=False,
    )
