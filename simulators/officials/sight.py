"""Which photos nobody can read, and of which somebody kept a plain one that can be."""

from scenarios import Scenario
from simulators.officials.office import draw


def unreadable(scenario: Scenario, seed: int, tps: str, form: str, page: int) -> bool:
    """Whether the first photo of a page is so blurred or dark that nobody can read it."""
    backup = scenario.backup
    return backup is not None and _lot(seed, "unreadable", tps, form, page) < backup.unreadable


def kept(scenario: Scenario, seed: int, tps: str, form: str, page: int) -> bool:
    """Whether a plain photo of it was kept that can be read."""
    backup = scenario.backup
    return backup is not None and _lot(seed, "kept", tps, form, page) < backup.kept


def hands_over(scenario: Scenario, seed: int, tps: str) -> bool:
    """Whether KPPS who cannot send bring their plain photos to the PPS."""
    backup = scenario.backup
    return backup is not None and draw(seed, "hands over", int(tps)) < backup.share


def _lot(seed: int, purpose: str, tps: str, form: str, page: int) -> float:
    return draw(seed, f"{purpose} {form}", int(tps), page)
