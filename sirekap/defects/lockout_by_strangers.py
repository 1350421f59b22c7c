"""Three wrong passwords lock an account, whoever sent them from wherever."""

from sirekap.planting import Defect
from sirekap.security.tries import Attempt, Tries

MOST = 3


class LocksEverybodyOut(Tries):
    """One counter an account, for its operator and for strangers alike."""

    def _limits(self, attempt: Attempt) -> dict[str, int]:
        return {self._key(attempt.account): MOST}


DEFECT = Defect(
    f"{MOST} wrong passwords from any device lock an account for everybody", Tries, LocksEverybodyOut
)
