"""Logging out is left to the phone: it forgets its token, and the server does not."""

from sirekap.planting import Defect
from sirekap.repositories.sessions import Sessions


class NeverEnd(Sessions):
    """Sessions that last until their time is over."""

    async def end(self, token: str) -> None:
        """The phone will not use it any more."""


DEFECT = Defect("a session that was logged out of goes on", Sessions, NeverEnd)
