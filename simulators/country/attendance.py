"""Who voted, for many TPS at once: page 1 of every form as `simulators.voters` draws it for one."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fakeforms.compiled import kernel
from simulators.draws import normals, subseed, uniform, uniforms
from simulators.frame import SPECIAL_FROM
from simulators.numbers import (
    MALE_MEAN,
    MALE_USERS_LESS,
    MALE_USERS_SD,
    RETURNED_MEAN,
    SPECIAL_DPT_SHARE,
    men_of,
)
from simulators.quantiles import Counts, beta, negative_binomial, poisson
from simulators.voters import (
    DISABLED_CAME,
    DISABLED_MEAN,
    DPPH,
    DPPH_BALLOTS,
    DPPH_CAME,
    DPTB_BALLOTS,
    PILKADA_DPTB,
    PILKADA_MOST_USERS,
    PILKADA_TURNOUT,
)

Page = dict[str, Counts]
Codes = NDArray[np.int64]

_uniform: Any = kernel(uniform)


def legislative(seed: int, form: str, tps: Codes, ppwp: Mapping[str, NDArray[np.uint16]]) -> Page:
    """Page 1 of a legislative form; `ppwp` holds the columns of the same TPS's C.HASIL-PPWP."""
    page: Page = {
        field: ppwp[field].astype(np.int64)
        for field in ppwp
        if field.startswith(("dpt_", "pengguna_dpt_", "pengguna_dpk_"))
    }
    lots = np.uint64(subseed(seed, "dptb-ballots"))
    for k, who in enumerate("lp"):
        moved = ppwp[f"pengguna_dptb_{who}"].astype(np.int64)
        page[f"pengguna_dptb_{who}"] = _below(lots, tps, moved, k, DPTB_BALLOTS[form])
    page["pengguna_dptb_j"] = page["pengguna_dptb_l"] + page["pengguna_dptb_p"]
    for who in "lpj":
        parts = (page[f"pengguna_{row}_{who}"] for row in ("dpt", "dptb", "dpk"))
        page[f"pengguna_total_{who}"] = np.sum(list(parts), axis=0)
    for who in "lp":
        disabled = ppwp[f"disabilitas_{who}"].astype(np.int64)
        page[f"disabilitas_{who}"] = np.minimum(disabled, page[f"pengguna_total_{who}"])
    page["disabilitas_j"] = page["disabilitas_l"] + page["disabilitas_p"]
    return page | _papers(seed, form, tps, ppwp["ss_diterima"].astype(np.int64), page["pengguna_total_j"])


def pilkada(seed: int, form: str, tps: Codes, dpt: Counts) -> Page:
    """Page 1 of a Pilkada form. Here a TPS has the DPT of the nation's Pilkada, not one merged by draw."""
    special = tps % 1_000 >= SPECIAL_FROM
    dpt_l = men_of(seed, tps, dpt)
    dpt_p = dpt - dpt_l
    received = dpt + -(-dpt // 40)
    turnout = beta(*PILKADA_TURNOUT).at(uniforms(seed, "pilkada-turnout", tps))
    came = _whole((dpt * turnout).astype(np.float64))
    of_dpt = np.where(special, _whole((came * SPECIAL_DPT_SHARE).astype(np.float64)), came)
    men = dpt_l / np.maximum(dpt, 1) - MALE_USERS_LESS
    men = men + MALE_USERS_SD * normals(uniforms(seed, "pilkada-male-users", tps))
    least = np.maximum(of_dpt - dpt_p, 0)
    of_dpt_l = np.minimum(np.minimum(np.maximum(_whole(of_dpt * men), least), of_dpt), dpt_l)
    rows = {"dpt": (dpt_l, dpt_p), "pengguna_dpt": (of_dpt_l, of_dpt - of_dpt_l)}

    drawn = negative_binomial(*DPPH).at(uniforms(seed, "dpph", tps))
    listed = np.where(special, came - of_dpt, drawn)
    most = np.minimum(received, PILKADA_MOST_USERS) - of_dpt
    moved = _moved(
        np.array([subseed(seed, f"dpph-{what}") for what in ("male", "came", "ballots")], dtype=np.uint64),
        tps,
        listed,
        most,
        np.where(special, 1.0, DPPH_CAME),
        DPPH_BALLOTS[form],
    )
    rows["dpph"] = (moved[0], listed - moved[0])
    rows["pengguna_dpph"] = (moved[1], moved[2])
    left = np.maximum(0, most - moved[3])
    walked_in = np.minimum(negative_binomial(*PILKADA_DPTB).at(uniforms(seed, "pilkada-dptb", tps)), left)
    lots = np.uint64(subseed(seed, "pilkada-dptb-male"))
    walked_in_l = _below(lots, tps, walked_in, 0, MALE_MEAN)
    rows["dptb"] = rows["pengguna_dptb"] = (walked_in_l, walked_in - walked_in_l)
    rows["pemilih_total"] = _added(rows, "")
    rows["pengguna_total"] = _added(rows, "pengguna_")
    rows |= _disabled(seed, tps, rows)
    page: Page = {}
    for row, (men_in, women_in) in rows.items():
        page |= {f"{row}_l": men_in, f"{row}_p": women_in, f"{row}_j": men_in + women_in}
    return page | _papers(seed, form, tps, received, page["pengguna_total_j"])


def _disabled(
    seed: int, tps: Codes, rows: Mapping[str, tuple[Counts, Counts]]
) -> dict[str, tuple[Counts, Counts]]:
    listed = poisson(DISABLED_MEAN).at(uniforms(seed, "pilkada-disabled", tps))
    lots = [subseed(seed, f"pilkada-disabled-{what}") for what in ("male", "came")]
    met = _met(np.array(lots, dtype=np.uint64), tps, listed)
    known = (
        np.minimum(met[0], rows["pemilih_total"][0]),
        np.minimum(listed - met[0], rows["pemilih_total"][1]),
    )
    voted = (
        np.minimum(np.minimum(met[1], known[0]), rows["pengguna_total"][0]),
        np.minimum(np.minimum(met[2], known[1]), rows["pengguna_total"][1]),
    )
    return {"pemilih_disabilitas": known, "pengguna_disabilitas": voted}


def _added(rows: Mapping[str, tuple[Counts, Counts]], prefix: str) -> tuple[Counts, Counts]:
    dpt, dpph, dptb = (rows[f"{prefix}{row}"] for row in ("dpt", "dpph", "dptb"))
    return dpt[0] + dpph[0] + dptb[0], dpt[1] + dpph[1] + dptb[1]


def _papers(seed: int, form: str, tps: Codes, received: Counts, used: Counts) -> Page:
    spoilt = poisson(RETURNED_MEAN).at(uniforms(seed, f"returned-{form}", tps))
    returned = np.minimum(spoilt, received - used)
    return {
        "ss_diterima": received,
        "ss_digunakan": used,
        "ss_dikembalikan": returned,
        "ss_tidak_digunakan": received - used - returned,
    }


def _whole(exact: NDArray[np.float64]) -> Counts:
    return np.rint(exact).astype(np.int64)


@kernel
def _below(seed: np.uint64, tps: Codes, counts: Counts, k: int, share: float) -> Counts:
    """Of so many people in each TPS those whose k-th uniform is below `share`."""
    kept = np.zeros(len(tps), dtype=np.int64)
    for i in range(len(tps)):
        for j in range(counts[i]):
            u = _uniform(seed, np.uint64(tps[i] * 1_000 + j), np.uint64(k))
            if u < share:
                kept[i] += 1
    return kept


@kernel
def _met(seeds: NDArray[np.uint64], tps: Codes, listed: Counts) -> NDArray[np.int64]:
    """Disabled voters of each TPS, rows: men listed, men who came, women who came."""
    met = np.zeros((3, len(tps)), dtype=np.int64)
    for i in range(len(tps)):
        for j in range(listed[i]):
            agent = np.uint64(tps[i] * 1_000 + j)
            man = _uniform(seeds[0], agent, np.uint64(0)) < MALE_MEAN
            came = _uniform(seeds[1], agent, np.uint64(0)) < DISABLED_CAME
            met[0, i] += man
            met[1, i] += man and came
            met[2, i] += came and not man
    return met


@kernel
def _moved(
    seeds: NDArray[np.uint64],
    tps: Codes,
    listed: Counts,
    most: Counts,
    comes: NDArray[np.float64],
    gets: float,
) -> NDArray[np.int64]:
    """Moved voters of each TPS, rows: men listed, men and women who voted, all who came."""
    moved = np.zeros((4, len(tps)), dtype=np.int64)
    for i in range(len(tps)):
        voted = 0
        for j in range(listed[i]):
            agent = np.uint64(tps[i] * 1_000 + j)
            man = _uniform(seeds[0], agent, np.uint64(0)) < MALE_MEAN
            moved[0, i] += man
            if _uniform(seeds[1], agent, np.uint64(0)) < comes[i]:
                moved[3, i] += 1
                if _uniform(seeds[2], agent, np.uint64(0)) < gets:
                    voted += 1
                    if voted <= most[i]:
                        moved[1 if man else 2, i] += 1
    return moved
