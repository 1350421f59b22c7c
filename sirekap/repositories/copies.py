"""What a witnesses' copy needs that no other part reads: names of the place, and pages with their photos."""

import json
from dataclasses import dataclass

from sirekap.database.access import Database


@dataclass(frozen=True)
class Place:
    """Where the TPS is, by name."""

    provinsi: str
    kab_kota: str
    kecamatan: str
    kel_desa: str
    number: int


@dataclass(frozen=True)
class StoredPage:
    """The current revision of a page; `web_sha256` names the small copy of its photo once it was read."""

    page: int
    revision: int
    receipt: str
    sha256: str
    numbers: dict[str, int]
    web_sha256: str | None


class Copies:
    """Reads what stands on a copy."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def place(self, tps: str) -> Place | None:
        """Names of everything a TPS lies in, or None."""
        row = await self._database.fetchrow(
            "SELECT coalesce(prov.name, '') AS provinsi, coalesce(kab.name, '') AS kab_kota,"
            " kec.name AS kecamatan, kel.name AS kel_desa, t.number"
            " FROM tps t JOIN region kec ON kec.code = t.kecamatan JOIN region kel ON kel.code = t.kel_desa"
            " LEFT JOIN region kab ON kab.code = t.kab_kota LEFT JOIN region prov ON prov.code = t.provinsi"
            " WHERE t.code = $1",
            tps,
        )
        return Place(**row) if row else None

    async def pages(self, tps: str, form: str) -> list[StoredPage]:
        """The current revision of every stored page, in order."""
        rows = await self._database.fetch(
            "SELECT p.page, p.revision, p.receipt, p.sha256, p.numbers,"
            " (SELECT r.web_sha256 FROM reading r WHERE r.sha256 = p.sha256 AND r.web_sha256 IS NOT NULL"
            "  ORDER BY r.revision_id DESC LIMIT 1) AS web_sha256"
            " FROM current_page p WHERE p.tps = $1 AND p.form = $2 ORDER BY p.page",
            tps,
            form,
        )
        return [StoredPage(**{**row, "numbers": json.loads(row["numbers"])}) for row in rows]
