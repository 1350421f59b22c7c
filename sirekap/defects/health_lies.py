"""Readiness was examined once, at the start, and is told again and again."""

from sirekap.operations.readiness import Examiner, Readiness, State
from sirekap.planting import Defect


class ExaminedOnce(Examiner):
    """Remembers the first good answer."""

    _first: Readiness | None = None

    async def examine(self) -> Readiness:
        """How every part was when it was well."""
        if self._first is None or self._first.state is not State.OK:
            self._first = await super().examine()
        return self._first


DEFECT = Defect("readiness is examined once and told for ever", Examiner, ExaminedOnce)
