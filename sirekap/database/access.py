"""Bounded access to PostgreSQL.

Every wait has an end: for a connection, for a statement, for giving a connection back. When the database is
away the caller gets `DatabaseAwayError` within a few seconds and the endpoint answers 503; it never hangs and
never acknowledges. The pool opens new connections by itself once the server is back.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

import asyncpg

from sirekap.database.names import DATABASE, ROLE
from sirekap.planting import plant
from sirekap.settings import Settings

# What a server that is gone, going, coming or frozen looks like from here.
AWAY = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the protocol's state after its connection died in the middle
    asyncpg.CannotConnectNowError,
    asyncpg.OperatorInterventionError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InsufficientResourcesError,
)


class ImpossibleValueError(ValueError):
    """A value that no column can hold; nothing was sent."""


class DatabaseAwayError(Exception):
    """The database did not answer in time. A write that was under way may or may not have happened."""


class Database:
    """A connection pool of one worker."""

    def __init__(self, pool: Any, settings: Settings) -> None:
        self._pool = pool
        self._settings = settings

    async def fetch(self, sql: str, *values: object) -> Sequence[Any]:
        """All rows of one statement."""
        async with self._connection() as connection:
            rows: Sequence[Any] = await connection.fetch(sql, *values)
            return rows

    async def fetchrow(self, sql: str, *values: object) -> Any | None:
        """The first row of one statement, or None."""
        async with self._connection() as connection:
            return await connection.fetchrow(sql, *values)

    @contextlib.asynccontextmanager
    async def transaction(self, statement_wait_s: float) -> AsyncIterator[Any]:
        """A connection inside a transaction, for work of several statements.

        Committed when the block ends well.
        """
        async with self._connection() as connection, connection.transaction():
            await connection.execute(f"SET LOCAL statement_timeout = {int(statement_wait_s * 1000)}")
            yield connection

    @property
    def in_use(self) -> int:
        """Connections that somebody has in hand."""
        return int(self._pool.get_size() - self._pool.get_idle_size())

    async def close(self) -> None:
        """Close all connections, hard if they do not close in time."""
        try:
            async with asyncio.timeout(2.0):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        try:
            async with self._pool.acquire(timeout=self._settings.pool_wait_s) as connection:
                try:
                    yield connection
                except asyncpg.InterfaceError as error:
                    if isinstance(error, ValueError):  # half of a surrogate pair, say: the connection is well
                        raise ImpossibleValueError(str(error)) from error
                    connection.terminate()
                    raise
                except AWAY:
                    connection.terminate()  # whatever state it is in, nobody shall get it from the pool
                    raise
        except AWAY as error:
            raise DatabaseAwayError(f"{type(error).__name__}: {error}") from error


async def connect(settings: Settings, password: str) -> Database:
    """A pool that connects when first needed, so a worker can start while the database is away."""
    return Database(await _pool(settings, password, settings.pool_connections, "auto"), settings)


async def connect_for_uploads(settings: Settings, password: str) -> Database:
    """A few connections for the statements that every upload needs: planned once, behind nobody's long ones.

    Given arrays, PostgreSQL would otherwise plan anew for each of them, which costs more than the rest.
    """
    pool = await _pool(settings, password, settings.upload_connections, "force_generic_plan")
    return plant(Database, settings.defects)(pool, settings)


async def _pool(settings: Settings, password: str, connections: int, plans: str) -> Any:
    return await asyncpg.create_pool(
        host="127.0.0.1",
        port=settings.postgres_port,
        user=ROLE,
        password=password,
        database=DATABASE,
        ssl=False,
        min_size=0,
        max_size=connections,
        timeout=settings.connect_wait_s,
        command_timeout=settings.statement_wait_s,
        reset=_nothing_to_reset,
        server_settings={"application_name": "sirekap-api", "plan_cache_mode": plans},
    )


async def _nothing_to_reset(connection: Any) -> None:
    """Our statements leave no state on a connection, so giving one back costs no round trip."""
