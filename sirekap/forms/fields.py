"""The numbers on a C.HASIL, by name: which fields the sheets of a form carry, given who stands.

Names follow the labels of the sheets: `_l` men, `_p` women, `_j` both together. Sections I to III (voters,
ballot papers, disabled voters) and V (valid and invalid votes) are the same for all forms of one election;
section IV depends on the form and on who stands.
"""

from collections.abc import Iterable

ELECTION = {
    "ppwp": "pemilu-2024",
    "dpr": "pemilu-2024",
    "dpd": "pemilu-2024",
    "dprd-prov": "pemilu-2024",
    "dprd-kab": "pemilu-2024",
    "kwk-gubernur": "pilkada-2024",
    "kwk-bupati": "pilkada-2024",
}
"""The forms, in the order in which their votes are counted, and the election each belongs to."""

BY_PARTY = frozenset({"dpr", "dprd-prov", "dprd-kab"})
"""Forms on which parties stand with their candidates; on the others pairs or single candidates do."""

ROWS = {
    "pemilu-2024": ("dpt", "pengguna_dpt", "pengguna_dptb", "pengguna_dpk", "pengguna_total", "disabilitas"),
    "pilkada-2024": (
        "dpt", "dpph", "dptb", "pemilih_total",
        "pengguna_dpt", "pengguna_dpph", "pengguna_dptb", "pengguna_total",
        "pemilih_disabilitas", "pengguna_disabilitas",
    ),
}  # fmt: skip
"""Rows of three numbers: men, women, both."""

COLUMNS = ("l", "p", "j")
PAPERS = ("ss_diterima", "ss_digunakan", "ss_dikembalikan", "ss_tidak_digunakan")
TOTALS = ("suara_sah", "suara_tidak_sah", "suara_total")


def fields(form: str, stands: Iterable[tuple[int, int]]) -> frozenset[str]:
    """Every number of a form; `stands` are the contestants' numbers, each with how many candidates it has."""
    of_voters = {f"{row}_{column}" for row in ROWS[ELECTION[form]] for column in COLUMNS}
    of_votes = {field for number, candidates in stands for field in votes(form, number, candidates)}
    return frozenset({*of_voters, *PAPERS, *of_votes, *TOTALS})


def votes(form: str, number: int, candidates: int = 0) -> tuple[str, ...]:
    """The numbers of one contestant: a pair, a candidate for the DPD, or a party with its candidates."""
    if form in BY_PARTY:
        own = tuple(f"suara_calon_{number}_{candidate}" for candidate in range(1, candidates + 1))
        return (f"suara_partai_{number}", *own, f"jumlah_partai_calon_{number}")
    return (f"suara_calon_{number}",) if form == "dpd" else (f"suara_{number}",)


def total_of(form: str, number: int) -> str:
    """The field that holds all votes of one contestant."""
    return votes(form, number)[-1]
