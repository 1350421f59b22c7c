"""Who may write where."""

from sirekap.repositories.sessions import Session


def may_write(session: Session, tps: str) -> bool:
    """An operator writes for their own TPS and no other."""
    return session.tps == tps
