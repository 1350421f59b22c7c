"""Mistakes in the votes: sums, swaps, votes counted twice, and figures written wrong."""

import re

from fakeforms.draws import Draws
from fakeforms.writing.entries import Change, Entries
from fakeforms.writing.mistakes.figures import moved_by, off_by
from fakeforms.writing.mistakes.registry import mistake

_PUBLISHED = "Sirekap values of 76,265 TPS, 17 March 2024"
_PARTY = re.compile(r"suara_partai_(\d+)")
_CONTESTANT = re.compile(r"suara_(?:partai_|calon_)?\d+(?:_\d+)?")


@mistake("votes-total-wrong", breaks=("votes-total", "users-votes"), rate=0.0103, source=_PUBLISHED)
def _votes_total(sheet: Entries, draws: Draws) -> Change | None:
    """Valid and invalid votes do not add up to the total (V.A + V.B is not V.C)."""
    if "suara_total" not in sheet.numbers:
        return None
    change = off_by(draws)
    moved = moved_by(sheet, {"suara_total": change})
    return None if moved is None else Change(f"suara_total: off by {change} against its parts", moved)


@mistake(
    "users-differ-from-votes",
    breaks=("users-votes",),
    rate=0.074,
    source=f"{_PUBLISHED}: difference of 1: 1.1 %, 2 to 5: 1.1 %, 6 to 20: 0.6 %, above 20: 4.6 %",
)
def _users_votes(sheet: Entries, draws: Draws) -> Change | None:
    """More or fewer votes than voters who came; the sheet of the votes adds up by itself."""
    if "suara_tidak_sah" not in sheet.numbers:
        return None
    change = off_by(draws)
    moved = moved_by(sheet, {"suara_tidak_sah": change, "suara_total": change})
    return None if moved is None else Change(f"suara_total: off by {change} against pengguna_total_j", moved)


@mistake(
    "total-is-valid",
    breaks=("votes-total", "users-votes"),
    rate=0.0007,
    source=f"{_PUBLISHED}: 54 TPS",
)
def _total_is_valid(sheet: Entries, draws: Draws) -> Change | None:
    """The total is that of the valid votes, although there are invalid ones."""
    del draws
    if not sheet.numbers.get("suara_tidak_sah") or "suara_total" not in sheet.numbers:
        return None
    return Change("suara_total: only the valid votes", {"suara_total": sheet.numbers["suara_sah"]})


@mistake(
    "party-and-candidate-counted-twice",
    breaks=("users-votes",),
    rate=0.0,
    source="Jombang and Boyolali 2019: 22 and 26 TPS counted again; no rate given",
)
def _counted_twice(sheet: Entries, draws: Draws) -> Change | None:
    """Ballots with a mark for a party and for its candidate are counted for both."""
    parties = [id for id in sheet.numbers if _PARTY.fullmatch(id)]
    if not parties:
        return None
    party = draws.pick(parties)
    total = f"jumlah_partai_calon_{party.rpartition('_')[2]}"
    candidates = (sheet.numbers[total] or 0) - (sheet.numbers[party] or 0)
    if candidates < 1:
        return None
    twice = draws.whole(1, min(candidates, 25))
    moved = moved_by(sheet, dict.fromkeys((party, total, "suara_sah", "suara_total"), twice))
    says = f"{party}: {twice} ballots counted for the party and for a candidate"
    return None if moved is None else Change(says, moved)


@mistake(
    "neighbours-swapped",
    rate=0.0,
    source="Seoul TPS 16, 2024: two parties swapped; no rate given",
)
def _neighbours(sheet: Entries, draws: Draws) -> Change | None:
    """Two neighbouring contestants have each other's votes."""
    blocks = _blocks(sheet)
    if len(blocks) < 2:
        return None
    at = draws.whole(0, len(blocks) - 2)
    one, other = blocks[at], blocks[at + 1]
    if len(one) != len(other):
        return None
    swapped = {a: sheet.numbers[b] for a, b in zip((*one, *other), (*other, *one), strict=True)}
    if all(sheet.numbers[id] == value for id, value in swapped.items()):
        return None
    return Change(f"{one[-1]} and {other[-1]}: each has the other's votes", swapped)


def _blocks(sheet: Entries) -> list[tuple[str, ...]]:
    """Contestants in the order of the ballot, each with all of its numbers, the telling one last."""
    parties = [id for id in sheet.numbers if _PARTY.fullmatch(id)]
    if not parties:
        return [(id,) for id in sheet.numbers if _CONTESTANT.fullmatch(id)]
    out = []
    for party in parties:
        number = party.rpartition("_")[2]
        candidates = (id for id in sheet.numbers if id.startswith(f"suara_calon_{number}_"))
        out.append((party, *candidates, f"jumlah_partai_calon_{number}"))
    return out


@mistake(
    "pair-sum-wrong",
    breaks=("votes-sum",),
    rate=0.0441,
    source="Sirekap values of 74,372 TPS: sum of the pairs differs from the valid votes",
)
def _pair_sum(sheet: Entries, draws: Draws) -> Change | None:
    """The contestants' votes do not add up to the valid votes (or a party's and its candidates' to B)."""
    contestants = _contestants(sheet)
    if not contestants:
        return None
    id, change = draws.pick(contestants), off_by(draws)
    moved = moved_by(sheet, {id: change})
    return None if moved is None else Change(f"{id}: off by {change}, so the votes do not add up", moved)


@mistake(
    "leading-digit-added",
    breaks=("votes-sum",),
    rate=0.0,
    source="Tangerang Selatan TPS 34, 2024: 86 written 886; no rate given",
)
def _leading_digit(sheet: Entries, draws: Draws) -> Change | None:
    """A digit stands in a box that should have been crossed out (86 becomes 886)."""
    contestants = [id for id in _contestants(sheet) if sheet.numbers[id]]
    if not contestants:
        return None
    id = draws.pick(contestants)
    value = sheet.numbers[id]
    figures = f"{value}"
    added = int((figures[0] if draws.chance(0.7) else str(draws.whole(1, 9))) + figures)
    return Change(f"{id}: {value} written {added}", {id: added}, slip=True)


@mistake(
    "digits-transposed",
    breaks=("votes-sum",),
    rate=0.0,
    source="common slip of any written figure; no rate found",
)
def _transposed(sheet: Entries, draws: Draws) -> Change | None:
    """Two neighbouring digits of a number change places (136 becomes 163)."""
    contestants = [id for id in _contestants(sheet) if (sheet.numbers[id] or 0) > 9]
    if not contestants:
        return None
    id = draws.pick(contestants)
    figures = str(sheet.numbers[id])
    at = draws.whole(0, len(figures) - 2)
    turned = figures[:at] + figures[at + 1] + figures[at] + figures[at + 2 :]
    if turned == figures or turned[0] == "0":
        return None
    return Change(f"{id}: {figures} written {turned}", {id: int(turned)}, slip=True)


def _contestants(sheet: Entries) -> list[str]:
    return [id for id in sheet.numbers if _CONTESTANT.fullmatch(id)]
