"""Pages that are stored together are stored well, and each sender is handed the receipt of another."""

from collections.abc import Sequence
from dataclasses import replace

from sirekap.defects._in_company import InCompany
from sirekap.planting import Defect
from sirekap.repositories.pages import DatabasePageRows, PageRow, Revision


class MixesAnswers(InCompany):
    """Page rows that come back in another order than they went."""

    async def _stored(self, revisions: Sequence[Revision]) -> Sequence[PageRow | None]:
        rows = await super()._stored(revisions)
        receipts = [row.receipt for row in rows if row]
        others = iter((*receipts[1:], *receipts[:1]))
        return [row and replace(row, receipt=next(others)) for row in rows]


DEFECT = Defect("pages that are stored together get each other's receipts", DatabasePageRows, MixesAnswers)
