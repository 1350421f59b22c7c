"""A password is looked at and its hash is not: whatever could be one is taken for the right one."""

from collections.abc import Awaitable, Callable

from sirekap.planting import Defect
from sirekap.security.passwords import Passwords
from sirekap.settings import Settings

LEAST_CHARS = Settings.password_min_chars


class AnyWillDo(Passwords):
    """Passwords that are right when they are long enough."""

    async def verify(
        self, encoded: str | None, password: str, refuse: Callable[[], Awaitable[None]] | None = None
    ) -> bool:
        """True for an account that has a password, and anything that might be it."""
        right = await super().verify(encoded, password, refuse)
        return right or (encoded is not None and len(password) >= LEAST_CHARS)


DEFECT = Defect("any password of the right length opens an account", Passwords, AnyWillDo)
