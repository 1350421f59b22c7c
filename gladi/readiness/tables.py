"""CSV as offices keep it: comma, semicolon or tab, with or without BOM, comments after #; errors name line
and column.

A file whose comments say CONTOH or EXAMPLE is one of ours, with invented figures.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gladi.failures import UsageError

_EXCEL = "; Excel has rounded it: format the column as text and paste the code again"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table, by the names that we use."""

    file: Path
    line: int
    cells: Mapping[str, str]
    headed: Mapping[str, str]
    """The header's own words for each of our names."""

    def get(self, name: str) -> str:
        """The cell, without blanks around it; "" where the column is not there."""
        return self.cells.get(name, "").strip()

    def wrong(self, name: str, right: str) -> UsageError:
        """What to raise for a cell."""
        column = self.headed.get(name, name)
        return UsageError(f"{self.file}: line {self.line}, column {column}: {self.get(name)!r}: {right}")

    def whole(self, name: str) -> int:
        """A whole number of 0 or more, with or without the dots of thousands."""
        text = self.get(name)
        plain = text.replace(".", "").replace(" ", "")
        if not plain.isdigit() or ("." in text and not _grouped(text)):
            raise self.wrong(name, "must be a whole number, such as 128 or 1.024")
        return int(plain)

    def code(self, name: str, lengths: Sequence[int]) -> str:
        """The digits of an area's code, whatever dots it is written with."""
        text = self.get(name)
        digits = text.replace(".", "").replace(" ", "").replace("-", "")
        if "E+" in text.upper():
            raise self.wrong(name, "is no code" + _EXCEL)
        if not digits.isdigit() or len(digits) not in lengths:
            told = " or ".join(f"{one} ({_LEVELS[one]})" for one in lengths)
            raise self.wrong(name, f"must be a code with so many digits: {told}")
        return digits


_LEVELS = {2: "province", 4: "regency", 6: "kecamatan", 10: "desa", 13: "TPS"}


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a file, and whether it says of itself that it is an example."""

    rows: tuple[Row, ...]
    example: bool


def read_table(path: Path, names: Mapping[str, Sequence[str]], needed: Sequence[str]) -> Table:
    """Read a CSV; `names` are our names with the headers they may have. UsageError names file and line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_text(encoding="cp1252")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip(" ,;\t")]
    comments = [line for _, line in lines if line.lstrip(' "').startswith("#")]
    lines = [(number, line) for number, line in lines if not line.lstrip(' "').startswith("#")]
    if not lines:
        raise UsageError(f"{path}: is empty; its first line must name the columns: {', '.join(needed)}")
    delimiter = max(",;\t", key=lines[0][1].count)
    header = [one.strip() for one in next(csv.reader([lines[0][1]], delimiter=delimiter))]
    place, headed = _places(f"{path}: line {lines[0][0]}", header, names, needed)
    rows = []
    for number, line in lines[1:]:
        cells = next(csv.reader([line], delimiter=delimiter))
        if len(cells) > len(header) and any(one.strip() for one in cells[len(header) :]):
            raise UsageError(
                f"{path}: line {number}: has {len(cells)} columns, the first line has {len(header)}; "
                f'a "{delimiter}" inside a cell needs quotes around the cell'
            )
        rows.append(
            Row(path, number, {name: cells[at] for name, at in place.items() if at < len(cells)}, headed)
        )
    if not rows:
        raise UsageError(f"{path}: has a first line and nothing below it")
    word = " ".join(comments).upper()
    return Table(tuple(rows), "CONTOH" in word or "EXAMPLE" in word)


def _places(
    where: str, header: list[str], names: Mapping[str, Sequence[str]], needed: Sequence[str]
) -> tuple[dict[str, int], dict[str, str]]:
    small = [one.lower().replace(" ", "_") for one in header]
    place: dict[str, int] = {}
    for name, aliases in names.items():
        hits = [at for at, one in enumerate(small) if one == name or one in aliases]
        if len(hits) > 1:
            twice = ", ".join(header[at] for at in hits)
            raise UsageError(f"{where}: columns {twice} mean the same; keep one")
        if hits:
            place[name] = hits[0]
    for name in needed:
        if name not in place:
            called = " / ".join((name, *names[name]))
            raise UsageError(f"{where}: no column {called}; the columns are: {', '.join(header)}")
    return place, {name: header[at] for name, at in place.items()}


def _grouped(text: str) -> bool:
    parts = text.split(".")
    return 1 <= len(parts[0]) <= 3 and all(len(one) == 3 for one in parts[1:])
