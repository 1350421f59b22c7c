"""The server as it was, for `gladi simulate`: what the twin stands for when a report is to be played again.

The live form plays the same day against a system that is being tried; the twin form plays it against the
server that the report is about. Nothing here reaches a live run.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from scenarios.durations import ClockS
from scenarios.section import Section


class TwinWindow(Section):
    """A stretch in which that server was not itself: `capacity` of it was left (0: nothing).

    refused   connections are refused            silent   no answer, ever
    slow      everything takes 1/capacity as long
    """

    phase: str
    start: Annotated[ClockS, Field(alias="from")]
    end: Annotated[ClockS, Field(alias="to")]
    how: Literal["refused", "silent", "slow"] = "refused"
    capacity: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0
    why: str = ""

    @model_validator(mode="after")
    def _sense(self) -> "TwinWindow":
        if self.end <= self.start:
            raise ValueError('to must be later than from; "01:30+1" is half past one of the next day')
        if self.capacity > 0.0 and self.how != "slow":
            raise ValueError('with a capacity above 0 it is how = "slow"')
        return self


class Twin(Section):
    """Which server the twin is, and when it failed. `verdict` is what the simulation must come to.

    Where there are windows, faults of the scenario that hit the processes of a stack are those of the live
    form only: they stand there for what the windows say here.
    """

    model: Literal["reference-embedded", "sirekap-2024"] = "reference-embedded"
    share: Annotated[float, Field(gt=0.0, le=1.0)] = 1.0
    """This region's part of that server's users: of a server for the whole country the region gets every
    n-th turn, and waits as long as everybody."""
    compression: Annotated[float, Field(ge=1.0, le=100_000.0)] | None = None
    """Of every phase, whatever its pace; default: as the live run. 1.0 plays the real day: in the twin that
    costs no time."""
    tps: Annotated[int, Field(ge=2)] | None = None
    """TPS that a simulation plays unless --scale says otherwise; default: all."""
    windows: list[TwinWindow] = Field(default_factory=list)
    verdict: Literal["passed", "failed"] = "passed"
