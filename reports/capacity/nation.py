"""What a rate means for Indonesia: its share of the fastest inflow, of all operators, of all portal readers.

Figures of Pemilu 2024. TPS: the denominator of KPU's own portal. Fastest published inflow: 52,246 TPS between
19:00 and 20:03 WIB on 14 February 2024, from KPU's published progress. Portal: 648,307,624 hits from 14 to 19
February, as the press quoted KPU (others quote 684 million). A kabupaten/kota is the mean of 514.
"""

from collections.abc import Mapping
from dataclasses import dataclass

TPS = 823_236
FASTEST_TPS_A_MINUTE = 829.0
OPERATORS = 2 * TPS
PORTAL_PER_S = 648_307_624 / (6 * 86_400)
KABUPATEN = 514
PAGES_PPWP = 3
PAGES_ALL = 66
"""Photographed pages of one TPS: of the presidential election alone, and of all five."""


@dataclass(frozen=True, slots=True)
class OfNation:
    """`share` of what the nation needs at its peak; None where no such figure is published.

    TPS a minute count three pages each (PPWP), `all_pages` 66. `regions`: how many kabupaten/kota of the
    scenario's size send at once, each its part of the nation's fastest inflow.
    """

    share: float | None
    tps_a_minute: float | None = None
    all_pages: float | None = None
    regions: float | None = None
    region_tps: int = 0
    hours_for_all: float | None = None


def of_nation(what: str, rate_per_s: float, mix: Mapping[str, float], region_tps: int) -> OfNation:
    """Of a rate that is held; `mix` gives the share of pages in it."""
    pages = mix.get("submit_page", 0.0) / sum(mix.values()) * rate_per_s
    if pages > 0.0:
        minute = pages * 60.0 / PAGES_PPWP
        own = FASTEST_TPS_A_MINUTE * region_tps / TPS
        return OfNation(
            minute / FASTEST_TPS_A_MINUTE, minute, pages * 60.0 / PAGES_ALL / FASTEST_TPS_A_MINUTE,
            minute / own if own else None, region_tps,
        )  # fmt: skip
    if what == "login":
        return OfNation(None, hours_for_all=OPERATORS / rate_per_s / 3600.0 if rate_per_s else None)
    if what == "read":
        return OfNation(rate_per_s / PORTAL_PER_S)
    return OfNation(None)
