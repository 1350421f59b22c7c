"""Mistakes in the tables of voters and ballots: rows, their sums, and what is copied from row to row."""

from fakeforms.draws import Draws
from fakeforms.writing.entries import Change, Entries
from fakeforms.writing.mistakes.figures import moved_by, off_by
from fakeforms.writing.mistakes.registry import mistake
from fakeforms.writing.rules import SEXES

_PUBLISHED = "Sirekap values of 76,265 TPS, 17 March 2024"
_USERS = "pengguna_total"
_FORGOTTEN = ("pengguna_dptb", "pengguna_dpk", "pengguna_dpph")  # users who are not on the TPS's own list


@mistake(
    "sum-of-sexes-wrong",
    breaks=("sexes",),
    rate=0.0915,
    source=f"{_PUBLISHED}: DPT 2.10 %, users DPT 1.96 %, DPTb 1.36 %, DPK 1.21 %, total 2.52 %, added up",
)
def _sum_of_sexes(sheet: Entries, draws: Draws) -> Change | None:
    """L + P is not J."""
    if not sheet.places.rows:
        return None
    row = draws.pick(sheet.places.rows)
    sex = draws.pick(SEXES)
    change = off_by(draws)
    # a figure that also counts in a column is off there too, so that the columns still add up
    cells = {f"{row}_{sex}"}
    for rule in sheet.places.rules:
        if rule.kind in ("users-total", "voters-total"):
            if rule.total in cells:
                cells.add(draws.pick(rule.parts))
            elif not cells.isdisjoint(rule.parts):
                cells.add(rule.total)
    moved = moved_by(sheet, dict.fromkeys(cells, change))
    return (
        None
        if moved is None
        else Change(f"{row}: L + P is not J; {', '.join(sorted(cells))} off by {change}", moved)
    )


@mistake(
    "users-total-wrong",
    breaks=("users-total",),
    rate=0.0344,
    source=f"{_PUBLISHED}: B.1 + B.2 + B.3 differs from B.4",
)
def _users_total(sheet: Entries, draws: Draws) -> Change | None:
    """The rows of voters who came do not add up to their total (B.1 + B.2 + B.3 is not B.4)."""
    parts = [row for row in sheet.places.rows if row.startswith("pengguna_dp")]
    if not parts:
        return None
    row, sex, change = draws.pick(parts), draws.pick("lp"), off_by(draws)
    moved = moved_by(sheet, {f"{row}_{sex}": change, f"{row}_j": change})
    return (
        None
        if moved is None
        else Change(f"{row}: off by {change}, so the rows do not add up to {_USERS}", moved)
    )


@mistake(
    "dptb-forgotten",
    breaks=("users-total", "users-votes", "ballots-used"),
    rate=0.0025,
    source=f"{_PUBLISHED}: 189 TPS",
)
def _dptb_forgotten(sheet: Entries, draws: Draws) -> Change | None:
    """Voters from outside the DPT (DPTb, DPK; in Pilkada DPPh, DPTb) are forgotten in the total of users."""
    rows = [row for row in _FORGOTTEN if sheet.numbers.get(f"{row}_j")]
    if not rows:
        return None
    left_out = rows if draws.chance(0.4) else [draws.pick(rows)]
    by = {f"{_USERS}_{sex}": -sum(sheet.numbers[f"{row}_{sex}"] or 0 for row in left_out) for sex in SEXES}
    moved = moved_by(sheet, by)
    says = f"{_USERS}: {' and '.join(left_out)} left out"
    return None if moved is None else Change(says, moved)


@mistake(
    "dpt-copied-to-users",
    breaks=("users-total",),
    rate=0.0069,
    source=f"{_PUBLISHED}: 523 TPS (recognised by the figures alone)",
)
def _dpt_copied(sheet: Entries, draws: Draws) -> Change | None:
    """The figures of the DPT stand in the row of those who came."""
    del draws
    copied = {f"pengguna_dpt_{sex}": sheet.numbers.get(f"dpt_{sex}") for sex in SEXES}
    if None in copied.values() or not copied.keys() <= sheet.numbers.keys():
        return None
    return Change("pengguna_dpt: the figures of dpt copied", copied)


@mistake(
    "users-above-dpt",
    breaks=("within",),
    rate=0.0026,
    source=f"{_PUBLISHED}: 0.84 %, less the 0.58 % where the sexes are swapped",
)
def _users_above_dpt(sheet: Entries, draws: Draws) -> Change | None:
    """More voters of the DPT came than the DPT has."""
    sex = draws.pick("lp")
    listed, came = sheet.numbers.get(f"dpt_{sex}"), sheet.numbers.get(f"pengguna_dpt_{sex}")
    if listed is None or not came:
        return None
    too_few = -(listed - came + draws.whole(1, min(came, 12)))
    change = {f"dpt_{sex}": too_few, "dpt_j": too_few}
    if "pemilih_total_j" in sheet.numbers:
        change |= {f"pemilih_total_{sex}": too_few, "pemilih_total_j": too_few}
    moved = moved_by(sheet, change)
    return (
        None if moved is None else Change(f"dpt_{sex}: {-too_few} too few, below pengguna_dpt_{sex}", moved)
    )


@mistake(
    "sexes-swapped",
    may_break=("within",),
    rate=0.0058,
    source="Sirekap values of 73,856 TPS: users above DPT for one sex while the sums hold, 426",
)
def _sexes_swapped(sheet: Entries, draws: Draws) -> Change | None:
    """The figures of men and women stand in each other's columns."""
    rows = sheet.places.rows
    groups = [
        group
        for group in (
            tuple(row for row in rows if row.startswith("pengguna_") and "disabilitas" not in row),
            tuple(row for row in rows if not row.startswith("pengguna_") and "disabilitas" not in row),
            tuple(row for row in rows if "disabilitas" in row),
        )
        if group
    ]
    if not groups:
        return None
    group = draws.pick(groups)
    swapped: dict[str, int | None] = {}
    for row in group:
        men, women = sheet.numbers[f"{row}_l"], sheet.numbers[f"{row}_p"]
        if men is None or women is None:
            return None
        if men != women:
            swapped |= {f"{row}_l": women, f"{row}_p": men}
    return Change(f"L and P swapped in {', '.join(group)}", swapped) if swapped else None


@mistake(
    "row-blank",
    rate=0.059,
    source=f"{_PUBLISHED}: whole row zero or blank, DPT 2.5 %, users 2.4 %, valid votes 1.0 %, added up",
)
def _row_blank(sheet: Entries, draws: Draws) -> Change | None:
    """A row is left without any figure."""
    rows = [tuple(f"{row}_{sex}" for sex in SEXES) for row in sheet.places.rows]
    if "suara_sah" in sheet.numbers:
        rows.append(("suara_sah",))
    if not rows:
        return None
    chosen = draws.pick(rows)
    return Change(f"{', '.join(chosen)}: left blank", dict.fromkeys(chosen, None))


@mistake(
    "ballots-wrong",
    breaks=("ballots",),
    rate=0.0,
    source="Pacitan 2020: sums of ballot papers among the errors of 73 TPS; no rate given",
)
def _ballots(sheet: Entries, draws: Draws) -> Change | None:
    """Ballot papers used, returned and left over do not add up to those received."""
    if "ss_diterima" not in sheet.numbers:
        return None
    id, change = draws.pick(("ss_diterima", "ss_tidak_digunakan")), off_by(draws)
    moved = moved_by(sheet, {id: change})
    return (
        None if moved is None else Change(f"{id}: off by {change}, so the ballot papers do not add up", moved)
    )


@mistake(
    "ballots-differ-from-users",
    breaks=("ballots-used",),
    rate=0.0,
    source="Pacitan 2020: attendance against ballot papers; no rate given",
)
def _ballots_used(sheet: Entries, draws: Draws) -> Change | None:
    """More or fewer ballot papers are used than voters came."""
    if "ss_digunakan" not in sheet.numbers:
        return None
    change = off_by(draws)
    moved = moved_by(sheet, {"ss_digunakan": change, "ss_tidak_digunakan": -change})
    return (
        None if moved is None else Change(f"ss_digunakan: off by {change} against the voters who came", moved)
    )
