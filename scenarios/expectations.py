"""What counts as good service, and what a run must reach."""

from scenarios.durations import DurationS
from scenarios.section import Positive, Section, Share


class Slo(Section):
    """What counts as good service: real seconds from the intended moment, and the share that must hold."""

    activate_s: Positive
    login_s: Positive
    submit_page_s: Positive
    read_s: Positive
    shown_s: Positive = 5.0
    """The public is shown a stored page within this time, and nothing older."""
    backwards_s: Positive = 1.5
    """By so much an answer to the public may be older than one that was given before it."""
    logged_out_s: Positive = 5.0
    """A session that was logged out is refused by all within this time."""
    availability: Share


class Expect(Section):
    """What the run must reach to pass, beside losing nothing."""

    completeness: Share
    """Share of TPS whose pages are all in, at the end."""
    activated: Share = 0.0
    """Share of accounts activated when the activation phase ends."""
    recover_within: DurationS
    """Real time from the healing of a fault until service is good again."""
    steady: Share = 0.9
    """Availability just before the first fault, and again once the last is recovered from."""
    pleno: Share | None = None
    """Share of forms of TPS that a pleno has decided on by the end; nothing is expected without it."""
    officials_in: Share | None = None
    """Share of the officials who came who are logged in when the window of `officials.login` ends."""
