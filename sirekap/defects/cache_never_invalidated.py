"""Answers to the public are made once and kept: nobody wrote the line that takes them out of the cache."""

from sirekap.api.answered import PublicAnswers
from sirekap.planting import Defect
from sirekap.portal.answers import Moments
from sirekap.settings import Settings


class KeepsForEver(PublicAnswers):
    """Answers as they were when they were first asked for."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._moments = Moments(settings.answers_entries, float("inf"))


DEFECT = Defect("what the public was answered once it is answered for ever", PublicAnswers, KeepsForEver)
