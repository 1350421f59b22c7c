"""`[[reported]]`: what was reported of the day, to be held against a run.

A figure unlike the report fails no verdict: a sound system should do better than the day did. It tells
whether a run looks like the day it is named after.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from scenarios.durations import clock_s
from scenarios.section import Section

Measure = Literal[
    "activated_share", "logged_in_share", "median_login", "tries_a_login", "page_share", "tps_share",
    "complete_share", "night_share", "busiest_hour", "unserved_share", "pleno_tps_a_day", "pleno_read_share",
    "backup_pages", "photos_replaced", "desk_calls", "desk_busiest_hour", "desk_wait_minutes",
]  # fmt: skip
"""What can be measured of a run directory, see `reports.reported`:

activated_share    accounts activated, of all                logged_in_share   accounts that got in, of all
median_login       clock time at which half of those who got in were in        tries_a_login  asked for each
page_share         pages acknowledged, of all                tps_share         TPS with at least one page
complete_share     TPS with every page                       night_share       of pages, those between 22:00
                                                                               and 06:00
busiest_hour       clock hour with most pages acknowledged   unserved_share    of what was asked: refused or
                                                                               without an answer
pleno_tps_a_day    TPS that a kecamatan's pleno decided in a day, on average   pleno_read_share  of all TPS
backup_pages       pages entered from plain photos           photos_replaced   unreadable photos replaced
desk_calls         calls of the help desk                    desk_busiest_hour most of them in an hour
desk_wait_minutes  median wait of who got through
"""

CLOCKS = frozenset({"median_login", "busiest_hour"})
"""Measured in hours of the clock: limits are written "16:20"."""
SHARES = frozenset(
    {
        "activated_share", "logged_in_share", "page_share", "tps_share", "complete_share", "night_share",
        "unserved_share", "pleno_read_share",
    }
)  # fmt: skip


class Reported(Section):
    """One figure: measured of `who`, from `start` to `by` (default: of the whole run), within two limits.

    The limits are the tolerance: what was published, and how exactly. Hours are seconds after midnight.
    """

    what: Measure
    who: Literal["all", "kpps", "pps", "ppk"] = "all"
    """Whose accounts or requests; shares of accounts of PPS or PPK are of theirs."""
    start: Annotated[datetime | None, Field(alias="from")] = None
    by: datetime | None = None
    """Local time of the story."""
    at_least: float | str | None = None
    at_most: float | str | None = None
    says: str
    source: str

    @model_validator(mode="after")
    def _limits(self) -> "Reported":
        if self.at_least is None and self.at_most is None:
            raise ValueError("at_least or at_most is missing: nothing is held against the run")
        for name in ("at_least", "at_most"):
            given = getattr(self, name)
            if given is None:
                continue
            if (self.what in CLOCKS) != isinstance(given, str):
                right = 'a clock time such as "16:20"' if self.what in CLOCKS else "a number"
                raise ValueError(f"{name} = {given!r}: {self.what} is measured as {right}")
            if isinstance(given, str):
                clock_s(given)
            elif self.what in SHARES and not 0.0 <= given <= 1.0:
                raise ValueError(f"{name} = {given:g}: {self.what} is a share, 0 to 1")
        for name in ("start", "by"):
            moment = getattr(self, name)
            if moment is not None and moment.tzinfo:
                raise ValueError("from and by are local times of the region: write them without an offset")
        low, high = self.limits
        if low is not None and high is not None and low > high:
            raise ValueError("at_least is more than at_most")
        return self

    @property
    def limits(self) -> tuple[float | None, float | None]:
        """Lower and upper limit as numbers; clock times in seconds after midnight."""
        low, high = (clock_s(one) if isinstance(one, str) else one for one in (self.at_least, self.at_most))
        return low, high
