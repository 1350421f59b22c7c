"""A retry storm: the app repeats what failed at once, without backoff and without end."""

from typing import Annotated

from pydantic import Field

from chaos.fault import register
from chaos.people import PeopleFault, PeopleSettings


class RetryStormSettings(PeopleSettings):
    """`gap_s` of real time between an answer and the next attempt; it bounds what one phone can do."""

    gap_s: Annotated[float, Field(ge=0.02, le=10.0)] = 0.05


@register("retry_storm")
class RetryStorm(PeopleFault):
    """Felt where something fails while it is in force, such as beside a fault of the stack."""

    settings = RetryStormSettings
    tries = frozenset({"duplicated", "unbounded", "false_refusal"})
