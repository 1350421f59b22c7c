"""Links by the hour: the same link class is faster at night and slower when everybody uses it.

Speeds change, round trips do not. A stretch may go over midnight ("22:00" to "06:00"); where stretches
overlap, the first in the file holds.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field, model_validator

from scenarios.durations import ClockS
from scenarios.section import Section

_DAY_S = 86_400.0


class LinkHours(Section):
    """A stretch of every day in which uploads and downloads go `factor` times as fast."""

    start: Annotated[ClockS, Field(alias="from")]
    end: Annotated[ClockS, Field(alias="to")]
    factor: Annotated[float, Field(gt=0.0, le=20.0)]

    @model_validator(mode="after")
    def _within_a_day(self) -> "LinkHours":
        if self.start >= _DAY_S or self.end >= _DAY_S:
            raise ValueError('from and to are hours of every day, "00:00" to "23:59": leave the +1 out')
        if self.start == self.end:
            raise ValueError("from and to are the same; a stretch of the day lies between two hours")
        return self

    def holds(self, clock_s: float) -> bool:
        """Whether the stretch holds at this time of day (seconds after midnight)."""
        if self.start < self.end:
            return self.start <= clock_s < self.end
        return clock_s >= self.start or clock_s < self.end


def speed_at(hours: Sequence[LinkHours], local: datetime) -> float:
    """How many times as fast the links are at a local time; 1.0 outside of every stretch."""
    clock_s = local.hour * 3_600.0 + local.minute * 60.0 + local.second
    return next((one.factor for one in hours if one.holds(clock_s)), 1.0)


def edges(hours: Sequence[LinkHours]) -> Iterator[float]:
    """Times of day at which the speed may change, each once."""
    yield from sorted({moment for one in hours for moment in (one.start, one.end)})
