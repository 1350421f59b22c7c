"""From text to columns: a quick reader for what is plainly whole, a careful one that names what is not.

Both give the same columns and the same physical line for every row (a test holds them to it). The quick one
gives up (None) at the first doubt: a quote that is not plainly the first or last of a cell, an odd line
break, a row of another length.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc_csv
from numpy.typing import NDArray

from simulators.country.importing.problems import Found

DELIMITERS = (",", ";", "\t", "|")
SPOKEN = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}

LONGEST_RECORD = 10
"""Physical lines of one record; a quoted field that runs on for longer is a quote left open (assumed)."""

_AT_ONCE = 1 << 15
"""Rows that stay Python objects until they become columns."""

_HEAD = 1 << 20
"""The header lies within so many characters."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Cells as text: `columns[c][r]`. `lines[r]` is the physical line on which row r begins; first is 1."""

    columns: list[pa.ChunkedArray]
    lines: NDArray[np.int64]


def quick(text: str, first_line: int, width: int, delimiter: str) -> Rows | None:
    """Rows from `first_line` on with `width` cells each, or None if that takes the careful reader."""
    if text.count("\r") != text.count("\r\n"):
        return None
    start = 0
    for _ in range(first_line - 1):
        start = text.find("\n", start) + 1
        if start == 0:
            return None
    body = text[start:].rstrip("\r\n").encode()
    if not _plainly_quoted(body, delimiter):
        return None
    names = [str(place) for place in range(width)]
    try:
        table = pc_csv.read_csv(
            pa.BufferReader(body),
            pc_csv.ReadOptions(column_names=names, block_size=1 << 22),
            pc_csv.ParseOptions(delimiter=delimiter, newlines_in_values=False, ignore_empty_lines=False),
            pc_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows != body.count(b"\n") + 1:
        return None
    return Rows(table.columns, np.arange(first_line, first_line + table.num_rows))


def careful(text: str, first_line: int, width: int, delimiter: str, found: Found) -> Rows:
    """Rows from `first_line` on that have `width` cells; what is wrong with the others goes to `found`."""
    rows: list[list[str]] = []
    lines: list[int] = []
    parts: list[list[pa.Array]] = []
    for line, row in _records(text, first_line, delimiter, width, found):
        if len(row) > width and not any(cell.strip() for cell in row[width:]):
            del row[width:]
        if len(row) == width:
            rows.append(row)
            lines.append(line)
            if len(rows) == _AT_ONCE:
                parts.append(_columns(rows, width))
                rows.clear()
        elif any(cell.strip() for cell in row):
            _wrong_length(row, line, width, delimiter, found)
    parts.append(_columns(rows, width))
    columns = [pa.chunked_array(column) for column in zip(*parts, strict=True)]
    return Rows(columns, np.array(lines, np.int64))


def header(text: str, row: int, delimiter: str) -> tuple[list[str], int] | None:
    """The names of the columns and the line after them; None if the file or a quote does not end there."""
    lines = _Lines(text[:_HEAD], row - 1)
    try:
        names = next(csv.reader(lines, delimiter=delimiter, strict=True), None)
    except csv.Error:
        return None
    return None if names is None else (names, lines.at + 1)


def detected(text: str, row: int) -> str:
    """The delimiter that stands most often in the header (or, without one, in the first record)."""
    lines = _Lines(text[:_HEAD], max(row, 1) - 1)
    record = next(lines, "")
    for _ in range(LONGEST_RECORD - 1):
        if record.count('"') % 2 == 0:
            break
        record += next(lines, "")
    return max(DELIMITERS, key=record.count)


def _plainly_quoted(body: bytes, delimiter: str) -> bool:
    """Whether quotes come in pairs, the first right before a cell and the second right after it."""
    if b'"' not in body:
        return True
    octets = np.frombuffer(b"\n" + body + b"\n", np.uint8)
    quotes = np.flatnonzero(octets == ord('"'))
    if len(quotes) % 2:
        return False
    around = np.zeros(256, np.bool_)
    around[[ord(delimiter), ord("\n"), ord("\r")]] = True
    return bool(around[octets[quotes[::2] - 1]].all() and around[octets[quotes[1::2] + 1]].all())


def _columns(rows: list[list[str]], width: int) -> list[pa.Array]:
    cells = zip(*rows, strict=True) if rows else [()] * width
    return [pa.array(column, pa.string()) for column in cells]


class _Lines(Iterator[str]):
    """Physical lines from index `at` on, with a place that can be set back."""

    def __init__(self, text: str, at: int) -> None:
        self.lines = list(io.StringIO(text, newline=""))
        self.at = at

    def __next__(self) -> str:
        if self.at >= len(self.lines):
            raise StopIteration
        self.at += 1
        return self.lines[self.at - 1]


def _records(
    text: str, first_line: int, delimiter: str, width: int, found: Found
) -> Iterator[tuple[int, list[str]]]:
    """Each record with its first line. After a broken quote reading goes on at the very next line.

    A quote left open swallows lines up to the next one; the record it makes is of the wrong length or ends
    in text after a quote. So such a record is given up, and only its first line is lost.
    """
    lines = _Lines(text, first_line - 1)
    while lines.at < len(lines.lines):
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        first = lines.at
        try:
            for row in reader:
                spans = lines.at - first
                if spans > 1 and (len(row) != width or spans > LONGEST_RECORD):
                    found.add("quote", "a quote is opened and not closed on this line", first + 1)
                    lines.at = first + 1
                    break
                yield first + 1, row
                first = lines.at
        except csv.Error:
            alone = lines.at == first + 1 and lines.lines[first].count('"') % 2 == 0
            message = (
                "text stands right after a closing quote" if alone else "a quote is opened and not closed"
            )
            found.add("quote", message + ' (a quote inside a cell is written twice: "")', first + 1)
            lines.at = first + 1


def _wrong_length(row: list[str], line: int, width: int, delimiter: str, found: Found) -> None:
    whole = delimiter.join(row)
    for other in DELIMITERS:
        if other != delimiter and whole.count(other) == width - 1:
            message = f"is separated by {SPOKEN[other]}, the header by {SPOKEN[delimiter]}"
            found.add("delimiter", message, line)
            return
    fields = "1 field" if len(row) == 1 else f"{len(row)} fields"
    found.add("fields", f"has {fields}, the header {width}", line)
