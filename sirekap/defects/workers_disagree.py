"""Answers to the public come in turns from two memories, and one of them is some seconds behind.

So do workers behind one door that keep answers for as long as each likes; here one worker is enough.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from itertools import cycle

from sirekap.api.answered import PublicAnswers
from sirekap.planting import Defect
from sirekap.portal.answers import Answer, Content, Moments
from sirekap.settings import Settings

BEHIND_S = 4.0


class TwoMemories(PublicAnswers):
    """Who asks twice hears two things."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        old: Moments[Answer] = Moments(settings.answers_entries, BEHIND_S)
        memories = (self._moments, old)
        self._turns: defaultdict[str, cycle[Moments[Answer]]] = defaultdict(lambda: cycle(memories))

    async def get(self, name: str, make: Callable[[], Awaitable[Content | None]]) -> Answer | None:
        """From whichever memory has its turn."""
        self._moments = next(self._turns[name])
        return await super().get(name, make)


DEFECT = Defect(
    f"the public is answered out of two memories in turn, one of them {BEHIND_S:g} s behind",
    PublicAnswers,
    TwoMemories,
)
