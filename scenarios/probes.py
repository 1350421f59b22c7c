"""Variety of the workload that a sound system must survive."""

from typing import Annotated

from pydantic import Field, model_validator

from scenarios.durations import DurationS
from scenarios.section import Section, Share


class Probes(Section):
    """Variety that a sound system must survive, part of every run. Of each page at most one is refused."""

    truncated_photo: Share = 0.0
    """Share of pages whose first upload carries a photo cut off on the phone; must be refused."""
    foreign_write: Share = 0.0
    """Share of pages for which the operator has picked a neighbouring TPS by mistake; must be refused."""
    corrupted_photo: Share = 0.0
    """Share of pages whose photo is damaged on the way: as long, another digest; must be refused."""
    no_session: Share = 0.0
    """Share of pages that are sent without any session first; must be refused."""
    double_tap: Share = 0.0
    """Share of pages sent once more after their receipt, with the same key; must change nothing."""
    second_thought: Share = 0.0
    """Share of corrections that are themselves corrected, by other numbers."""
    late_retry: Share = 0.0
    """Share of corrections after which the phone's first submission arrives again, with its own key: it must
    change nothing. Half of them arrive while the correction is still under way, too."""
    wrong_password: Share = 0.0
    """Share of TPS with somebody who guesses at the first operator's password; the operator then logs in."""
    wrong_password_tries: Annotated[int, Field(ge=1, le=50)] = 6
    """Guesses in a row, from a device that is not the account's; one more is typed on its own phone."""
    neighbours_at_once: Share = 0.0
    """Share of pairs of neighbouring TPS that begin to send in the same instant."""
    logout: Share = 0.0
    """Share of operators who log out when their work is done."""
    ended_session_after: DurationS = 6.0
    """Real time after a logout when somebody uses the old session; must be refused by then."""

    @model_validator(mode="after")
    def _one_a_page(self) -> "Probes":
        if self.truncated_photo + self.foreign_write + self.corrupted_photo + self.no_session > 1.0:
            raise ValueError(
                "truncated_photo, foreign_write, corrupted_photo and no_session must add to at most 1.0: "
                "each is another page's"
            )
        return self
