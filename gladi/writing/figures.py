"""From what somebody chose to figures, each with where it comes from.

Counts of a region are those that `simulators.country` has: published, or shared out of national ones. Times
of day and habits are Kepahiang's, which are assumed for every other place.
"""

from dataclasses import dataclass

import numpy as np

from gladi.writing.wish import Lang, Wish

POOR_NETWORK, POOR_POWER = 3.0, 5.0
"""So many times the counted figures (chosen, to see what follows)."""

_COUNTED = {"pemilu-2024": "pemilu-2024", "pilkada-2024": "pilkada-2024", "pilkada-2020": "pilkada-2024"}
_SOURCE: dict[Lang, str] = {
    "id": "hitungan KPU/Bawaslu, atau bagian dari angka nasional",
    "en": "counted by KPU/Bawaslu, or shared out of the national figure",
}
_ASSUMED: dict[Lang, str] = {"id": "andaian", "en": "assumed"}
_PAGES = {"ppwp": 3, "dpr": 20, "dpd": 3, "dprd-prov": 20, "dprd-kab": 20, "kwk-gubernur": 3, "kwk-bupati": 3}
"""Photographs of a form, about."""
LIVE_PAGES = 1_600
"""As many as Kepahiang's 526 TPS send: known to be playable on two cores in four minutes."""


@dataclass(frozen=True, slots=True)
class Value:
    """One key with its value as Python has it, and words for the end of its line."""

    value: object
    comment: str = ""


Values = dict[str, Value]


def live_sample(tps: int, forms: tuple[str, ...]) -> int | None:
    """TPS for a live run on a small machine; None where all of them are not too many."""
    most = max(8, LIVE_PAGES // sum(_PAGES[form] for form in forms))
    return None if tps <= most else most


def tps_of(code: str, election: str) -> int:
    """TPS of a regency or province in an election; 2020 is taken to have as many as 2024 (assumed)."""
    from simulators.country.counts import counts

    whole = counts(_COUNTED[election])
    return sum(int(tps) for one, tps in zip(whole.codes, whole.tps, strict=True) if one.startswith(code))


def region(wish: Wish) -> Values:
    """Where; how many TPS and voters it has in its election is on file."""
    return {"code": Value(wish.code, wish.place)}


def links(wish: Wish) -> Values:
    """How many TPS without signal, with a weak one, and on which links the others are."""
    from simulators.country.reach import SHARES

    none, weak, density, tps = _counted(wish)
    factor = {"good": 0.0, "counted": 1.0, "poor": POOR_NETWORK}[wish.network]
    none, weak = (round(part * factor) for part in (none, weak))
    if none + weak > tps:  # three times a bad count may be more TPS than there are
        none, weak = round(tps * none / (none + weak)), tps - round(tps * none / (none + weak))
    said = _SOURCE[wish.lang] + (f", x {factor:g}" if factor > 1 else "")
    assumed = _ASSUMED[wish.lang]
    found = {
        "no_signal_tps": Value(none, said if factor else ""),
        "intermittent_tps": Value(weak, said if factor else ""),
        "travel_median": Value("50m", assumed),
        "travel_sigma": Value(0.5),
        "up_mean": Value("40m", assumed),
        "down_mean": Value("20m", assumed),
    }
    for name, share in SHARES.items():
        here = min(float(share[density - 1]) * factor, 0.3)
        found[f"share_{name}"] = Value(round(here, 3), "simulators/country/reach.py" if factor == 1 else "")
    return found


def power(wish: Wish) -> Values:
    """Power cuts during the count."""
    from simulators.country.counts import provinces
    from simulators.country.reach import CUT_MEAN_S, CUT_PER_DAY

    region = provinces()[wish.code[:2]]["pln_region"]
    factor = {"steady": 0.0, "counted": 1.0, "poor": POOR_POWER}[wish.power]
    said = f"PLN {region}, SAIFI/SAIDI 2021-Q1" + (f", x {factor:g}" if factor > 1 else "")
    return {
        "cut_chance": Value(round(CUT_PER_DAY[region] * factor, 4), said if factor else ""),
        "cut_mean": Value(f"{round(CUT_MEAN_S[region] / 60)}m", said if factor else ""),
    }


def faults(wish: Wish, kecamatan: str) -> list[Values]:
    """What goes wrong with the server, in the order in which it strikes."""
    down: Values = {
        "fault": Value("process_kill"), "target": Value("api"),
        "phase": Value("hari-h"), "at": Value("19:20"), "for": Value("50m"),
    }  # fmt: skip
    frozen: Values = {
        "fault": Value("process_pause"), "target": Value("postgres"),
        "phase": Value("hari-h"), "at": Value("16:30"), "for": Value("15m"),
    }  # fmt: skip
    dark: Values = {
        "fault": Value("area_dark"), "target": Value(kecamatan),
        "phase": Value("hari-h"), "at": Value("17:30"), "for": Value("2h"),
    }  # fmt: skip
    dead = down | {"target": Value(["api", "postgres"])}
    return {"well": [], "outage": [down], "worst": [frozen, dark, dead]}[wish.server]


def _counted(wish: Wish) -> tuple[int, int, int, int]:
    """TPS without and with a weak signal, class of density (of most TPS), and all TPS of the region."""
    from simulators.country.constraints import constraints
    from simulators.country.counts import counts

    election = _COUNTED[wish.election]
    whole, limits = counts(election), constraints(election)
    here = np.array([code.startswith(wish.code) for code in whole.codes])
    classes = np.bincount(whole.density[here], weights=whole.tps[here])
    none, weak = (int(part[here].sum()) for part in (limits.none, limits.weak))
    return none, weak, int(classes.argmax()), tps_of(wish.code, wish.election)
