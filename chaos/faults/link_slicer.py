"""What is sent arrives in small pieces with pauses between: headers torn apart, photos by the spoonful."""

from pydantic import Field, model_validator

from chaos.fault import Settings, register
from chaos.link_fault import Line, both_ways
from chaos.link_pace import Pace, PaceFault
from chaos.toxiproxy import Toxic


class Slices(Settings):
    """Bytes of a slice, how much they vary to both sides, and microseconds before the next one."""

    slice_bytes: int = Field(ge=8, le=1_460)
    vary_bytes: int = Field(default=0, ge=0, le=1_000)
    pause_us: int = Field(ge=100, le=1_000_000)

    @model_validator(mode="after")
    def _slower_than_a_link_and_not_a_standstill(self) -> "Slices":
        if self.vary_bytes >= self.slice_bytes:
            raise ValueError(
                f"vary_bytes = {self.vary_bytes} must be less than slice_bytes = {self.slice_bytes}"
            )
        bytes_per_s = self.slice_bytes * 1e6 / self.pause_us
        if not 8_000 <= bytes_per_s <= 1_000_000:
            raise ValueError(
                f"slice_bytes over pause_us lets {bytes_per_s:.0f} bytes a second through; "
                "8,000 to 1,000,000 do"
            )
        return self


@register("link_slicer")
class LinkSlicer(PaceFault):
    """Slices what passes, both ways."""

    settings = Slices
    tries = frozenset({"torn", "altered", "duplicated"})

    def toxics(self, line: Line, settings: Slices) -> tuple[Toxic, ...]:
        """On what is clearly faster than slice by slice."""
        if self.pace(line, settings).bytes_per_s > 0.75 * Pace.of(line.home).bytes_per_s:
            return ()
        return both_ways(
            "slicer",
            {
                "average_size": settings.slice_bytes,
                "size_variation": settings.vary_bytes,
                "delay": settings.pause_us,
            },
        )

    def pace(self, line: Line, settings: Slices) -> Pace:
        """A slice a pause, at most."""
        return Pace(Pace.of(line.home).rtt_s, settings.slice_bytes * 1e6 / settings.pause_us)
