"""Where each row lies: from cells with codes or names to the ten digits of a desa, each level checked.

Rows that say the same place are looked at once. A desa that is given by name alone gets its code later
(`numbering`), when all files are known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simulators.country.importing.codes import LENGTHS, CodeError, tps_code, whole_code
from simulators.country.importing.gazetteer import ABROAD, UnknownNameError, gazetteer
from simulators.country.importing.mapping import REGIONS
from simulators.country.importing.problems import Found
from simulators.country.importing.sheet import Coded, Sheet


class PlaceError(ValueError):
    """A place that cannot be; `kind` is that of the problem."""

    def __init__(self, kind: str, message: str) -> None:
        self.kind = kind
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Place:
    """A desa: its code as far as it is known (10 digits; 4 or 6 where names lie below), and names given."""

    code: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Places:
    """`known[which[row]]` is where a row lies; `which` is -1 where that could not be found out.

    `first` is the first row of each known place. `tps` holds the codes of a column with all 13 digits, 0
    where there is none.
    """

    known: list[Place]
    first: NDArray[np.int64]
    which: NDArray[np.int64]
    tps: NDArray[np.int64]


def places(sheet: Sheet, found: Found) -> Places:
    """The place of every row; problems go to `found`."""
    columns = {key: one for key, one in sheet.cells.items() if key.removesuffix("_code") in REGIONS}
    tps = np.zeros(len(sheet), np.int64)
    readable = np.ones(len(sheet), np.bool_)
    if "tps_code" in sheet.cells:
        tps = _tps_codes(sheet.cells["tps_code"], sheet.lines, found)
        desa, index = np.unique(tps // 1_000, return_inverse=True)
        columns["tps_code"] = Coded([str(code) for code in desa.tolist()], index)
        readable = tps > 0
    first, which = _alike(columns, len(sheet))
    known: list[Place] = []
    wrong: dict[int, tuple[str, str]] = {}
    at = np.full(len(first), -1, np.int64)
    for group, row in enumerate(first.tolist()):
        if not readable[row]:
            continue
        cells = {key: column.values[column.index[row]] for key, column in columns.items()}
        try:
            place = place_of(sheet.constants | cells)
        except PlaceError as error:
            wrong[group] = (error.kind, str(error))
        else:
            at[group] = len(known)
            known.append(place)
    found.add_each(wrong, which, sheet.lines)
    return Places(known, first[at >= 0], at[which], tps)


def place_of(cells: Mapping[str, str]) -> Place:
    """The place that cells (or constants) say, by key of the mapping; raises PlaceError.

    Codes lead; names must not contradict them. A code given in whole says all levels above it.
    """
    book = gazetteer()
    code, given_by = "", ""
    for level in REGIONS:
        text, name = cells.get(f"{level}_code"), cells.get(level)
        found = None
        if text is not None:
            found = _code(level, text, code or None)
        elif name is not None and level in {"province", "regency"}:
            found = _named(level, name, code or None)
        elif level == "desa" and "tps_code" in cells:
            found = cells["tps_code"]
        if found is None:
            continue
        _must_exist(found)
        _must_nest(found, code, level, given_by)
        if text is not None and name and level in {"province", "regency"}:
            _must_agree(level, name, found)
        code, given_by = found, f"{level} {text or name}"
    if len(code) == LENGTHS["desa"] and "tps_code" in cells:
        _must_nest(cells["tps_code"], code, "TPS", given_by)
    if len(code) < LENGTHS["regency"]:
        raise PlaceError("region", "the regency is not said; map regency or regency_code, or set a constant")
    names = {level: " ".join(cells[level].split()) for level in REGIONS if cells.get(level)}
    lowest = [level for level in ("kecamatan", "desa") if len(code) < LENGTHS[level]]
    for level in lowest:
        if level not in names:
            raise PlaceError("region", f"the {level} is empty")
    if code[:4] in book.regencies:
        names = {"province": book.provinces[code[:2]], "regency": book.regencies[code[:4]].name} | names
    return Place(code, names)


def _code(level: str, text: str, parent: str | None) -> str:
    above = LENGTHS[level] - (4 if level == "desa" else 2)
    try:
        return whole_code(level, text, parent if parent and len(parent) == above else None)
    except CodeError as error:
        raise PlaceError("code", f"{level}: {error}") from None


def _named(level: str, name: str, code: str | None) -> str:
    if not name:
        raise PlaceError("region", f"the {level} is empty")
    found, why = _looked_up(level, name, code)
    if why:
        raise PlaceError("region", why)
    return found


@lru_cache(maxsize=1 << 16)
def _looked_up(level: str, name: str, province: str | None) -> tuple[str, str]:
    """The code that a name stands for, or why none; looking for near names takes its time."""
    try:
        found = gazetteer().province(name) if level == "province" else gazetteer().regency(name, province)
    except UnknownNameError as error:
        return "", str(error)
    return found, ""


def _must_exist(code: str) -> None:
    if unknown := _unknown(code[:4]):
        raise PlaceError("region", unknown)
    if code[4:6] == "00" or code[6:] == "0000":
        raise PlaceError("region", f"{code} is the code of a region above, padded with zeros, not of a desa")


@lru_cache(maxsize=1 << 14)
def _unknown(code: str) -> str:
    """What is wrong with the code of a province or regency, if anything."""
    book = gazetteer()
    if code[:2] == ABROAD:
        return f"{code} lies abroad (99); abroad is not imported and stays synthetic"
    if code[:2] not in book.provinces:
        return f'no province has the code "{code[:2]}" (of {code})'
    if len(code) == 4 and code not in book.regencies:
        return f'no regency has the code "{code[:2]}.{code[2:]}"; {book.near_codes(code)}'
    return ""


def _must_nest(code: str, above: str, level: str, given_by: str) -> None:
    if above and not code.startswith(above):
        raise PlaceError(
            "nesting", f"the {level} {code} lies in {_told(code[: len(above)])}, not in {given_by}"
        )


def _must_agree(level: str, name: str, code: str) -> None:
    """A known name must be that of the code; one that is not on file is taken as it is."""
    try:
        other = _named(level, name, code[:2])
    except PlaceError:
        return
    if other != code:
        raise PlaceError("nesting", f'the {level} {_told(code)} is called "{name}", which is {_told(other)}')


def _told(code: str) -> str:
    book = gazetteer()
    if code[:4] in book.regencies and len(code) == 4:
        return f"{code[:2]}.{code[2:]} ({book.regencies[code].name})"
    return f"{code} ({book.provinces[code]})" if code in book.provinces else code


def _tps_codes(column: Coded, lines: NDArray[np.int64], found: Found) -> NDArray[np.int64]:
    codes = np.zeros(len(column.values), np.int64)
    wrong: dict[int, tuple[str, str]] = {}
    for place, cell in enumerate(column.values):
        try:
            codes[place] = tps_code(cell)
        except CodeError as error:
            wrong[place] = ("code", f"TPS: {error}")
    found.add_each(wrong, column.index, lines)
    return codes[column.index]


def _alike(columns: Mapping[str, Coded], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows with the same cells: the first row of each group, and the group of every row."""
    key = np.zeros(size, np.int64)
    first = np.zeros(min(1, size), np.int64)
    for column in columns.values():
        _, first, key = np.unique(
            key * len(column.values) + column.index, return_index=True, return_inverse=True
        )
    return first, key
