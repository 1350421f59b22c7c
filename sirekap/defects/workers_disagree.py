"""Every second answer about a region is made of totals that are some seconds old, and says that they are new.

So do workers behind one door that each keep totals for as long as they like; here one worker is enough.
"""

import time
from collections import defaultdict
from dataclasses import replace
from itertools import cycle
from typing import Any

from sirekap.planting import Defect
from sirekap.portal.shown import Shown
from sirekap.repositories.public_results import PublicResults

BEHIND_S = 4.0


class TwoMinds(PublicResults):
    """Who asks twice hears two things."""

    def __init__(self, *of: Any) -> None:
        super().__init__(*of)
        self._kept: dict[tuple[str, str], tuple[float, Shown]] = {}
        self._turns: defaultdict[tuple[str, str], cycle[bool]] = defaultdict(lambda: cycle((False, True)))

    async def region(self, form: str, digits: str) -> Shown | None:
        """What is counted, or what was counted a while ago."""
        new, name, now_s = await super().region(form, digits), (form, digits), time.monotonic()
        if new is None:
            return None
        kept_s, kept = self._kept.get(name, (-BEHIND_S, new))
        if now_s - kept_s > BEHIND_S:
            self._kept[name] = (now_s, new)
        return replace(kept, as_of=new.as_of, age_s=new.age_s) if next(self._turns[name]) else new


DEFECT = Defect(
    f"every second answer about a region is made of totals up to {BEHIND_S:g} s old", PublicResults, TwoMinds
)
