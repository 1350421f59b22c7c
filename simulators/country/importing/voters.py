"""The counts of a sheet: TPS numbers and voters, each checked by itself and against the others."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from simulators.country.importing.counts import MOST_BY_DECREE, MOST_POSSIBLE, SPECIAL_FROM, count, tps_number
from simulators.country.importing.mapping import Mapping
from simulators.country.importing.problems import Found
from simulators.country.importing.sheet import Sheet

_UNREAD = -1
_SPOKEN = {"dpt": "DPT", "men": "L (men)", "women": "P (women)", "dptb": "DPTb", "dpk": "DPK"}


@dataclass(frozen=True, slots=True)
class Voters:
    """Columns with an item a row; -1 where a cell could not be read, `number` 0 where none holds it."""

    number: NDArray[np.int64]
    counts: dict[str, NDArray[np.int64]]

    @property
    def dpt(self) -> NDArray[np.int64]:
        """The voters of each TPS."""
        return self.counts["dpt"]


def voters(sheet: Sheet, tps: NDArray[np.int64], mapping: Mapping, found: Found) -> Voters:
    """The counts of every row; `tps` are 13-digit codes where the sheet has them, else 0."""
    number = tps % 1_000
    if "tps" in sheet.cells:
        number = _column("number", "tps", tps_number, sheet, found)
        for row in np.flatnonzero((tps > 0) & (number > 0) & (tps % 1_000 != number)):
            message = f"the code {tps[row]} says TPS {tps[row] % 1_000:03d}, the number {number[row]:03d}"
            found.add("nesting", message, sheet.lines[row])
    read = partial(count, thousands=mapping.file.thousands)
    counts: dict[str, NDArray[np.int64]] = {}
    for key in _SPOKEN:
        if key in sheet.cells:
            counts[key] = _column("count", key, partial(_may_be_blank, read, key), sheet, found)
    _sums(counts, sheet, found)
    special = number >= SPECIAL_FROM
    _limits(counts, special, MOST_BY_DECREE[mapping.election], sheet, found)
    return Voters(number, counts)


def _may_be_blank(read: Callable[[str], int], key: str, cell: str) -> int:
    """Nobody, where a table of additional voters (DPTb, DPK) has nothing or a dash."""
    return 0 if key in {"dptb", "dpk"} and cell in {"", "-"} else read(cell)


def _column(kind: str, key: str, read: Callable[[str], int], sheet: Sheet, found: Found) -> NDArray[np.int64]:
    column = sheet.cells[key]
    values = np.full(len(column.values), _UNREAD, np.int64)
    wrong: dict[int, tuple[str, str]] = {}
    for place, cell in enumerate(column.values):
        try:
            values[place] = read(cell)
        except ValueError as error:
            wrong[place] = (kind, f"{_SPOKEN[key]} {error}" if key in _SPOKEN else str(error))
    found.add_each(wrong, column.index, sheet.lines)
    return values[column.index]


def _sums(counts: dict[str, NDArray[np.int64]], sheet: Sheet, found: Found) -> None:
    """Men and women make the DPT, or must add up to it."""
    if not {"men", "women"} <= set(counts):
        for key in {"men", "women"} & set(counts):
            for row in np.flatnonzero((counts["dpt"] >= 0) & (counts[key] > counts["dpt"])):
                message = f"{_SPOKEN[key]} {counts[key][row]} is more than the DPT of {counts['dpt'][row]}"
                found.add("sum", message, sheet.lines[row])
        return
    men, women = counts["men"], counts["women"]
    both = (men >= 0) & (women >= 0)
    if "dpt" not in counts:
        counts["dpt"] = np.where(both, men + women, _UNREAD)
        return
    dpt = counts["dpt"]
    for row in np.flatnonzero(both & (dpt >= 0) & (men + women != dpt)):
        total = men[row] + women[row]
        found.add("sum", f"L {men[row]} + P {women[row]} = {total}, but DPT {dpt[row]}", sheet.lines[row])


def _limits(
    counts: dict[str, NDArray[np.int64]], special: NDArray[np.bool_], decreed: int, sheet: Sheet, found: Found
) -> None:
    for key, column in counts.items():
        name = _SPOKEN[key]
        for row in np.flatnonzero(column > MOST_POSSIBLE):
            message = (
                f"{name} {column[row]:,} is more than a TPS can have (at most {MOST_POSSIBLE:,}); a total?"
            )
            found.add("count", message, sheet.lines[row])
    dpt = counts["dpt"]
    nobody = dpt == 0
    if np.any(nobody & ~special):
        found.add("count", "DPT is 0", sheet.lines[nobody & ~special])
    if np.any(nobody & special):
        message = f"DPT is 0 at a special location ({SPECIAL_FROM} and up)"
        found.add("voters", message, sheet.lines[nobody & special], error=False)
    for row in np.flatnonzero((dpt > decreed) & (dpt <= MOST_POSSIBLE)):
        message = f"DPT {dpt[row]} is above the {decreed} voters that a TPS may have"
        found.add("voters", message, sheet.lines[row], error=False)
