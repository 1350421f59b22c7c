"""Who may act where."""

from sirekap.security.roles import Caller, within


class Confinement:
    """Everybody acts inside their own region: an operator for the own TPS and no other."""

    def may_write(self, caller: Caller, place: str) -> bool:
        """Whether what is stored of `place` is this caller's to change."""
        return within(caller.region, place)

    def may_read(self, caller: Caller, place: str) -> bool:
        """Whether this caller may see what only the offices of `place` are shown."""
        return within(caller.region, place)
