"""The last writer wins: an upsert by key. A late retry of the first submission lies on top of its correction.

It adds no row: the first submission's own row becomes the newest revision, under the receipt it always had.
"""

from sirekap.planting import Defect
from sirekap.repositories.pages import DatabasePageRows, Met, PageRow, PageWrite

ON_TOP = """
UPDATE page_revision p
SET revision = 1 + newest.revision, stored_at = clock_timestamp(), written_by = pg_current_xact_id()
FROM (
    SELECT revision FROM page_revision WHERE tps = $1 AND form = $2 AND page = $3
    ORDER BY revision DESC LIMIT 1
) newest
WHERE p.key = $4 AND p.revision = 1 AND newest.revision > 1
"""


class LastWriterWins(DatabasePageRows):
    """Page rows that take a submission for the newest word, however old it is."""

    async def met(self, tps: str, form: str, page: int, key: str) -> Met:
        """A first submission that has been corrected since is not recognised."""
        met = await super().met(tps, form, page, key)
        late = met.under_key and met.current and met.under_key.revision == 1 < met.current.revision
        return Met(None, None, met.final) if late else met

    async def insert(self, write: PageWrite, revision: int) -> PageRow | None:
        """A row that is there already is put on top."""
        row = await super().insert(write, revision)
        if row is None and revision == 1:
            await self._database.fetch(ON_TOP, write.tps, write.form, write.page, write.key)
        return row


DEFECT = Defect(
    "a retry of the first submission that comes after a correction becomes the newest revision",
    DatabasePageRows,
    LastWriterWins,
)
