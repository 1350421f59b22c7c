"""Totals add what comes: when a page is corrected, what it said before is not taken away."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sirekap.planting import Defect
from sirekap.repositories.tallies import Batch, Key, Round, Station


class AddsEveryRevision(Round):
    """A round that sees pages of which there was something before as if there had been nothing."""

    def __init__(self, *of: Any) -> None:
        super().__init__(*of)
        self._coming: set[tuple[str, str, str]] = set()

    async def unseen(self, most: int) -> Batch:
        """What was not counted yet, noted."""
        batch = await super().unseen(most)
        self._coming = {(one.tps, one.form, one.page) for one in batch.revisions}
        return batch

    async def stations(self, keys: Collection[Key]) -> dict[Key, Station]:
        """What was counted before, but for pages that are about to be counted."""
        return {
            (tps, form): replace(
                station,
                pages={
                    page: content
                    for page, content in station.pages.items()
                    if (tps, form, page) not in self._coming
                },
            )
            for (tps, form), station in (await super().stations(keys)).items()
        }


DEFECT = Defect("totals count every revision of a page", Round, AddsEveryRevision)
