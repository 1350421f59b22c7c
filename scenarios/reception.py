"""How TPS reach the network, and whether they have power."""

from typing import Literal

from pydantic import Field, model_validator

from scenarios.durations import DurationS
from scenarios.link_hours import LinkHours
from scenarios.section import Count, Section, Share


class Links(Section):
    """How the region's TPS reach the network. Counts are TPS of the whole region."""

    no_signal_tps: Count = 0
    no_signal_kecamatan: list[str] = Field(default_factory=list)
    """Where TPS without signal lie (six-digit codes); empty: anywhere."""
    travel_median: DurationS = 2_700.0
    travel_sigma: Share = 0.5
    """Log-normal journey to the nearest signal, one way."""
    signal_point: Literal["4g", "3g", "edge", "vsat"] = "3g"
    intermittent_tps: Count = 0
    up_mean: DurationS = 2_400.0
    down_mean: DurationS = 1_200.0
    """Mean stretches with and without signal of an intermittent TPS (exponential)."""
    share_3g: Share = 0.0
    share_edge: Share = 0.0
    share_vsat: Share = 0.0
    hours: list[LinkHours] = Field(default_factory=list)
    """When links are faster or slower than their class says: at night, in the evening."""

    @model_validator(mode="after")
    def _shares(self) -> "Links":
        if self.share_3g + self.share_edge + self.share_vsat > 1.0:
            raise ValueError("share_3g, share_edge and share_vsat must add to at most 1.0 (the rest is 4G)")
        return self


class Power(Section):
    """Power cuts at the TPS: chance that one begins during the count, and its mean length."""

    cut_chance: Share = 0.0
    cut_mean: DurationS = 5_220.0
