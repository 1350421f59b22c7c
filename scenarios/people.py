"""When people act, and how they keep trying: activation, login, the day itself, the public."""

from typing import Annotated

from pydantic import Field

from scenarios.durations import ClockS, DurationS
from scenarios.section import Section, Share


class Activation(Section):
    """The activation window: when operators first try, and how they keep trying."""

    phase: str
    at: ClockS
    spread: DurationS
    storm_share: Share
    """Share of operators who begin within `spread` after `at`; the others come later in the window."""
    human_retry: DurationS
    """Mean pause before a person tries again, after the app has given up."""
    tries: Annotated[int, Field(ge=1)]
    help_desk_tries: Annotated[int, Field(ge=0)] = 2
    """Attempts after the help desk has been asked; then the operator stays unactivated that day."""


class Login(Section):
    """The login check of the day before, and how many take part."""

    phase: str
    at: ClockS
    spread: DurationS
    share: Share


class Voting(Section):
    """The day itself. Counting is log-normal in the number of votes; capture waits for a free hand."""

    phase: str
    close: ClockS
    count_median: DurationS
    count_sigma: Share
    capture_wait_median: DurationS
    capture_wait_sigma: Share
    page_median: DurationS
    """Time to pose, shoot and accept one page."""
    human_retry: DurationS
    tries: Annotated[int, Field(ge=1)]
    second_operator_after: DurationS
    """When the second operator looks whether everything has arrived, after the first began."""
    confirm_disagree: Share = 0.02
    """Share of TPS whose operator answers "tidak sesuai" and files a correction."""
    send_after: ClockS | None = None
    """Operators who photograph when they can, but send from this hour on: at night, when it is faster."""
    send_after_share: Share = 1.0
    send_spread: DurationS = 7_200.0
    """They begin evenly over this time."""


class Public(Section):
    """People and media who read the results: page views a minute of human time, while `phase` plays."""

    phase: str
    start: ClockS
    end: ClockS
    views_per_minute: Annotated[float, Field(ge=0.0)]
