"""How things stand: numbers for metrics and readiness that only the database knows."""

from sirekap.database.access import Database


async def sessions_open(database: Database) -> int:
    """Sessions that have not ended."""
    row = await database.fetchrow("SELECT count(*) FROM session WHERE expires_at > now()")
    return int(row[0]) if row else 0


async def published_s(database: Database) -> float | None:
    """Seconds since the state that the public sees was counted; None when none ever was."""
    row = await database.fetchrow("SELECT extract(epoch FROM now() - as_of)::float8 FROM publication")
    return float(row[0]) if row and row[0] is not None else None


async def take_a_write(database: Database) -> None:
    """Have a record written into PostgreSQL's log and fsynced, as with every commit; no table changes.

    Raises:
        DatabaseAwayError: it does not answer, or cannot write.
    """
    await database.fetchrow("SELECT pg_logical_emit_message(true, 'ready', '')")
