"""Bring the schema up to date: numbered SQL files, each applied once, in order, in one transaction each."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from sirekap.database.alone import connect_alone
from sirekap.failures import CouldNotRunError, WrongInputError

MIGRATIONS = Path(__file__).with_name("migrations")
# one advisory lock, so that two who migrate at once do so one after the other
LOCK = 0x51_4E_4B_50


def bring_schema_up_to_date(port: int, password: str, changes: Sequence[str]) -> None:
    """Apply every migration not yet applied, then `changes`: what a planted defect takes away.

    Raises:
        CouldNotRunError: an applied file has changed since, or a statement failed.
        WrongInputError: a sound start over data written with a defect that broke a constraint.
    """
    asyncio.run(_migrate(port, password, changes))


@dataclass(frozen=True)
class Migration:
    """A migration and when it was applied; None while it is not."""

    name: str
    applied_at: str | None


def listed(port: int, password: str) -> Sequence[Migration]:
    """Every migration of this version, in order."""
    return asyncio.run(_listed(port, password))


async def _listed(port: int, password: str) -> Sequence[Migration]:
    connection = await connect_alone(port, password)
    try:
        rows = await connection.fetch("SELECT name, applied_at FROM schema_migration")
    finally:
        await connection.close()
    applied = {row["name"]: row["applied_at"].isoformat(timespec="seconds") for row in rows}
    return [Migration(file.name, applied.get(file.name)) for file in sorted(MIGRATIONS.glob("[0-9]*.sql"))]


async def _migrate(port: int, password: str, changes: Sequence[str]) -> None:
    connection = await connect_alone(port, password)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS schema_migration"
            " (number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL,"
            " applied_at timestamptz NOT NULL DEFAULT now())"
        )
        rows = await connection.fetch("SELECT number, sha256 FROM schema_migration")
        applied = {row["number"]: row["sha256"] for row in rows}
        for file in sorted(MIGRATIONS.glob("[0-9]*.sql")):
            await _apply(connection, file, applied)
        for statement in changes:
            await connection.execute(statement)
        if not changes:
            await _refuse_damaged(connection)
    except asyncpg.PostgresError as error:
        raise CouldNotRunError(f"the database schema could not be brought up to date: {error}") from error
    finally:
        await connection.close()


async def _apply(connection: Any, file: Path, applied: dict[int, str]) -> None:
    number, text = int(file.name[:4]), file.read_text()
    digest = hashlib.sha256(text.encode()).hexdigest()
    if number in applied:
        if applied[number] != digest:
            raise CouldNotRunError(
                f"migration {file.name} was changed after it was applied; write a new one instead"
            )
        return
    async with connection.transaction():
        await connection.execute(text)
        await connection.execute(
            "INSERT INTO schema_migration (number, name, sha256) VALUES ($1, $2, $3)",
            number,
            file.name,
            digest,
        )


async def _refuse_damaged(connection: Any) -> None:
    """A directory whose uniqueness of keys was taken away by a defect must not pass for a sound one later."""
    if not await connection.fetchval("SELECT 1 FROM pg_class WHERE relname = 'page_revision_key_once'"):
        raise WrongInputError(
            "this directory was used with the defect retry_not_idempotent: its key constraint is gone; "
            "use a fresh directory for a sound stack"
        )
