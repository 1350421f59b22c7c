"""What still speaks of a photo: a page, the copy of it for the public, an upload that is no page yet."""

from collections.abc import Sequence

from sirekap.database.access import Database


class PhotoReferences:
    """Tells photos that are needed from those that nobody knows of."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, digests: Sequence[str]) -> set[str]:
        """Those of `digests` that something refers to."""
        rows = await self._database.fetch(
            "SELECT sha256 FROM page_revision WHERE sha256 = ANY ($1)"
            " UNION SELECT web_sha256 FROM reading WHERE web_sha256 = ANY ($1)"
            " UNION SELECT sha256 FROM upload WHERE sha256 = ANY ($1)",
            list(digests),
        )
        return {row["sha256"] for row in rows}
