"""For auditors: every revision of every page, in the order of storing.

The cursor is the id of the last row seen. Ids are given before commit, so a listing is complete once writes
have ended; during writes a row may appear behind the cursor.
"""

import json
from collections.abc import Sequence
from typing import Any

from sirekap.database.access import Database


class Audit:
    """Lists page revisions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def pages(self, after: int, limit: int) -> Sequence[dict[str, Any]]:
        """At most `limit` revisions with an id above `after`; "current" tells the one that counts."""
        rows = await self._database.fetch(
            "SELECT p.id, p.tps, p.form, p.page, p.revision, p.receipt, p.key, p.account, p.operator,"
            " p.sha256, p.photo_bytes, p.numbers, p.reason, p.captured_at,"
            " p.skew_ms, p.clock_suspect, p.delayed, p.stored_at,"
            " NOT EXISTS (SELECT 1 FROM page_revision n WHERE n.tps = p.tps AND n.form = p.form"
            "  AND n.page = p.page AND n.revision > p.revision) AS current"
            " FROM page_revision p WHERE p.id > $1 ORDER BY p.id LIMIT $2",
            after,
            limit,
        )
        return [{**dict(row), "numbers": json.loads(row["numbers"])} for row in rows]
