"""The help desk: so many people, and who calls them."""

from typing import Annotated

from pydantic import Field, model_validator

from scenarios.durations import ClockS, DurationS
from scenarios.section import Section, Share

_DAY_S = 86_400.0


class HelpDesk(Section):
    """People of the help desk of the region, who take one call after another while it is open.

    A call is log-normal in length. Who would have to wait longer than `patience` hangs up and tries alone for
    a while; so does whoever calls while it is closed. What it settles: a missing activation code, an account
    that is bound to another phone, and where to borrow a phone. To everybody else it says to wait.
    """

    people: Annotated[int, Field(ge=1, le=10_000)]
    call: DurationS
    """Median length of a call."""
    call_sigma: Annotated[float, Field(ge=0.0, le=2.0)] = 0.5
    opens: Annotated[ClockS, Field(alias="from")] = 0.0
    closes: Annotated[ClockS, Field(alias="to")] = _DAY_S
    """Hours of every day; from "00:00" to "00:00+1" is day and night."""
    patience: DurationS = 1_800.0
    after_tries: Annotated[int, Field(ge=1)] = 3
    """Rounds of trying, each with the app's own retries, after which an operator calls."""
    no_code: Share = 0.0
    """Share of accounts whose activation message never came, or to a wrong number: they must call first."""

    @model_validator(mode="after")
    def _hours(self) -> "HelpDesk":
        if not self.opens < self.closes <= self.opens + _DAY_S:
            raise ValueError('to must be later than from, by a day at most: "08:00" to "22:00"')
        return self
