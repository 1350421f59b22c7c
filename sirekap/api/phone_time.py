"""What a phone's clock says of a page, kept apart from when it arrived by ours.

A bad clock must not cost a result: a time that cannot be true is stored as it was said, and flagged. Only
what is no time at all is refused.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from starlette.requests import Request

from sirekap.api.bodies import moment
from sirekap.settings import Settings


@dataclass(frozen=True)
class PhoneTimes:
    """When a photo was taken, by the phone's clock; how far that clock is off; what follows.

    `skew_ms` is the phone's clock less ours; None when the phone did not say. `delayed`: taken long before it
    arrived. `suspect`: the clock is off, or the time is not one of this election.
    """

    captured_at: datetime | None
    skew_ms: int | None
    delayed: bool
    suspect: bool


def told(request: Request, settings: Settings) -> PhoneTimes:
    """What X-Captured-At and X-Phone-Time (the clock when sending) of this request say.

    Raises:
        RefusalError: 422 wrong_time for what is no time with an offset.
    """
    captured, sent = (_header(request, name) for name in ("X-Captured-At", "X-Phone-Time"))
    return judged(captured, sent, datetime.now(UTC), settings)


def judged(
    captured_at: datetime | None, sent_at: datetime | None, now: datetime, settings: Settings
) -> PhoneTimes:
    """What follows from a photo taken at `captured_at` and sent at `sent_at`, both by the phone's clock."""
    tolerance = timedelta(seconds=settings.clock_tolerance_s)
    skew = sent_at - now if sent_at else None
    # how long ago it was taken is best told by one clock alone, right or wrong
    age = (sent_at or now) - captured_at if captured_at else timedelta()
    suspect = age < -tolerance or (skew is not None and abs(skew) > tolerance)
    if captured_at and captured_at.year < settings.captured_year_min:
        suspect = True
    return PhoneTimes(
        captured_at,
        round(skew.total_seconds() * 1000) if skew is not None else None,
        age.total_seconds() > settings.delayed_after_s,
        suspect,
    )


def _header(request: Request, name: str) -> datetime | None:
    given = request.headers.get(name)
    return moment(given, name) if given is not None else None
