"""The pool of the uploads opens its connections once: when the database was away, it stays away.

Sessions and pages are asked of this pool. Readiness, the public and auditors have another, and see nothing.
"""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from sirekap.database.access import Database, DatabaseAwayError
from sirekap.planting import Defect


class OpensOnce(Database):
    """A pool that gives up at the first sign that the database is away."""

    _gone = False

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        if self._gone:
            raise DatabaseAwayError("the pool has no connections")
        try:
            async with super()._connection() as connection:
                yield connection
        except DatabaseAwayError:
            self._gone = True
            raise


DEFECT = Defect("a worker that once met no database answers 503 for ever", Database, OpensOnce)
