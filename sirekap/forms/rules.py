"""The arithmetic of a C.HASIL: which of its rules do the numbers of one TPS break?

R1 to R9 follow from the labels of the sheets. R11 is the filter KPU applied in 2024: no number of a TPS may
be above the most voters a TPS has. R13 is logic. R10 concerns the tally marks, which nobody sends, and R12
the register of voters. On Pilkada forms voters on the list are counted too, the reserve of ballot papers is
2.5 % (unverified) and a TPS has up to 600 voters instead of 300.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sirekap.forms.fields import BY_PARTY, COLUMNS, ELECTION, ROWS

Numbers = Mapping[str, int]


@dataclass(frozen=True)
class Violation:
    """A broken rule: its number, what a person reads, and the fields that do not agree."""

    rule: str
    text: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class _Arithmetic:
    """What differs from election to election."""

    sums: Mapping[str, tuple[str, ...]]  # a row of totals and the rows it adds (R2)
    at_most: tuple[tuple[str, str, str], ...]  # rule, the row that is less, the row that is more
    reserve_per_mille: int  # ballot papers beyond the DPT (R4)
    most_voters: int  # of one TPS (R11)


_OF_ELECTION = {
    "pemilu-2024": _Arithmetic(
        sums={"pengguna_total": ("pengguna_dpt", "pengguna_dptb", "pengguna_dpk")},
        at_most=(("R3", "pengguna_dpt", "dpt"), ("R13", "disabilitas", "pengguna_total")),
        reserve_per_mille=20,
        most_voters=300,
    ),
    "pilkada-2024": _Arithmetic(
        sums={
            "pemilih_total": ("dpt", "dpph", "dptb"),
            "pengguna_total": ("pengguna_dpt", "pengguna_dpph", "pengguna_dptb"),
        },
        at_most=(
            ("R3", "pengguna_dpt", "dpt"),
            ("R3", "pengguna_dpph", "dpph"),
            ("R3", "pengguna_dptb", "dptb"),
            ("R13", "pemilih_disabilitas", "pemilih_total"),
            ("R13", "pengguna_disabilitas", "pemilih_disabilitas"),
            ("R13", "pengguna_disabilitas", "pengguna_total"),
        ),
        reserve_per_mille=25,
        most_voters=600,
    ),
}
_BEYOND_VOTERS = ("ss_diterima", "pemilih_total_l", "pemilih_total_p", "pemilih_total_j")
"""Papers received and voters on all lists may be above the most voters of a TPS."""


def most_voters(form: str) -> int:
    """The most voters that a TPS has in the election of this form."""
    return _OF_ELECTION[ELECTION[form]].most_voters


def violations(numbers: Numbers, form: str) -> tuple[Violation, ...]:
    """Every broken rule; none when the numbers are sound.

    `numbers` holds every field of all pages of the form. Raises KeyError when one is missing.
    """
    return (
        *_columns(numbers, form),
        *_rows(numbers, form),
        *_papers(numbers, form),
        *_votes(numbers, form),
        *_too_large(numbers, form),
    )


def _columns(v: Numbers, form: str) -> Iterator[Violation]:
    """R1: men and women together are both."""
    for row in ROWS[ELECTION[form]]:
        men, women, both = (f"{row}_{column}" for column in COLUMNS)
        if v[men] + v[women] != v[both]:
            text = f"{men} + {women} = {v[men] + v[women]}, tetapi {both} = {v[both]}"
            yield Violation("R1", text, (men, women, both))


def _rows(v: Numbers, form: str) -> Iterator[Violation]:
    """R2: totals of voters; R3, R13: nobody votes who is not there."""
    arithmetic = _OF_ELECTION[ELECTION[form]]
    for column in COLUMNS:
        for row, added in arithmetic.sums.items():
            total, parts = f"{row}_{column}", tuple(f"{part}_{column}" for part in added)
            if v[total] != sum(v[part] for part in parts):
                yield _sum_differs("R2", v, total, parts)
        for rule, row_less, row_more in arithmetic.at_most:
            less, more = f"{row_less}_{column}", f"{row_more}_{column}"
            if v[less] > v[more]:
                text = f"{less} = {v[less]} melebihi {more} = {v[more]}"
                yield Violation(rule, text, (less, more))


def _papers(v: Numbers, form: str) -> Iterator[Violation]:
    """R4 to R6: ballot papers."""
    per_mille = _OF_ELECTION[ELECTION[form]].reserve_per_mille
    expected = v["dpt_j"] + -(-v["dpt_j"] * per_mille // 1000)
    if v["ss_diterima"] != expected:
        reserve = f"{per_mille / 10:g} %".replace(".", ",")
        text = f"ss_diterima = {v['ss_diterima']}, seharusnya dpt_j + {reserve} = {expected}"
        yield Violation("R4", text, ("ss_diterima", "dpt_j"))
    parts = ("ss_digunakan", "ss_dikembalikan", "ss_tidak_digunakan")
    if v["ss_diterima"] != sum(v[part] for part in parts):
        yield _sum_differs("R5", v, "ss_diterima", parts)
    alike = ("ss_digunakan", "pengguna_total_j", "suara_total")
    if len({v[field] for field in alike}) > 1:
        text = "harus sama: " + ", ".join(f"{field} = {v[field]}" for field in alike)
        yield Violation("R6", text, alike)


def _votes(v: Numbers, form: str) -> Iterator[Violation]:
    """R7 to R9: votes."""
    contestants = _totals_of_contestants(v, form)
    if form in BY_PARTY:
        by_party = _parts_by_party(v)
        for total in contestants:
            parts = tuple(by_party.get(total.removeprefix("jumlah_partai_calon_"), ()))
            if v[total] != sum(v[part] for part in parts):
                yield _sum_differs("R9", v, total, parts)
    if v["suara_sah"] != sum(v[field] for field in contestants):
        yield _sum_differs("R7", v, "suara_sah", contestants)
    if v["suara_total"] != v["suara_sah"] + v["suara_tidak_sah"]:
        yield _sum_differs("R8", v, "suara_total", ("suara_sah", "suara_tidak_sah"))


def _totals_of_contestants(v: Numbers, form: str) -> tuple[str, ...]:
    """The fields that hold all votes of one contestant each."""
    prefix = "jumlah_partai_calon_" if form in BY_PARTY else "suara_calon_" if form == "dpd" else "suara_"
    return tuple(field for field in v if field.startswith(prefix) and field.removeprefix(prefix).isdigit())


def _parts_by_party(v: Numbers) -> dict[str, list[str]]:
    """Votes for a party and for its candidates, by the party's number; one pass, for a DPR sheet has 240."""
    found: dict[str, list[str]] = {}
    for field in v:
        if field.startswith(("suara_partai_", "suara_calon_")):
            found.setdefault(field.split("_")[2], []).append(field)
    return found


def _too_large(v: Numbers, form: str) -> Iterator[Violation]:
    """R11: more than a TPS has voters."""
    most = most_voters(form)
    for field, number in v.items():
        if number > most and field not in _BEYOND_VOTERS:
            yield Violation("R11", f"{field} = {number}, lebih dari {most} pemilih satu TPS", (field,))


def _sum_differs(rule: str, v: Numbers, total: str, parts: tuple[str, ...]) -> Violation:
    added = sum(v[part] for part in parts)
    return Violation(rule, f"{total} = {v[total]}, tetapi jumlahnya {added}", (total, *parts))
