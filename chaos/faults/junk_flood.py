"""A flood of junk: garbage that pretends to be uploads, logins and reads, by somebody who wants no result."""

from typing import Annotated

from pydantic import Field

from chaos.fault import Settings, register
from chaos.people import PeopleFault


class JunkFloodSettings(Settings):
    """`requests_per_s` in real time, over all load workers."""

    requests_per_s: Annotated[float, Field(gt=0.0, le=2_000.0)] = 50.0


@register("junk_flood")
class JunkFlood(PeopleFault):
    """In the history under the actor "iseng"; nothing is expected of its answers, and it is no demand."""

    settings = JunkFloodSettings
    tries = frozenset({"false_refusal", "unbounded"})
