"""The import: all tables of an office at once, to a roll or to a list of everything that is wrong."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

import numpy as np
from numpy.typing import NDArray

from simulators.country.importing.checks import Stack, coverage, duplicates, gaps, two_names
from simulators.country.importing.codes import LENGTHS
from simulators.country.importing.mapping import REGIONS, Mapping
from simulators.country.importing.numbering import TooManyError, key, numbered, plain
from simulators.country.importing.places import Places, places
from simulators.country.importing.problems import Found, Problem, in_order
from simulators.country.importing.sheet import Sheet, read_sheet
from simulators.country.importing.voters import Voters, voters
from simulators.country.roll import OTHER_COUNTS, Roll, spelled

_LOSING = {"quote", "delimiter", "fields", "totals", "code", "region", "nesting", "number"}
"""Kinds of problems that leave a row without its TPS."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file to import: the name it is spoken of by, and its bytes (or why they cannot be had)."""

    name: str
    content: bytes | None
    why: str = ""

    @classmethod
    def read(cls, path: Path) -> "Table":
        """The table in a file; one that cannot be read is told of by `import_tables` beside all else."""
        try:
            return cls(str(path), path.read_bytes())
        except OSError as error:
            return cls(str(path), None, f"cannot be read: {error.strerror or error}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """`roll` is None exactly if one of `problems` is an error. `notes` tell how each file was read."""

    roll: Roll | None
    problems: list[Problem]
    notes: list[str]

    @property
    def errors(self) -> int:
        """How many problems stop the import."""
        return sum(one.error for one in self.problems)


@dataclass(frozen=True, slots=True)
class _Read:
    sheet: Sheet
    places: Places
    voters: Voters


def import_tables(tables: Sequence[Table], mapping: Mapping, mapping_text: str, date: str) -> Outcome:
    """Read and check all tables; `mapping_text` and `date` are kept in the roll as its origin."""
    problems: list[Problem] = []
    read: list[_Read] = []
    seen: dict[bytes, str] = {}
    for table in tables:
        found = Found(table.name)
        why = table.why if table.content is None else _twice(table.name, table.content, seen)
        if table.content is None or why:
            found.add("file", why)
            problems += found.problems()
            continue
        sheet = read_sheet(table.name, table.content, mapping, found)
        if sheet is not None:
            lies = places(sheet, found)
            read.append(_Read(sheet, lies, voters(sheet, lies.tps, mapping, found)))
        problems += found.problems()
    try:
        desa = _desa_codes(read)
    except TooManyError as error:
        problems.append(Problem(read[0].sheet.file, (), "region", str(error)))
        desa = [np.full(len(one.places.known), -1, np.int64) for one in read]
    stack, rows = _stacked(read, desa, problems)
    problems += duplicates(stack)
    problems += gaps(stack)
    problems += coverage(stack, mapping.election)
    names = _names(read, desa, rows)
    problems += two_names(names, stack)
    if any(one.error for one in problems):
        roll = None
    else:
        origin = _origin(tables, read, mapping, mapping_text, date)
        roll = _roll(stack, read, {code: next(iter(given)) for code, given in names.items()}, origin)
    return Outcome(roll, in_order(problems, [table.name for table in tables]), list(_notes(read)))


def _twice(name: str, content: bytes, seen: dict[bytes, str]) -> str:
    """What to say of a table that was given before, byte for byte."""
    told = content.strip()
    if told and told in seen:
        return f"holds the same as {seen[told]}; give it once"
    seen[told] = name
    return ""


def _desa_codes(read: Sequence[_Read]) -> list[NDArray[np.int64]]:
    """The ten digits of every known place of every file, also of those without a code."""
    made = numbered(place for one in read for place in one.places.known)
    whole = LENGTHS["desa"]
    return [
        np.array(
            [int(place.code if len(place.code) == whole else made[key(place)]) for place in one.places.known],
            np.int64,
        )
        for one in read
    ]


def _stacked(
    read: Sequence[_Read], desa: Sequence[NDArray[np.int64]], problems: Sequence[Problem]
) -> tuple[Stack, list[NDArray[np.int64]]]:
    """All usable rows, and for each file the place in the stack of every row (-1: not usable)."""
    parts = [(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64))]
    rows: list[NDArray[np.int64]] = []
    size = 0
    for index, (one, codes) in enumerate(zip(read, desa, strict=True)):
        usable = (one.places.which >= 0) & (one.voters.number > 0)
        usable[usable] = codes[one.places.which[usable]] > 0
        tps = codes[one.places.which[usable]] * 1_000 + one.voters.number[usable]
        parts.append((tps, np.full(len(tps), index), one.sheet.lines[usable]))
        rows.append(np.where(usable, np.cumsum(usable) - 1 + size, -1))
        size += len(tps)
    tps, file, line = (np.concatenate(column) for column in zip(*parts, strict=True))
    files = [one.sheet.file for one in read]
    lost = [
        np.unique(
            [line for one in problems if one.file == name and one.kind in _LOSING for line in one.lines]
        ).astype(np.int64)
        for name in files
    ]
    return Stack(files, tps, file, line, lost), rows


def _names(
    read: Sequence[_Read], desa: Sequence[NDArray[np.int64]], rows: Sequence[NDArray[np.int64]]
) -> dict[str, dict[str, int]]:
    """Names by region code, each with the first row of the stack that gives it; those spelled alike once."""
    names: dict[str, dict[str, int]] = {}
    seen: set[tuple[str, str]] = set()
    for one, codes, at in zip(read, desa, rows, strict=True):
        first = at[one.places.first].tolist()
        for place, code, row in zip(one.places.known, codes.tolist(), first, strict=True):
            if row < 0:
                continue
            for level in REGIONS:
                name = place.names.get(level)
                if name is None:
                    continue
                digits = str(code)[: LENGTHS[level]]
                alike = (digits, plain(name) if LENGTHS[level] > LENGTHS["regency"] else "")
                if alike not in seen:
                    seen.add(alike)
                    names.setdefault(spelled(digits), {})[name] = row
    return names


def _roll(stack: Stack, read: Sequence[_Read], names: dict[str, str], origin: dict[str, object]) -> Roll:
    order = np.argsort(stack.tps)
    given = [name for name in OTHER_COUNTS if all(name in one.voters.counts for one in read)]
    count = {
        name: np.concatenate([one.voters.counts[name] for one in read])[order].astype(np.int32)
        for name in ("dpt", *given)
    }
    files = [PurePath(one.sheet.file).name for one in read]
    source = ", ".join(files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
    dpt = count.pop("dpt")
    return Roll(stack.tps[order], dpt, names, source, counts=count, origin=origin)


def _origin(
    tables: Sequence[Table], read: Sequence[_Read], mapping: Mapping, mapping_text: str, date: str
) -> dict[str, object]:
    files = [
        {
            "name": table.name,
            "sha256": hashlib.sha256(table.content or b"").hexdigest(),
            "rows": len(one.sheet),
            "skipped": one.sheet.skipped,
            "encoding": one.sheet.encoding,
        }
        for table, one in zip(tables, read, strict=True)
    ]
    return {"files": files, "mapping": mapping_text, "election": mapping.election, "date": date}


def _notes(read: Sequence[_Read]) -> Iterator[str]:
    for one in read:
        sheet = one.sheet
        delimiter = {"\t": "tab"}.get(sheet.delimiter, sheet.delimiter)
        skipped = f", {sheet.skipped:,} left out (totals or blank)" if sheet.skipped else ""
        rows = "1 row" if len(sheet) == 1 else f"{len(sheet):,} rows"
        yield f"{sheet.file}: {rows}{skipped}; {sheet.encoding}, delimiter {delimiter}"
