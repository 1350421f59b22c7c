"""Finalised results: stored once and never changed, each only if what it was made of still stands."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from sirekap.database.access import Database
from sirekap.pleno.d_hasil import Content, Lower, digest
from sirekap.repositories.pleno import PLENO_WAIT_S, FormState


class SupersededError(Exception):
    """What the D.Hasil was made of changed while it was made; look and finalise again."""


@dataclass(frozen=True)
class Result:
    """A stored D.Hasil; `text` is its canonical JSON."""

    region: str
    form: str
    version: int
    number: str
    sha256: str
    text: str
    account: str
    at: datetime

    @property
    def content(self) -> Content:
        """The D.Hasil as data."""
        content: Content = json.loads(self.text)
        return content


class Results:
    """Stores and finds D.Hasil."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, region: str, form: str, version: int | None = None) -> Result | None:
        """One version, the last one when none is named."""
        row = await self._database.fetchrow(
            "SELECT region, form, version, number, sha256, content AS text, account, at FROM d_hasil"
            " WHERE region = $1 AND form = $2 AND ($3::int IS NULL OR version = $3)"
            " ORDER BY version DESC LIMIT 1",
            region,
            form,
            version,
        )
        return Result(**row) if row else None

    async def lowers(self, form: str, versions: Mapping[str, int]) -> dict[str, Lower]:
        """The D.Hasil of several regions, each in the version named."""
        rows = await self._database.fetch(
            "SELECT h.region, h.version, h.sha256, h.content FROM d_hasil h"
            " JOIN unnest($2::text[], $3::int[]) AS wanted (region, version)"
            "  ON h.region = wanted.region AND h.version = wanted.version WHERE h.form = $1",
            form,
            list(versions),
            list(versions.values()),
        )
        return {
            row["region"]: Lower(row["version"], row["sha256"], json.loads(row["content"])) for row in rows
        }

    async def finalise_kecamatan(
        self, content: Content, text: str, standing: FormState, decisions: Mapping[str, int]
    ) -> Result:
        """Store the D.Hasil of a kecamatan, made of `decisions` (TPS -> id of its decision).

        Raises:
            SupersededError: one of them no longer holds, or somebody else finalised.
        """
        region, form = content["region"], content["form"]
        async with self._database.transaction(PLENO_WAIT_S) as connection:
            await connection.execute(
                "SELECT pg_advisory_xact_lock(pleno_lock($1, $2))", region, form, timeout=PLENO_WAIT_S
            )
            rows = await connection.fetch(
                "WITH stored AS ("
                "  SELECT tps, jsonb_object_agg(page::text, revision) AS basis FROM ("
                "   SELECT p.tps, p.page, max(p.revision) AS revision FROM page_revision p"
                "   JOIN tps t ON t.code = p.tps WHERE t.kecamatan = $1 AND p.form = $2 GROUP BY 1, 2) one"
                "  GROUP BY tps),"
                " decided AS (SELECT DISTINCT ON (tps) tps, id, basis FROM pleno_decision"
                "  WHERE region = $1 AND form = $2 ORDER BY tps, id DESC)"
                " SELECT d.tps, d.id FROM decided d LEFT JOIN stored s USING (tps)"
                " WHERE d.basis = coalesce(s.basis, '{}')",
                region,
                form,
                timeout=PLENO_WAIT_S,
            )
            if {row["tps"]: row["id"] for row in rows if row["tps"] in decisions} != dict(decisions):
                raise SupersededError
            return await _store(connection, content, text, standing)

    async def finalise_above(
        self, content: Content, text: str, standing: FormState, versions: Mapping[str, int]
    ) -> Result:
        """Store the D.Hasil of a region above the kecamatan, made of those below (region -> version).

        Raises:
            SupersededError: one below was reopened, or somebody else finalised.
        """
        region, form = content["region"], content["form"]
        async with self._database.transaction(PLENO_WAIT_S) as connection:
            await connection.execute(
                "SELECT pg_advisory_xact_lock_shared(pleno_lock(code, $2)) FROM unnest($1::text[]) AS code",
                sorted(versions),
                form,
                timeout=PLENO_WAIT_S,
            )
            await connection.execute(
                "SELECT pg_advisory_xact_lock(pleno_lock($1, $2))", region, form, timeout=PLENO_WAIT_S
            )
            rows = await connection.fetch(
                "SELECT region, version FROM pleno_form"
                " WHERE region = ANY ($1::text[]) AND form = $2 AND state = 'final'",
                list(versions),
                form,
            )
            if {row["region"]: row["version"] for row in rows} != dict(versions):
                raise SupersededError
            return await _store(connection, content, text, standing)

    async def revisions(
        self, form: str, wanted: Sequence[tuple[str, int, int]]
    ) -> dict[tuple[str, int], dict[str, int]]:
        """Numbers of single page revisions, wanted as (tps, page, revision), by (tps, page)."""
        rows = await self._database.fetch(
            "SELECT p.tps, p.page, p.numbers FROM page_revision p"
            " JOIN unnest($2::text[], $3::smallint[], $4::int[]) AS wanted (tps, page, revision)"
            "  ON p.tps = wanted.tps AND p.page = wanted.page AND p.revision = wanted.revision"
            " WHERE p.form = $1",
            form,
            [tps for tps, _, _ in wanted],
            [page for _, page, _ in wanted],
            [revision for _, _, revision in wanted],
        )
        return {(row["tps"], row["page"]): orjson.loads(row["numbers"]) for row in rows}

    async def entries(self, decisions: Sequence[int]) -> dict[int, dict[int, dict[str, int]]]:
        """Entered numbers by decision and page."""
        rows = await self._database.fetch(
            "SELECT id, entries FROM pleno_decision WHERE id = ANY ($1::bigint[]) AND entries <> '{}'",
            list(decisions),
        )
        return {
            row["id"]: {int(page): numbers for page, numbers in json.loads(row["entries"]).items()}
            for row in rows
        }


async def _store(connection: Any, content: Content, text: str, standing: FormState) -> Result:
    region, form = content["region"], content["form"]
    made = await connection.fetchval(
        "INSERT INTO pleno_form AS f (region, form, version, state) VALUES ($1, $2, $3, 'final')"
        " ON CONFLICT (region, form) DO UPDATE SET version = EXCLUDED.version, state = 'final'"
        "  WHERE f.version = EXCLUDED.version - 1 AND f.state = $4 RETURNING version",
        region,
        form,
        standing.version + 1,
        standing.state,
    )
    if made is None:
        raise SupersededError
    row = await connection.fetchrow(
        "INSERT INTO d_hasil (region, form, version, number, sha256, content, account, at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        " RETURNING region, form, version, number, sha256, content AS text, account, at",
        region,
        form,
        made,
        content["number"],
        digest(text),
        text,
        content["account"],
        datetime.fromisoformat(content["finalised_at"]),
    )
    return Result(**row)
