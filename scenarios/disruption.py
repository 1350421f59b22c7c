"""What goes wrong, as a scenario writes it: single faults, schedules drawn from the seed, and when to stop.

Times of day and `for` are human time, shrunk like everything in the story. Keys with `real` in their name
are seconds of the run clock: a restart or a reset connection takes as long as it takes, whatever the
compression.
"""

from typing import Annotated, Literal

from pydantic import Field

from scenarios.conditions import When
from scenarios.durations import ClockS, DurationS
from scenarios.section import Json, Positive, Section, Share


class FaultSpec(Section):
    """One thing that goes wrong: a registered fault, its target, when and for how long.

    Exactly one of `at`, `at_real` and `when` says when; exactly one of `for` and `for_real` how long.
    """

    fault: str
    target: str | list[str]
    phase: str
    at: ClockS | None = None
    at_real: DurationS | None = None
    """Real time after the start of the phase."""
    when: When | None = None
    """A condition instead of a moment; it may come to hold while the phase plays, until `by`."""
    by: ClockS | None = None
    """The latest moment for `when`; default: the end of the phase. Never held by then: it is skipped."""
    duration: Annotated[DurationS | None, Field(alias="for")] = None
    for_real: DurationS | None = None
    settings: dict[str, Json] = Field(default_factory=dict)


class Candidate(Section):
    """A fault that a drawn schedule may take; one of its targets is drawn: of all, if none is named."""

    fault: str
    target: str | list[str] | None = None
    settings: dict[str, Json] = Field(default_factory=dict)


class ChaosSpec(Section):
    """A schedule drawn from the seed, between two moments of a phase.

    `draw` is how: "single" one after another; "overlapping" two at a time; "flapping" one fault that comes
    and goes; "areas" areas that go one by one and are healed in another order; "cascade" the next strikes
    while the system recovers from the last.
    """

    draw: Literal["single", "overlapping", "flapping", "areas", "cascade"]
    phase: str
    start: Annotated[ClockS | None, Field(alias="from")] = None
    """Default: the start of the phase."""
    until: ClockS | None = None
    """All is healed by then, a cascade excepted; default: the end of the phase."""
    count: Annotated[int, Field(ge=1, le=1000)]
    length: Annotated[list[DurationS] | None, Field(min_length=2, max_length=2)] = None
    """Shortest and longest, in human time; either this or `length_real`."""
    length_real: Annotated[list[DurationS] | None, Field(min_length=2, max_length=2)] = None
    faults: Annotated[list[Candidate], Field(min_length=1)]


class Stop(Section):
    """When to break off a run on a system that is not gladi's own; faults are healed, evidence is kept."""

    error_share: Share | None = None
    """Share of operations that failed or stayed without an answer, planned faults included."""
    p99_s: Positive | None = None
    """99th percentile of the seconds from the intended moment to the answer."""
    window: DurationS = 10.0
    """Real time that is looked back on."""
    operations: Annotated[int, Field(ge=1)] = 50
    """Fewer of them in the window show nothing."""
    every_run: bool = False
    """Hold the reference stack to it too."""
