"""How each TPS of a region reaches the network, and whether its power fails during the count.

Signal belongs to a place: TPS without or with unsteady signal, and those on weaker links, come desa by desa.
Their counts are the scenario's, exactly, for the whole region; a sample takes its share of each.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios import Scenario
from simulators.draws import Floats, exponentials, lognormals, uniforms

STEADY, NO_SIGNAL, INTERMITTENT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Reach:
    """One item a TPS. `link` is the class of the place where they send; times are whole human seconds.

    `travel_s` is the way to the nearest signal (0: none needed); a power cut begins `power_cut_start_s` after
    the close of voting and lasts `power_cut_s` (0: no cut).
    """

    link: NDArray[np.str_]
    signal: NDArray[np.int8]
    travel_s: Floats
    power_cut_start_s: Floats
    power_cut_s: Floats


def reach(scenario: Scenario, seed: int, tps: NDArray[np.int64]) -> Reach:
    """Reach of all TPS of a region (13-digit codes as numbers); ValueError if its counts cannot be met."""
    links = scenario.links
    signal = _signal(scenario, seed, tps)
    away = signal == NO_SIGNAL
    journey = lognormals(uniforms(seed, "travel", tps), links.travel_median, links.travel_sigma)
    start_s, length_s = _power_cuts(scenario, seed, tps)
    return Reach(
        link=np.where(away, links.signal_point, _link(scenario, seed, tps, away)).astype("U4"),
        signal=signal,
        travel_s=np.where(away, np.maximum(1.0, np.rint(journey)), 0.0),
        power_cut_start_s=start_s,
        power_cut_s=length_s,
    )


def _signal(scenario: Scenario, seed: int, tps: NDArray[np.int64]) -> NDArray[np.int8]:
    links = scenario.links
    signal = np.full(len(tps), STEADY, dtype=np.int8)
    listed = np.isin(tps // 10_000_000, [int(code) for code in links.no_signal_kecamatan])
    dark = np.flatnonzero(listed) if links.no_signal_kecamatan else np.arange(len(tps))
    if len(dark) < links.no_signal_tps:
        raise ValueError(
            f"links.no_signal_tps = {links.no_signal_tps}, but the kecamatan in links.no_signal_kecamatan "
            f"have {len(dark)} TPS; list more kecamatan or fewer TPS"
        )
    signal[_desa_by_desa(seed, "no-signal", tps, dark)[: links.no_signal_tps]] = NO_SIGNAL
    others = np.flatnonzero(signal == STEADY)
    if links.no_signal_kecamatan:
        elsewhere = np.flatnonzero((signal == STEADY) & ~listed)
        others = elsewhere if len(elsewhere) >= links.intermittent_tps else others
    if len(others) < links.intermittent_tps:
        raise ValueError(
            f"links.intermittent_tps = {links.intermittent_tps}, "
            f"but only {len(others)} TPS of the region have signal"
        )
    signal[_desa_by_desa(seed, "intermittent", tps, others)[: links.intermittent_tps]] = INTERMITTENT
    return signal


def _link(scenario: Scenario, seed: int, tps: NDArray[np.int64], away: NDArray[np.bool_]) -> NDArray[np.str_]:
    """Link class where there is signal, in the scenario's shares rounded to whole TPS."""
    links = scenario.links
    own = _desa_by_desa(seed, "link", tps, np.flatnonzero(~away))
    link = np.full(len(tps), "4g", dtype="U4")
    share, begin = 0.0, 0
    for name, part in (("vsat", links.share_vsat), ("edge", links.share_edge), ("3g", links.share_3g)):
        share += part
        end = round(share * len(own))
        link[own[begin:end]] = name
        begin = end
    return link


def _power_cuts(scenario: Scenario, seed: int, tps: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Cuts begin evenly over the median count and last an exponential time of at least a minute."""
    power = scenario.power
    if scenario.voting is None:
        return np.zeros(len(tps)), np.zeros(len(tps))
    cut = uniforms(seed, "power-cut", tps) < power.cut_chance
    start_s = np.rint(uniforms(seed, "power-cut", tps, 1) * scenario.voting.count_median)
    length_s = np.maximum(60.0, np.rint(exponentials(uniforms(seed, "power-cut", tps, 2), power.cut_mean)))
    return np.where(cut, start_s, 0.0), np.where(cut, length_s, 0.0)


def _desa_by_desa(
    seed: int, purpose: str, tps: NDArray[np.int64], chosen: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The indices `chosen`, desa after desa in an order drawn for this purpose."""
    codes = tps[chosen]
    return chosen[np.lexsort((codes, uniforms(seed, purpose, codes // 1_000)))]
