"""Little gets through at a time; held for each connection, so a crowd of TPS does not share it."""

from pydantic import Field

from chaos.fault import Settings, register
from chaos.link_fault import Line, both_ways
from chaos.link_pace import Pace, PaceFault
from chaos.toxiproxy import Toxic

_TELLABLE = 0.75
"""A limit above this share of the link's own speed could not be told from it."""


class Limit(Settings):
    """Kilobits a second, in each direction; toxiproxy counts in whole KB/s, so in steps of 8."""

    rate_kbit_s: int = Field(ge=8, le=8_000, multiple_of=8)


@register("link_bandwidth")
class LinkBandwidth(PaceFault):
    """Narrows lines; those that are narrower by themselves are left alone."""

    settings = Limit
    tries = frozenset({"lost", "duplicated", "torn"})

    def toxics(self, line: Line, settings: Limit) -> tuple[Toxic, ...]:
        """On what is clearly faster than the limit."""
        if settings.rate_kbit_s > _TELLABLE * line.home.up_kbit_s:
            return ()
        return both_ways("bandwidth", {"rate": settings.rate_kbit_s // 8})

    def pace(self, line: Line, settings: Limit) -> Pace:
        """The same round trip, a lower speed."""
        return Pace(Pace.of(line.home).rtt_s, settings.rate_kbit_s * 125)
