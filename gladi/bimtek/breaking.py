"""Sheets with one thing wrong: numbers of a TPS changed so that a chosen rule is broken, and no other.

A proposal moves a few numbers as people do (a slip of a few votes, a row forgotten); it is taken only if
`findings` names the chosen rule alone, and everything that gives it away is on the pages that are shown.
R10 needs no other numbers: the tally marks are wrong, which fakeforms' mistake "tally-disagrees" does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from fakeforms.draws import Draws
from fakeforms.orders import SheetOrder
from fakeforms.writing.mistakes import written_down
from gladi.bimtek.arithmetic import SOUND, Finding, findings
from gladi.bimtek.labels import fields_of, label, rows_of
from simulators.contests import BY_PARTY, ELECTION
from simulators.rules import AT_MOST, MOST, RESERVE_ONE_IN, SUMS

_TRIES = 80
_TALLY = "tally-disagrees"
Values = Mapping[str, int]
Moves = dict[str, int]


@dataclass(frozen=True, slots=True)
class Case:
    """A sheet to check: what is written on it, and which rule it breaks (SOUND: none)."""

    order: SheetOrder
    listed: Mapping[str, int]  # the DPT as Sidalih has it
    rule: str
    why: tuple[str, ...]
    fields: tuple[str, ...] = ()


def sound(order: SheetOrder) -> Case:
    """A sheet on which everything agrees."""
    return Case(order, _listed(order.values), SOUND, ("Semua rumus dihitung ulang dan cocok.",))


def broken(order: SheetOrder, rule: str, pages: Sequence[int], draws: Draws) -> Case | None:
    """The same TPS with this rule broken and no other; None where its numbers leave no room for that."""
    if rule == "R10":
        return _tally(order, pages)
    listed = _listed(order.values)
    shown = set(fields_of(order, pages))
    propose = _PROPOSE[rule]
    for _ in range(_TRIES):
        moves = propose(order, draws)
        values = {**order.values, **{id: order.values[id] + by for id, by in moves.items()}}
        if not moves or values == dict(order.values) or not moves.keys() <= shown:
            continue
        if any(not 0 <= values[id] <= 999 for id in moves):
            continue
        # a DPT that was changed on purpose is the one of Sidalih, unless that is the mistake
        known = listed if rule == "R12" else _listed(values)
        found = findings(order, values, known)
        if {one.rule for one in found} == {rule} and all(shown >= set(one.fields) for one in found):
            return Case(replace(order, values=values), known, rule, _why(found), _fields(found))
    return None


def _why(found: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.says for one in found))


def _fields(found: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(id for one in found for id in one.fields))


def _listed(values: Values) -> dict[str, int]:
    return {id: values[id] for id in ("dpt_l", "dpt_p", "dpt_j")}


def _tally(order: SheetOrder, pages: Sequence[int]) -> Case | None:
    wrong = replace(order, mistakes={_TALLY: 1.0})
    entries = written_down(wrong)
    shown = {field.id: field for page in pages for field in order.template.page(page).fields}
    for field, marks in entries.tallies.items():
        if field in shown:
            number = shown[field].of
            says = f"{label(order, number).whole}: {marks} turus, tertulis {order.values[number]}"
            return Case(wrong, _listed(order.values), "R10", (says,), (number, field))
    return None


def _slip(draws: Draws) -> int:
    """How far a wrong number is off: mostly a few, sometimes ten."""
    size = draws.pick((1, 1, 2, 3, 4, 5, 7, 10, 10, 20))
    return size if draws.chance(0.5) else -size


def _one_sex(order: SheetOrder, draws: Draws) -> Moves:
    row, sex, by = draws.pick(tuple(rows_of(order.form))), draws.pick("lpj"), _slip(draws)
    moves = {f"{row}_{sex}": by}
    for total, parts in SUMS[ELECTION[order.form]].items():  # so that the columns still add up
        if row in parts:
            moves[f"{total}_{sex}"] = by
        elif row == total:
            moves[f"{draws.pick(parts)}_{sex}"] = by
    return moves


def _one_row(order: SheetOrder, draws: Draws) -> Moves:
    total, parts = draws.pick(tuple(SUMS[ELECTION[order.form]].items()))
    row, sex, by = draws.pick((*parts, total)), draws.pick("lp"), _slip(draws)
    return {f"{row}_{sex}": by, f"{row}_j": by}


def _above_list(order: SheetOrder, draws: Draws) -> Moves:
    """More came than are listed: men and women of the list are moved against each other."""
    less, more = draws.pick(AT_MOST[ELECTION[order.form]]["R3"])
    sex, other = draws.pick((("l", "p"), ("p", "l")))
    by = order.values[f"{more}_{sex}"] - order.values[f"{less}_{sex}"] + draws.whole(1, 9)
    moves = {f"{more}_{sex}": -by, f"{more}_{other}": by}
    for total, parts in SUMS[ELECTION[order.form]].items():
        if more in parts:
            moves |= {f"{total}_{sex}": -by, f"{total}_{other}": by}
    return moves


def _received(order: SheetOrder, draws: Draws) -> Moves:
    by = _slip(draws)
    return {"ss_diterima": by, "ss_tidak_digunakan": by}


def _left_over(order: SheetOrder, draws: Draws) -> Moves:
    return {draws.pick(("ss_tidak_digunakan", "ss_dikembalikan")): _slip(draws)}


def _used(order: SheetOrder, draws: Draws) -> Moves:
    by = _slip(draws)
    if draws.chance(0.5):
        return {"ss_digunakan": by, "ss_tidak_digunakan": -by}
    return {"suara_tidak_sah": by, "suara_total": by}


def _of_contestant(order: SheetOrder, draws: Draws) -> Moves:
    by = _slip(draws)
    if order.form in BY_PARTY:
        totals = [id for id in order.values if id.startswith("jumlah_partai_calon_")]
        total = draws.pick(totals)
        return {total: by, total.replace("jumlah_partai_calon_", "suara_partai_"): by}
    votes = [id for id in order.values if id.startswith("suara_") and id.rpartition("_")[2].isdigit()]
    return {draws.pick(votes): by}


def _of_party(order: SheetOrder, draws: Draws) -> Moves:
    votes = [id for id in order.values if id.startswith(("suara_partai_", "suara_calon_"))]
    return {draws.pick(votes): _slip(draws)}


def _invalid(order: SheetOrder, draws: Draws) -> Moves:
    return {"suara_tidak_sah": _slip(draws)}


def _too_many(order: SheetOrder, draws: Draws) -> Moves:
    """A DPT above what a TPS may have; everything that follows from it agrees with it."""
    election = ELECTION[order.form]
    sex, now = draws.pick("lp"), order.values["dpt_j"]
    by = MOST[election] - now + draws.whole(3, 60)
    papers = now + by + -(-(now + by) // RESERVE_ONE_IN[election]) - order.values["ss_diterima"]
    moves = {f"dpt_{sex}": by, "dpt_j": by, "ss_diterima": papers, "ss_tidak_digunakan": papers}
    for total, parts in SUMS[election].items():
        if "dpt" in parts:
            moves |= {f"{total}_{sex}": by, f"{total}_j": by}
    return moves


def _other_list(order: SheetOrder, draws: Draws) -> Moves:
    """The DPT by sexes is not the one of Sidalih; its sum is."""
    by = _slip(draws)
    moves = {"dpt_l": by, "dpt_p": -by}
    for total, parts in SUMS[ELECTION[order.form]].items():
        if "dpt" in parts:
            moves |= {f"{total}_l": by, f"{total}_p": -by}
    return moves


def _disabled(order: SheetOrder, draws: Draws) -> Moves:
    """More disabled voters than voters: a number of another row stands in the row of disabled voters."""
    less, more = draws.pick(AT_MOST[ELECTION[order.form]]["R13"])
    sex = draws.pick("lp")
    by = order.values[f"{more}_{sex}"] - order.values[f"{less}_{sex}"] + draws.whole(1, 9)
    return {f"{less}_{sex}": by, f"{less}_j": by}


_PROPOSE: Mapping[str, Callable[[SheetOrder, Draws], Moves]] = {
    "R1": _one_sex, "R2": _one_row, "R3": _above_list, "R4": _received, "R5": _left_over, "R6": _used,
    "R7": _of_contestant, "R8": _invalid, "R9": _of_party, "R11": _too_many, "R12": _other_list,
    "R13": _disabled,
}  # fmt: skip
