"""Page rows that wait for company, as they would under a load that a small rehearsal never has.

What goes wrong among writes that share a statement shows only where some do. Here one statement is under way
at a time and begins late, so that writes gather before it.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from sirekap.database.gathering import Gathering
from sirekap.repositories.pages import LARGEST, DatabasePageRows, PageRow, Revision

WAIT_S = 0.7


class InCompany(DatabasePageRows):
    """Stores together what comes within `WAIT_S`."""

    def __init__(self, *of: Any) -> None:
        super().__init__(*of)
        self._store = Gathering(self._stored_late, at_once=1, largest=LARGEST)

    async def _stored_late(self, revisions: Sequence[Revision]) -> Sequence[PageRow | None]:
        await asyncio.sleep(WAIT_S)
        return await self._stored(revisions)
