"""Everything takes longer on its way: a longer route, a crowded cell, full buffers."""

from pydantic import Field, model_validator

from chaos.fault import Settings, register
from chaos.link_fault import Line, both_ways
from chaos.link_pace import Pace, PaceFault
from chaos.toxiproxy import Toxic


class Delay(Settings):
    """Milliseconds on top of the link's own round trip, half of them in each direction."""

    rtt_ms: int = Field(ge=20, le=60_000)
    jitter_ms: int = Field(default=0, ge=0, le=60_000)
    """Spread of the added delay, to both sides."""

    @model_validator(mode="after")
    def _no_negative_delay(self) -> "Delay":
        if self.jitter_ms > self.rtt_ms:
            raise ValueError(f"jitter_ms = {self.jitter_ms} must not exceed rtt_ms = {self.rtt_ms}")
        return self


@register("link_latency")
class LinkLatency(PaceFault):
    """Adds delay with jitter to lines."""

    settings = Delay
    tries = frozenset({"lost", "duplicated", "reordered"})

    def toxics(self, line: Line, settings: Delay) -> tuple[Toxic, ...]:
        """Half of it each way."""
        return both_ways("latency", {"latency": settings.rtt_ms // 2, "jitter": settings.jitter_ms // 2})

    def pace(self, line: Line, settings: Delay) -> Pace:
        """The same speed, a longer round trip."""
        home = Pace.of(line.home)
        return Pace(home.rtt_s + settings.rtt_ms / 1000, home.bytes_per_s)
