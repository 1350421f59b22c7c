"""What the public may read: totals, single TPS, and whether a photo belongs to a stored page.

Each TPS counts once, with the current revision of its votes page. `as_of` is the database's clock as the
statement began: everything committed before it is counted.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sirekap.database.access import Database

FORM = "ppwp"
VOTES_PAGE = 2
NATIONAL_CODE = "0"
NATIONAL_NAME = "Indonesia"


@dataclass(frozen=True)
class Total:
    """Votes of one region; `tps_in` counts TPS whose votes page is stored."""

    code: str
    name: str
    tps_total: int
    tps_in: int
    pages_in: int
    votes: dict[str, int]
    as_of: datetime


class PublicResults:
    """Reads totals and pages for the public."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def national(self) -> Total:
        """The whole country."""
        return await self._total(NATIONAL_CODE, NATIONAL_NAME, "true", ())

    async def region(self, code: str) -> Total | None:
        """One region of any level, or None when it is not registered."""
        row = await self._database.fetchrow("SELECT level, name FROM region WHERE code = $1", code)
        if row is None:
            return None
        # the level is one of four words by the table's own check, and each is a column of tps
        return await self._total(code, row["name"], f"t.{row['level']} = $3", (code,))

    async def _total(self, code: str, name: str, chosen: str, values: tuple[str, ...]) -> Total:
        row: Any = await self._database.fetchrow(
            "SELECT count(DISTINCT t.code) AS tps_total,"
            " count(p.id) AS pages_in,"
            " count(p.id) FILTER (WHERE p.page = $2) AS tps_in,"
            " coalesce(sum((p.numbers->>'suara_1')::int) FILTER (WHERE p.page = $2), 0) AS votes_1,"
            " coalesce(sum((p.numbers->>'suara_2')::int) FILTER (WHERE p.page = $2), 0) AS votes_2,"
            " coalesce(sum((p.numbers->>'suara_3')::int) FILTER (WHERE p.page = $2), 0) AS votes_3,"
            " now() AS as_of"
            f" FROM tps t LEFT JOIN current_page p ON p.tps = t.code AND p.form = $1 WHERE {chosen}",
            FORM,
            VOTES_PAGE,
            *values,
        )
        votes = {str(pair): int(row[f"votes_{pair}"]) for pair in (1, 2, 3)}
        return Total(code, name, row["tps_total"], row["tps_in"], row["pages_in"], votes, row["as_of"])

    async def tps(self, code: str) -> dict[str, Any] | None:
        """One TPS with its current pages, or None when it is not registered."""
        row = await self._database.fetchrow(
            "SELECT t.code, t.number, t.provinsi, t.kab_kota, t.kecamatan, t.kel_desa, t.dpt_l, t.dpt_p,"
            " now() AS as_of,"
            " (SELECT c.sesuai FROM confirmation c WHERE c.tps = t.code AND c.form = $2"
            "  ORDER BY c.id DESC LIMIT 1) AS sesuai,"
            " (SELECT jsonb_object_agg(p.page, jsonb_build_object('revision', p.revision, 'sha256', p.sha256,"
            "  'numbers', p.numbers, 'photo', '/public/v1/photos/' || p.sha256 || '.jpg',"
            "  'stored_at', p.stored_at)) FROM current_page p WHERE p.tps = t.code AND p.form = $2) AS pages"
            " FROM tps t WHERE t.code = $1",
            code,
            FORM,
        )
        if row is None:
            return None
        found = dict(row)
        pages, sesuai = json.loads(found.pop("pages") or "{}"), found.pop("sesuai")
        return {**found, "form": FORM, "confirmed": sesuai is True, "pages": pages}

    async def is_published(self, sha256: str) -> bool:
        """Whether a stored page has this photo; a photo without a row is nobody's result."""
        row = await self._database.fetchrow("SELECT 1 FROM page_revision WHERE sha256 = $1 LIMIT 1", sha256)
        return row is not None
