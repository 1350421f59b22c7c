"""Which photos nobody can read, of which a plain one was kept that can be, and when it is handed on."""

from scenarios import Scenario, Timeline
from simulators.officials.office import draw


def unreadable(scenario: Scenario, seed: int, tps: str, form: str, page: int) -> bool:
    """Whether the first photo that the first operator takes of a page is so blurred or dark that nobody can
    read it; one that is taken anew, or with another phone, can be read."""
    backup = scenario.backup
    if backup is None or backup.unreadable == 0.0:
        return False
    return _lot(seed, "unreadable", tps, form, page) < backup.unreadable


def kept(scenario: Scenario, seed: int, tps: str, form: str, page: int) -> bool:
    """Whether a plain photo of it was kept that can be read."""
    backup = scenario.backup
    return backup is not None and _lot(seed, "kept", tps, form, page) < backup.kept


def too_late(scenario: Scenario, timeline: Timeline, now_s: float) -> bool:
    """Whether KPPS whose pages are not in stop trying, to hand plain photos to the PPS."""
    backup = scenario.backup
    return backup is not None and now_s >= timeline.run_s(backup.phase, backup.deadline)


def hands_over(scenario: Scenario, seed: int, tps: str) -> bool:
    """Whether KPPS who cannot send bring their plain photos to the PPS."""
    backup = scenario.backup
    return backup is not None and draw(seed, "hands over", int(tps)) < backup.share


def _lot(seed: int, purpose: str, tps: str, form: str, page: int) -> float:
    return draw(seed, f"{purpose} {form}", int(tps), page)
