"""Resumable uploads: what each of them will be once its bytes are there."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from sirekap.database.access import Database
from sirekap.settings import Settings


class NoRoomError(Exception):
    """So many uploads are open, of this TPS or in all, that no further one may begin."""

    def __init__(self, *, of_tps: bool) -> None:
        super().__init__("of this TPS" if of_tps else "in all")
        self.of_tps = of_tps


@dataclass(frozen=True)
class NewUpload:
    """A photo that will arrive in pieces."""

    tps: str
    form: str
    page: int
    key: str
    account: str
    operator: int
    size_bytes: int
    sha256: str
    numbers: dict[str, int]
    captured_at: datetime | None
    skew_ms: int | None
    clock_suspect: bool
    delayed: bool

    def same_photo(self, other: "NewUpload") -> bool:
        """Whether both are of the same page, photo and numbers; who sends them and when may differ."""
        mine, others = (
            (one.tps, one.form, one.page, one.key, one.size_bytes, one.sha256, one.numbers)
            for one in (self, other)
        )
        return mine == others


@dataclass(frozen=True)
class Upload(NewUpload):
    """One that was begun; `receipt` is that of its page, once that is stored."""

    id: str
    expires_at: datetime
    receipt: str | None

    @property
    def expired(self) -> bool:
        """Whether it may no longer be continued."""
        return self.expires_at <= datetime.now(UTC)


NEW = tuple(field.name for field in fields(NewUpload))
FOUND = ", ".join(f"u.{name}" for name in ("id", *NEW, "expires_at"))


class Uploads:
    """Begins, finds and forgets uploads."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings

    async def begin(self, identity: str, new: NewUpload) -> Upload:
        """The upload under this key: the one that was begun before, or a new one called `identity`.

        An expired one gives way. The limits are looked at before, not locked, so that as many as begin at the
        same moment may come on top of them.

        Raises:
            NoRoomError: too many uploads are open, or too many bytes are promised.
        """
        known = await self._by("u.key", new.key)
        if known and not known.expired:
            return known
        if known:
            await self.forget(known.id)
        limits = self._settings
        await self._database.fetch(
            "WITH open AS (SELECT count(*) FILTER (WHERE tps = $2) AS of_tps,"
            "  coalesce(sum(size_bytes), 0) AS bytes FROM upload WHERE expires_at > now())"
            f" INSERT INTO upload (id, {', '.join(NEW)}, expires_at)"
            " SELECT $1, $2, $3, $4, $5, $6, $7, $8::integer, $9, $10, $11, $12, $13, $14,"
            "  now() + make_interval(secs => $15)"
            " FROM open WHERE of_tps < $16 AND bytes + $8::integer <= $17::bigint"
            " ON CONFLICT (key) DO NOTHING RETURNING id",
            identity,
            new.tps,
            new.form,
            new.page,
            new.key,
            new.account,
            new.operator,
            new.size_bytes,
            new.sha256,
            json.dumps(new.numbers),
            new.captured_at,
            new.skew_ms,
            new.clock_suspect,
            new.delayed,
            limits.resumable_lifetime_s,
            limits.resumable_per_tps,
            limits.resumable_total_bytes,
        )
        begun = await self._by("u.key", new.key)
        if begun is None:
            raise NoRoomError(of_tps=await self._open_of(new.tps) >= limits.resumable_per_tps)
        return begun

    async def find(self, identity: str) -> Upload | None:
        """An upload by its id, expired or not."""
        return await self._by("u.id", identity)

    async def forget(self, identity: str) -> None:
        """It is over; harmless when forgotten before."""
        await self._database.fetch("DELETE FROM upload WHERE id = $1", identity)

    async def forget_expired(self, most: int) -> list[str]:
        """Forget uploads whose time is over, at most so many; their ids."""
        rows = await self._database.fetch(
            "DELETE FROM upload WHERE id IN (SELECT id FROM upload WHERE expires_at <= now()"
            " ORDER BY expires_at LIMIT $1) RETURNING id",
            most,
        )
        return [row["id"] for row in rows]

    async def known(self, identities: Sequence[str]) -> set[str]:
        """Those of `identities` that there is an upload of."""
        rows = await self._database.fetch("SELECT id FROM upload WHERE id = ANY ($1)", list(identities))
        return {row["id"] for row in rows}

    async def _open_of(self, tps: str) -> int:
        row = await self._database.fetchrow(
            "SELECT count(*) AS open FROM upload WHERE tps = $1 AND expires_at > now()", tps
        )
        return int(row["open"]) if row else 0

    async def _by(self, column: str, value: str) -> Upload | None:
        row: Any = await self._database.fetchrow(
            f"SELECT {FOUND}, p.receipt FROM upload u LEFT JOIN page_revision p ON p.key = u.key"
            # the key may have been used for something else meanwhile, whose receipt is not this photo's
            " AND (p.tps, p.form, p.page, p.sha256) = (u.tps, u.form, u.page, u.sha256)"
            f" WHERE {column} = $1",
            value,
        )
        return Upload(**{**row, "numbers": json.loads(row["numbers"])}) if row else None
