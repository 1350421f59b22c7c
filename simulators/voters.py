"""Who came to vote, as page 1 of each form other than PPWP tells it: voters, ballot papers, the disabled.

Legislative forms of a TPS share the page of its C.HASIL-PPWP, less the DPTb voters who got no such ballot.
Pilkada forms have a page of their own. Field ids are those of the forms; all numbers obey `simulators.rules`.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from simulators.draws import Floats, normal_at, subseed, uniform
from simulators.frame import DPT_GAP_SCALE, DPT_GAP_SHAPE, DPT_MOST, SPECIAL_FROM
from simulators.numbers import (
    DPK,
    DPTB,
    MALE_MEAN,
    MALE_SD,
    MALE_USERS_LESS,
    MALE_USERS_SD,
    RETURNED_MEAN,
    SPECIAL_DPT_SHARE,
)
from simulators.quantiles import CountTable, ShareTable, beta, gamma, negative_binomial, poisson

DPTB_BALLOTS = {"dpd": 0.63, "dpr": 0.60, "dprd-prov": 0.50, "dprd-kab": 0.35}
"""Share of DPTb voters who get this ballot beside the presidential one: who votes away from home gets those
of the districts he stayed in, so who gets a narrow one gets the wider too (memory, unverified). Turnout for
DPR and DPD was 0.4 points under the presidential (81.4 of 81.8 %, katadata), a third of the DPTb share; the
rest is assumed."""

ALONE = 0.11
"""Share of Pilkada TPS that took in no other: with it the mean DPT is 468, 203.66 M voters in 435,296 TPS."""

PILKADA_TURNOUT = (14.0, 5.72)
"""Beta, mean 71 % (katadata); the spread, 10 points, is assumed. Provinces differ (56 to 80 %), here not."""

PILKADA_MOST_USERS = 600
"""Voters of a Pilkada TPS at most (memory, unverified); above it a value would be an anomaly (R11)."""

DPPH = (DPTB[0], 1.5)
PILKADA_DPTB = (DPK[0], 2.0)
"""Negative binomials (dispersion r, mean): moved voters, and those not on the DPT who came with an e-KTP.
Dispersions of their Pemilu kin; means assumed."""

DPPH_CAME = 0.8
DPPH_BALLOTS = {"kwk-gubernur": 1.0, "kwk-bupati": 0.6}
"""Of the moved who came, those from another regency get the governor's ballot only (share assumed)."""

DISABLED_MEAN = 2.5
"""0.54 % of a DPT of 468 are registered as disabled (rumahpemilu.org)."""
DISABLED_CAME = 0.45
"""Assumed."""

SEXES = ("l", "p")


def legislative(seed: int, form: str, tps: int, ppwp: Mapping[str, int]) -> dict[str, int]:
    """Page 1 of a legislative form; `ppwp` holds page 1 of the same TPS's C.HASIL-PPWP."""
    page = {
        field: ppwp[field] for field in ppwp if field.startswith(("dpt_", "pengguna_dpt_", "pengguna_dpk_"))
    }
    for k, who in enumerate(SEXES):
        moved = _voters(seed, "dptb-ballots", tps, ppwp[f"pengguna_dptb_{who}"], k)
        page[f"pengguna_dptb_{who}"] = int((moved < DPTB_BALLOTS[form]).sum())
    page["pengguna_dptb_j"] = page["pengguna_dptb_l"] + page["pengguna_dptb_p"]
    for who in (*SEXES, "j"):
        page[f"pengguna_total_{who}"] = sum(page[f"pengguna_{row}_{who}"] for row in ("dpt", "dptb", "dpk"))
    for who in SEXES:
        page[f"disabilitas_{who}"] = min(ppwp[f"disabilitas_{who}"], page[f"pengguna_total_{who}"])
    page["disabilitas_j"] = page["disabilitas_l"] + page["disabilitas_p"]
    return page | _papers(seed, form, tps, ppwp["ss_diterima"], page["pengguna_total_j"])


def pilkada(seed: int, form: str, tps: int, ppwp: Mapping[str, int]) -> dict[str, int]:
    """Page 1 of a Pilkada form. Governor and regent share it, but for the moved voters' ballots.

    For Pilkada KPU merged the TPS of a desa two by two, up to 600 voters. Here every TPS keeps its code and
    takes in a neighbour that is drawn, not one of the population: one sheet is sound, but a region's sheets
    hold nearly twice its voters. Special locations take in nobody, and vote as moved voters (DPPh).
    """
    return pilkada_of(seed, form, tps, _merged(seed, tps, ppwp, tps % 1_000 >= SPECIAL_FROM))


def pilkada_of(seed: int, form: str, tps: int, dpt: Mapping[str, int]) -> dict[str, int]:
    """Page 1 of a Pilkada form of a TPS with this DPT ("l", "p", "j"), its own or a merged one."""
    special = tps % 1_000 >= SPECIAL_FROM
    received = dpt["j"] + -(-dpt["j"] // 40)
    came = round(dpt["j"] * _share(beta(*PILKADA_TURNOUT), seed, "pilkada-turnout", tps))
    of_dpt = round(came * SPECIAL_DPT_SHARE) if special else came
    men = dpt["l"] / dpt["j"] - MALE_USERS_LESS + MALE_USERS_SD * _normal(seed, "pilkada-male-users", tps)
    of_dpt_l = min(max(round(of_dpt * men), of_dpt - dpt["p"], 0), of_dpt, dpt["l"])
    rows = {"dpt": dpt, "pengguna_dpt": _row(of_dpt_l, of_dpt - of_dpt_l)}

    listed = came - of_dpt if special else _count(negative_binomial(*DPPH), seed, "dpph", tps)
    is_man = _voters(seed, "dpph-male", tps, listed) < MALE_MEAN
    comes = _voters(seed, "dpph-came", tps, listed) < (1.0 if special else DPPH_CAME)
    voting = comes & (_voters(seed, "dpph-ballots", tps, listed) < DPPH_BALLOTS[form])
    most = min(received, PILKADA_MOST_USERS) - of_dpt
    voting &= np.cumsum(voting) <= most
    rows["dpph"] = _row(int(is_man.sum()), int((~is_man).sum()))
    rows["pengguna_dpph"] = _row(int((voting & is_man).sum()), int((voting & ~is_man).sum()))

    left = max(0, most - int(comes.sum()))
    walked_in = min(_count(negative_binomial(*PILKADA_DPTB), seed, "pilkada-dptb", tps), left)
    walked_in_l = int((_voters(seed, "pilkada-dptb-male", tps, walked_in) < MALE_MEAN).sum())
    rows["dptb"] = rows["pengguna_dptb"] = _row(walked_in_l, walked_in - walked_in_l)
    rows["pemilih_total"] = _added(rows, "")
    rows["pengguna_total"] = _added(rows, "pengguna_")
    rows |= _disabled(seed, tps, rows)
    page = {f"{row}_{who}": count for row, counts in rows.items() for who, count in counts.items()}
    return page | _papers(seed, form, tps, received, rows["pengguna_total"]["j"])


def _merged(seed: int, tps: int, ppwp: Mapping[str, int], special: bool) -> dict[str, int]:
    """The DPT of a Pilkada TPS: its own of February, and that of the neighbour it took in."""
    if special or uniform(subseed(seed, "pilkada-alone"), tps, 0) < ALONE:
        return _row(ppwp["dpt_l"], ppwp["dpt_p"])
    gap = _share(gamma(DPT_GAP_SHAPE, DPT_GAP_SCALE, DPT_MOST - 1.0), seed, "pilkada-dpt", tps)
    other = DPT_MOST - round(gap)
    men = round(other * (MALE_MEAN + MALE_SD * _normal(seed, "pilkada-male", tps)))
    men = min(max(men, 0), other)
    return _row(ppwp["dpt_l"] + men, ppwp["dpt_p"] + other - men)


def _disabled(seed: int, tps: int, rows: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    listed = _count(poisson(DISABLED_MEAN), seed, "pilkada-disabled", tps)
    is_man = _voters(seed, "pilkada-disabled-male", tps, listed) < MALE_MEAN
    came = _voters(seed, "pilkada-disabled-came", tps, listed) < DISABLED_CAME
    known, voted = {}, {}
    for who, one in zip(SEXES, (is_man, ~is_man), strict=True):
        known[who] = min(int(one.sum()), rows["pemilih_total"][who])
        voted[who] = min(int((one & came).sum()), known[who], rows["pengguna_total"][who])
    return {
        "pemilih_disabilitas": _row(known["l"], known["p"]),
        "pengguna_disabilitas": _row(voted["l"], voted["p"]),
    }


def _papers(seed: int, form: str, tps: int, received: int, used: int) -> dict[str, int]:
    returned = min(_count(poisson(RETURNED_MEAN), seed, f"returned-{form}", tps), received - used)
    return {
        "ss_diterima": received,
        "ss_digunakan": used,
        "ss_dikembalikan": returned,
        "ss_tidak_digunakan": received - used - returned,
    }


def _row(men: int, women: int) -> dict[str, int]:
    return {"l": men, "p": women, "j": men + women}


def _added(rows: Mapping[str, Mapping[str, int]], prefix: str) -> dict[str, int]:
    return {
        who: sum(rows[f"{prefix}{row}"][who] for row in ("dpt", "dpph", "dptb")) for who in ("l", "p", "j")
    }


def _voters(seed: int, purpose: str, tps: int, count: int, k: int = 0) -> Floats:
    """The k-th uniform of each of `count` voters (at most 999) of a TPS."""
    return uniform(subseed(seed, purpose), voters(tps, count), k)


def voters(tps: int, count: int) -> NDArray[np.uint64]:
    """Agents for the draws of `count` people or ballots (at most 999) of a TPS."""
    return np.uint64(tps * 1_000) + np.arange(count, dtype=np.uint64)


def _count(table: CountTable, seed: int, purpose: str, tps: int) -> int:
    return int(table.at(np.array([uniform(subseed(seed, purpose), tps, 0)]))[0])


def _share(table: ShareTable, seed: int, purpose: str, tps: int) -> float:
    return float(table.at(np.array([uniform(subseed(seed, purpose), tps, 0)]))[0])


def _normal(seed: int, purpose: str, tps: int) -> float:
    return normal_at(uniform(subseed(seed, purpose), tps, 0))
