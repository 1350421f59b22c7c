"""What operators hold in their hands: who has no phone that the app accepts must borrow one first."""

from typing import Annotated

from pydantic import Field, model_validator

from scenarios.durations import ClockS, DurationS
from scenarios.section import Section, Share


class Devices(Section):
    """Phones of the operators, both of a TPS alike. Who has the right one is not mentioned here.

    A phone is borrowed once it is needed. With `lent_from` it is lent on the day of voting only, from that
    hour for `lent_for` ("from morning to morning"): before the day it is held for the activation and given
    back, and after the day it is gone, with whatever has not been sent.
    """

    no_android: Share = 0.0
    """Share of operators with another phone than Android, or with none."""
    too_old: Share = 0.0
    """Share with an Android that the app does not accept (below 7.0)."""
    borrow_median: DurationS = 43_200.0
    borrow_sigma: Annotated[float, Field(ge=0.0, le=3.0)] = 0.6
    """Log-normal time from the need to a phone that is lent, in the calendar of the story."""
    lent_from: ClockS | None = None
    lent_for: DurationS = 86_400.0

    @model_validator(mode="after")
    def _shares(self) -> "Devices":
        if self.no_android + self.too_old > 1.0:
            raise ValueError("no_android and too_old must add to at most 1.0")
        return self
