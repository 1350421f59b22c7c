"""Nobody thought of retries: a submission that is repeated is stored again, on top of the first."""

from dataclasses import replace

from sirekap.planting import Defect
from sirekap.repositories.pages import DatabasePageRows, Met, PageRow, PageWrite
from sirekap.security.tokens import new_receipt


class ForgetsKeys(DatabasePageRows):
    """Page rows that do not recognise a retry."""

    async def insert(self, write: PageWrite, revision: int) -> PageRow | None:
        """Store again what was stored under this key, on top of it."""
        row = await super().insert(write, revision)
        while row is None:
            present = (await super().met(write.tps, write.form, write.page, write.key)).current
            if present is None or present.key != write.key:
                return None
            row = await super().insert(replace(write, receipt=new_receipt()), present.revision + 1)
        return row

    async def met(self, tps: str, form: str, page: int, key: str) -> Met:
        """Nothing was ever stored under any key."""
        return replace(await super().met(tps, form, page, key), under_key=None)


DEFECT = Defect(
    "a repeated submission stores a further revision with a fresh receipt",
    DatabasePageRows,
    ForgetsKeys,
    schema=("DROP INDEX IF EXISTS page_revision_key_once",),
)
