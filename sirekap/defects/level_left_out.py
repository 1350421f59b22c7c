"""Sums go up the levels, and every second time the kecamatan is passed over."""

from collections.abc import Mapping
from itertools import count

from sirekap.planting import Defect
from sirekap.portal.counting import Change
from sirekap.repositories.tallies import Key, Round
from sirekap.security.roles import level_of

LEVEL = "kecamatan"
_rounds = count()


class PassesOver(Round):
    """A round that may forget one level."""

    async def add(self, changes: Mapping[Key, Change]) -> None:
        """Add to all levels, or to all but one."""
        if changes and next(_rounds) % 2 == 0:
            changes = {key: change for key, change in changes.items() if level_of(key[1]) != LEVEL}
        await super().add(changes)


DEFECT = Defect(f"every second round of counting passes over the level {LEVEL}", Round, PassesOver)
