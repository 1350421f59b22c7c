"""Clocks of other machines: how far they are apart, and how sure that is (as NTP does it).

The master sends its time, the worker answers with its own, and the answer's arrival closes the bracket: the
worker's clock was read somewhere between. Of several exchanges the one with the least round trip says most;
its middle is the estimate, half of it the uncertainty, whatever the two ways took.
"""

from collections.abc import Iterable
from dataclasses import dataclass

EXCHANGES = 8
"""Exchanges a reading is taken from."""
REFUSED_S = 60.0
"""Further apart, and somebody has forgotten to set a clock; logs and consent could not be believed."""
WARNED_S = 1.0


@dataclass(frozen=True, slots=True)
class Exchange:
    """Sent and received back on the master's clock; in between the worker read `there_s` on its own."""

    sent_s: float
    there_s: float
    back_s: float

    @property
    def round_trip_s(self) -> float:
        """Both ways together."""
        return self.back_s - self.sent_s


@dataclass(frozen=True, slots=True)
class Reading:
    """A worker's clock shows `offset_s` more than the master's, give or take `uncertainty_s`."""

    offset_s: float
    uncertainty_s: float


def reading(exchanges: Iterable[Exchange]) -> Reading:
    """The best of some exchanges; ValueError for none."""
    best = min(exchanges, key=lambda one: one.round_trip_s)
    return Reading(best.there_s - (best.sent_s + best.back_s) / 2.0, best.round_trip_s / 2.0)


def refusal(host: str, found: Reading) -> str:
    """Why a worker on `host` with this clock may not join; empty if it may."""
    return f"{_apart(host, found)}; set it (NTP)" if abs(found.offset_s) > REFUSED_S else ""


def warning(host: str, found: Reading) -> str:
    """What to say about a clock that is off but will do: its moments are translated; empty if it is right."""
    return _apart(host, found) if abs(found.offset_s) > WARNED_S + found.uncertainty_s else ""


def _apart(host: str, found: Reading) -> str:
    way = "ahead" if found.offset_s > 0 else "behind"
    return f"the clock of {host} is {abs(found.offset_s):.{0 if abs(found.offset_s) >= 10 else 1}f} s {way}"
