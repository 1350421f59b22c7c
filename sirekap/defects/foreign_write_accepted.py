"""Whoever is logged in may write, wherever they belong: the path is not held against the account."""

from sirekap.planting import Defect
from sirekap.security.access import Confinement
from sirekap.security.roles import Caller


class Unconfined(Confinement):
    """No borders for writes."""

    def may_write(self, caller: Caller, place: str) -> bool:
        """Anywhere."""
        return True


DEFECT = Defect("an operator may write for any TPS", Confinement, Unconfined)
