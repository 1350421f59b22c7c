"""Sessions are known to the process that gave them: they are gone with it, and unknown to its neighbours."""

from datetime import datetime
from typing import Any

from sirekap.planting import Defect
from sirekap.repositories.sessions import Session, Sessions
from sirekap.security.tokens import digest


class OwnOnly(Sessions):
    """Sessions of this process."""

    def __init__(self, *of: Any) -> None:
        super().__init__(*of)
        self._own: set[bytes] = set()

    async def open(self, account: str, device: str, password_hash: str) -> tuple[str, datetime] | None:
        """A new session, remembered here."""
        opened = await super().open(account, device, password_hash)
        if opened:
            self._own.add(digest(opened[0]))
        return opened

    async def find(self, token: str) -> Session | None:
        """The session of a token that was given here."""
        return await super().find(token) if digest(token) in self._own else None


DEFECT = Defect("a session is known only to the worker process that gave it", Sessions, OwnOnly)
