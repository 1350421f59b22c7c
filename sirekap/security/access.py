"""Who may write where."""

from sirekap.security.roles import Caller, within


def confined(caller: Caller, place: str) -> bool:
    """Everybody acts inside their own region: an operator for the own TPS and no other."""
    return within(caller.region, place)
