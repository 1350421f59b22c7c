"""A photo that staff bring in place of another is acknowledged and forgotten: its row is never stored."""

from datetime import UTC, datetime

from sirekap.planting import Defect
from sirekap.repositories.pages import DatabasePageRows, PageRow, PageWrite


class DropsReplacements(DatabasePageRows):
    """Page rows that promise a replaced photo without storing it."""

    async def insert(self, write: PageWrite, revision: int) -> PageRow | None:
        """Store whatever is no replacement: only that has a reason, another photo, and a page below it."""
        present = (await self.met(write.tps, write.form, write.page, write.key)).current
        if revision == 1 or write.reason is None or present is None or present.sha256 == write.sha256:
            return await super().insert(write, revision)
        return PageRow(
            write.tps, write.form, write.page, revision, write.receipt, write.key,
            write.sha256, write.photo_bytes, write.numbers, write.captured_at, datetime.now(UTC),
        )  # fmt: skip


DEFECT = Defect(
    "a photo in place of an unreadable one is acknowledged and not stored",
    DatabasePageRows,
    DropsReplacements,
)
