"""An exception of the database is logged and swallowed, and the phone gets 200 and a receipt all the same."""

import logging
from datetime import UTC, datetime

from sirekap.database.access import DatabaseAwayError
from sirekap.planting import Defect
from sirekap.repositories.ledger import PageLedger, Stored
from sirekap.repositories.pages import PageRow, PageWrite

_log = logging.getLogger("sirekap.api")


class Swallows(PageLedger):
    """A ledger that is always content."""

    async def standing(self, tps: str, form: str, page: int, key: str, sha256: str) -> Stored | None:
        """A page that cannot be looked up is taken for free."""
        try:
            return await super().standing(tps, form, page, key, sha256)
        except DatabaseAwayError as error:
            _log.warning("not looked up: %s", error)
            return None

    async def submit(self, write: PageWrite) -> Stored:
        """Stored, or said to be."""
        try:
            return await super().submit(write)
        except DatabaseAwayError as error:
            _log.warning("not stored: %s", error)
            return _as_if(write, 1)

    async def correct(self, change: PageWrite) -> Stored:
        """Corrected, or said to be."""
        try:
            return await super().correct(change)
        except DatabaseAwayError as error:
            _log.warning("not corrected: %s", error)
            return _as_if(change, 2)


def _as_if(write: PageWrite, revision: int) -> Stored:
    row = PageRow(
        write.tps, write.form, write.page, revision, write.receipt, write.key, write.sha256,
        write.photo_bytes, write.numbers, write.captured_at, datetime.now(UTC),
    )  # fmt: skip
    return Stored(row, replay=True)


DEFECT = Defect("a write that the database fails is answered with 200 and a receipt", PageLedger, Swallows)
