"""What is written on the C.Hasil of each TPS, sound by the rules of the form (see `simulators.rules`).

Every number is a pure function of (seed, TPS code, DPT of that TPS), for a whole array of TPS at once. Field
ids are those of the form C.HASIL-PPWP. Unless a source is named, figures were measured on 67,463 consistent
TPS of Pemilu 2024.
"""

import numpy as np
from numpy.typing import NDArray

from simulators.draws import Floats, normals, uniforms
from simulators.frame import SPECIAL_FROM
from simulators.quantiles import Counts, beta, negative_binomial, poisson

PAIRS = 3

PAGES: dict[int, tuple[str, ...]] = {
    1: (
        *(
            f"{row}_{who}"
            for row in ("dpt", "pengguna_dpt", "pengguna_dptb", "pengguna_dpk", "pengguna_total")
            for who in ("l", "p", "j")
        ),
        "ss_diterima",
        "ss_digunakan",
        "ss_dikembalikan",
        "ss_tidak_digunakan",
        "disabilitas_l",
        "disabilitas_p",
        "disabilitas_j",
    ),
    2: tuple(f"suara_{pair}" for pair in range(1, PAIRS + 1)),
    3: ("suara_sah", "suara_tidak_sah", "suara_total"),
}
"""Field ids by page of the form."""

FIELDS = tuple(field for page in PAGES.values() for field in page)

MOST_USERS = 300
"""Above it KPU's own filter called a value an anomaly (R11). Only `ss_diterima` may exceed it: 300 + 2 %."""

MALE_MEAN, MALE_SD = 0.492, 0.030
TURNOUT = (14.1, 3.4)
"""Beta: users on the DPT over DPT, both sexes together (mean 80.6 %)."""
MALE_USERS_LESS, MALE_USERS_SD = 0.012, 0.012
"""Men are 49.2 % of the DPT but 48.0 % of users (medians); the spread is assumed."""
DPTB = (0.51, 2.66)
DPK = (0.57, 2.76)
INVALID = (1.34, 3.65)
"""Negative binomials: dispersion r, mean."""
SPECIAL_DPT_SHARE = 0.02
"""At special locations (901 and up) nearly all users are DPTb, 123 of 123 in one; the rest is assumed."""
RETURNED_MEAN = 0.5
"""Ballots brought back spoilt: assumed, one sheet seen had 1."""
DISABLED_MEAN = 0.75
"""Disabled voters who came: assumed; 0.54 % of the DPT are registered as such (rumahpemilu.org)."""

WINNER_LOGIT = (-0.405, 0.762, 1.232)
"""Winner's share w: logit((w - 1/3) / (2/3)) is this median plus a normal, with one spread below it and one
above, so that the 5th, 50th and 95th percentiles of w are 0.44, 0.60 and 0.89."""
TOGETHER_KECAMATAN, TOGETHER_DESA = 0.25, 0.35
"""Share of that variance common to a kecamatan, and to a desa (assumed)."""
SECOND_OF_REST = 0.80
"""The runner-up's median place between the least and most it can have of what the winner left. With it 1.8 %
of pair totals are zero and 17.9, 53.1 and 27.2 % have one, two and three digits, as published."""


def men_of(seed: int, tps: NDArray[np.int64], dpt: Counts) -> Counts:
    """The men on each DPT."""
    male = np.rint(dpt * (MALE_MEAN + MALE_SD * _normal(seed, "male", tps))).astype(np.int64)
    return np.clip(male, 0, dpt)


def numbers(
    seed: int, tps: NDArray[np.int64], dpt: Counts, most_users: int = MOST_USERS
) -> dict[str, NDArray[np.uint16]]:
    """All digit fields of the three pages, by field id; one item a TPS.

    `tps` holds 13-digit codes as numbers, `dpt` voters on each DPT (1..300; abroad more, then `most_users` is
    more as well).
    """
    dpt_l = men_of(seed, tps, dpt)
    received = dpt + (dpt + 49) // 50
    returned = np.minimum(poisson(RETURNED_MEAN).at(uniforms(seed, "returned", tps)), received)
    users = _users(seed, tps, dpt, dpt_l, np.minimum(received - returned, most_users))
    total_l, total_p = np.sum(list(users.values()), axis=0)
    total = total_l + total_p
    disabled = poisson(DISABLED_MEAN).at(uniforms(seed, "disabled", tps))
    disabled_l = _halved(seed, "disabled-male", tps, disabled)
    rows = {
        "dpt": (dpt_l, dpt - dpt_l),
        **users,
        "pengguna_total": (total_l, total_p),
        "disabilitas": (np.minimum(disabled_l, total_l), np.minimum(disabled - disabled_l, total_p)),
    }
    invalid = np.minimum(negative_binomial(*INVALID).at(uniforms(seed, "invalid", tps)), total)
    votes = _votes(seed, tps, total - invalid)
    table: dict[str, NDArray[np.int64]] = {
        "ss_diterima": received,
        "ss_digunakan": total,
        "ss_dikembalikan": returned,
        "ss_tidak_digunakan": received - returned - total,
        **{f"suara_{pair}": votes[pair - 1] for pair in range(1, PAIRS + 1)},
        "suara_sah": total - invalid,
        "suara_tidak_sah": invalid,
        "suara_total": total,
    }
    for row, (men, women) in rows.items():
        table |= {f"{row}_l": men, f"{row}_p": women, f"{row}_j": men + women}
    return {field: table[field].astype(np.uint16) for field in FIELDS}


def _users(
    seed: int, tps: NDArray[np.int64], dpt: Counts, dpt_l: Counts, most: Counts
) -> dict[str, tuple[Counts, Counts]]:
    """(men, women) who voted from DPT, DPTb and DPK; never more than `most` together.

    When ballots run short those from elsewhere go first: DPK, then DPTb.
    """
    came = np.rint(dpt * beta(*TURNOUT).at(uniforms(seed, "turnout", tps))).astype(np.int64)
    special = tps % 1_000 >= SPECIAL_FROM
    of_dpt = np.where(special, np.rint(came * SPECIAL_DPT_SHARE).astype(np.int64), came)
    dptb = np.where(special, came - of_dpt, negative_binomial(*DPTB).at(uniforms(seed, "dptb", tps)))
    dpk = negative_binomial(*DPK).at(uniforms(seed, "dpk", tps))
    of_dpt = np.minimum(of_dpt, most)
    dptb = np.minimum(dptb, most - of_dpt)
    dpk = np.minimum(dpk, most - of_dpt - dptb)
    male = dpt_l / np.maximum(dpt, 1) - MALE_USERS_LESS + MALE_USERS_SD * _normal(seed, "male-users", tps)
    men = np.clip(
        np.rint(of_dpt * male).astype(np.int64),
        np.maximum(0, of_dpt - (dpt - dpt_l)),
        np.minimum(of_dpt, dpt_l),
    )
    dptb_l = _halved(seed, "dptb-male", tps, dptb)
    dpk_l = _halved(seed, "dpk-male", tps, dpk)
    return {
        "pengguna_dpt": (men, of_dpt - men),
        "pengguna_dptb": (dptb_l, dptb - dptb_l),
        "pengguna_dpk": (dpk_l, dpk - dpk_l),
    }


def _votes(seed: int, tps: NDArray[np.int64], valid: Counts) -> NDArray[np.int64]:
    """Votes of each pair, shape (pairs, TPS). No pair is stronger than another but by the seed."""
    middle, below, above = WINNER_LOGIT
    here = 1.0 - TOGETHER_KECAMATAN - TOGETHER_DESA
    z = (
        TOGETHER_KECAMATAN**0.5 * _normal(seed, "winner-kecamatan", tps // 10_000_000)
        + TOGETHER_DESA**0.5 * _normal(seed, "winner-desa", tps // 1_000)
        + here**0.5 * _normal(seed, "winner-tps", tps)
    )
    share = 1 / 3 + 2 / 3 / (1.0 + np.exp(-(middle + np.where(z < 0, below, above) * z)))
    least, most = 0.5, np.minimum(1.0, share / (1.0 - share))
    place = uniforms(seed, "runner-up", tps) ** (np.log(SECOND_OF_REST) / np.log(0.5))
    first = np.minimum(np.rint(share * valid).astype(np.int64), valid)
    second = np.rint((least + (most - least) * place) * (valid - first)).astype(np.int64)
    ranked = np.stack((first, second, valid - first - second))
    votes = np.empty_like(ranked)
    np.put_along_axis(votes, _standing(seed, tps), ranked, axis=0)
    return votes


def _standing(seed: int, tps: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which pair is first, second and third in each TPS, shape (pairs, TPS): a leaning of its kecamatan and
    desa, and its own."""
    scores = [
        0.8 * _normal(seed, f"leaning-kecamatan-{pair}", tps // 10_000_000)
        + 0.7 * _normal(seed, f"leaning-desa-{pair}", tps // 1_000)
        + 0.5 * _normal(seed, f"leaning-tps-{pair}", tps)
        for pair in range(PAIRS)
    ]
    return np.argsort(np.stack(scores), axis=0, kind="stable")


def _normal(seed: int, purpose: str, codes: NDArray[np.int64]) -> Floats:
    return normals(uniforms(seed, purpose, codes))


def _halved(seed: int, purpose: str, codes: NDArray[np.int64], counts: Counts) -> Counts:
    """The men among `counts` people, each by a fair coin; of more than 53 the surplus is split evenly."""
    coins = (uniforms(seed, purpose, codes) * 2.0**53).astype(np.uint64)
    tossed = np.minimum(counts, 53)
    heads = np.bitwise_count(coins & ((np.uint64(1) << tossed.astype(np.uint64)) - np.uint64(1)))
    return heads.astype(np.int64) + (counts - tossed) // 2
