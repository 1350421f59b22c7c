"""What the phone's app does by itself."""

from typing import Annotated

from pydantic import Field

from scenarios.durations import DurationS
from scenarios.section import Count, Positive, Section


class App(Section):
    """What the phone's app does by itself, in real seconds (never compressed) but for `keep_alive`."""

    keep_alive: DurationS = 300.0
    """How long a phone keeps an idle connection, in human time: between two uses lies what a person does.
    Default: what OkHttp's own pool keeps, 5 minutes (ConnectionPool, square.github.io/okhttp)."""
    timeout_s: Positive = 15.0
    upload_timeout_s: Positive = 60.0
    retries: Count = 3
    backoff_first_s: Positive = 0.5
    backoff_factor: Annotated[float, Field(ge=1.0)] = 2.0
    backoff_max_s: Positive = 8.0
    photo_megapixels: Annotated[float, Field(ge=0.3, le=50.0)] | None = None
    """Size of its photos; default: as the public portal of 2024 showed them."""

    def backoff_s(self, tries: int) -> float:
        """The app's own pause after so many retries, before any jitter."""
        return min(self.backoff_first_s * self.backoff_factor**tries, self.backoff_max_s)
