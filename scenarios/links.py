"""Link classes of a polling station: what a phone gets from 4G, 3G, EDGE or a VSAT dish.

One table for both clocks: the live run hands these figures to a real proxy, the twin computes with them.
`LINKS` are the classes a polling station can have; `PROFILES` are those and what a fault can turn them into.
"""

from dataclasses import dataclass
from typing import Literal

LinkName = Literal["4g", "3g", "edge", "vsat"]
ProfileName = Literal["4g", "3g", "edge", "vsat", "congested"]


@dataclass(frozen=True, slots=True)
class LinkProfile:
    """Speed and delay of one link class, a phone at a time (links are not shared between phones).

    `rtt_ms` is the round trip, `jitter_ms` its spread (half to each side), speeds are kilobits a second.
    """

    name: ProfileName
    label: str
    rtt_ms: float
    jitter_ms: float
    up_kbit_s: float
    down_kbit_s: float
    source: str

    def upload_s(self, size_bytes: int) -> float:
        """Seconds to push `size_bytes` through the uplink, delay not included."""
        return size_bytes * 8 / (self.up_kbit_s * 1000)

    def download_s(self, size_bytes: int) -> float:
        """Seconds to pull `size_bytes` through the downlink, delay not included."""
        return size_bytes * 8 / (self.down_kbit_s * 1000)


LINKS: dict[str, LinkProfile] = {
    link.name: link
    for link in (
        LinkProfile(
            "4g", "4G", 28, 14, 10_620, 16_650,
            "Ookla Speedtest, Indonesia, September 2022 (bisnis.com 2022-10-23)",
        ),
        LinkProfile(
            "3g", "3G", 150, 30, 768, 1_600,
            "sitespeed.io throttle preset 3g (no Indonesian measurement found); jitter assumed",
        ),
        LinkProfile(
            "edge", "EDGE", 840, 120, 200, 240,
            "WebPageTest Mobile EDGE preset (no Indonesian measurement found); jitter assumed",
        ),
        LinkProfile(
            "vsat", "VSAT", 600, 40, 3_000, 10_000,
            "SATRIA-1 test 3 up / 10 down Mbit/s (liputan6.com 2023); round trip above the 477 ms that "
            "the orbit alone costs; jitter assumed",
        ),
    )
}  # fmt: skip

PROFILES: dict[str, LinkProfile] = LINKS | {
    "congested": LinkProfile(
        "congested", "4G padat", 300, 200, 640, 2_000,
        "down: 1 to 3 Mbit/s sustained of 120 in a full hall (M. Sauter, LTE Congestion Behavior, part 2, "
        "blog.wirelessmoves.com 2019-12); up: the 4G ratio, halved because the crowd uploads (assumed); "
        "round trip and jitter assumed (full buffers: Jiang et al., Understanding Bufferbloat in Cellular "
        "Networks, CellNet 2012). That such a cell refuses connections a hundred times more often (Shafiq et "
        "al., A First Look at Cellular Network Performance during Crowded Events, SIGMETRICS 2013) is a "
        "fault apart: link_reset, link_timeout",
    )
}  # fmt: skip
