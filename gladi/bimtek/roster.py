"""Places at the table: so many trainees in so many classes, or the organiser's own list.

The list is CSV, comma or semicolon, with a head line: `kelas` (or class), `tempat` (or seat), and if one
wants `nama` (or name). Names are not needed. They are printed on the card and the attendance list, and go
nowhere else: not onto sheets, into photos, keys or any history of the practice stack.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gladi.bimtek.wishes import MOST_TRAINEES
from gladi.failures import UsageError

_COLUMNS = {
    "kelas": "class",
    "class": "class",
    "tempat": "seat",
    "seat": "seat",
    "nama": "name",
    "name": "name",
}
_MOST_CLASSES, _LONGEST_SEAT, _LONGEST_NAME = 500, 12, 60


@dataclass(frozen=True, slots=True)
class Place:
    """One place at the table."""

    class_number: int
    order: int  # in its class, from 1
    seat: str
    name: str = ""

    @property
    def id(self) -> str:
        """Class and place, as files and folders are named."""
        return f"{self.class_number:02d}-{self.order:02d}"


def evenly(trainees: int, classes: int) -> tuple[Place, ...]:
    """So many trainees, spread over the classes so that none has two more than another."""
    fewest, over = divmod(trainees, classes)
    return tuple(
        Place(room, order, f"{order:02d}")
        for room in range(1, classes + 1)
        for order in range(1, fewest + (room <= over) + 1)
    )


def read(path: Path) -> tuple[Place, ...]:
    """The places of a list; UsageError naming file, line and column."""
    rows = tuple(_rows(path))
    if not rows:
        raise UsageError(f"--participants {path}: line 2: no trainee follows the head line")
    if len(rows) > MOST_TRAINEES:
        raise UsageError(f"--participants {path}: {len(rows)} trainees; at most {MOST_TRAINEES} in one pack")
    rows = tuple(sorted(rows, key=lambda row: row[0]))
    places: list[Place] = []
    for room, seat, name in rows:
        order = 1 + sum(place.class_number == room for place in places)
        places.append(Place(room, order, seat, name))
    return tuple(places)


def _rows(path: Path) -> Iterator[tuple[int, str, str]]:
    text = _text(path)
    if not text.strip():
        raise UsageError(f"--participants {path}: line 1: is empty; expected the head line kelas,tempat")
    head = text.splitlines()[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ","
    )
    columns: list[str] = []
    seen: dict[tuple[int, str], int] = {}
    try:
        for row in reader:
            if not columns:
                columns = _head(path, row)
                continue
            if not any(cell.strip() for cell in row):
                continue
            room, seat, name = _row(path, reader.line_num, columns, row)
            if (room, seat) in seen:
                raise _wrong(
                    path, reader.line_num, "tempat", seat, f"class {room} has it on line {seen[room, seat]}"
                )
            seen[room, seat] = reader.line_num
            yield room, seat, name
    except csv.Error as error:
        raise UsageError(f"--participants {path}: line {reader.line_num}: is no CSV ({error})") from error


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"--participants {path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise UsageError(
            f"--participants {path}: line {line}: is not UTF-8; save the list as CSV UTF-8"
        ) from error


def _head(path: Path, row: list[str]) -> list[str]:
    columns = []
    for cell in row:
        name = _COLUMNS.get(cell.strip().lower())
        if name is None:
            raise _wrong(
                path, 1, cell.strip() or "(empty)", cell.strip(), "known columns: kelas, tempat, nama"
            )
        if name in columns:
            raise _wrong(path, 1, cell.strip(), cell.strip(), "the column is there twice")
        columns.append(name)
    for needed, called in (("class", "kelas"), ("seat", "tempat")):
        if needed not in columns:
            raise UsageError(f"--participants {path}: line 1: no column {called}; known: kelas, tempat, nama")
    return columns


def _row(path: Path, line: int, columns: list[str], row: list[str]) -> tuple[int, str, str]:
    if len(row) != len(columns):
        raise UsageError(
            f"--participants {path}: line {line}: {len(row)} columns, the head line has {len(columns)}"
        )
    cells = dict(zip(columns, (cell.strip() for cell in row), strict=True))
    room, seat, name = cells["class"], cells["seat"], cells.get("name", "")
    if not (room.isascii() and room.isdigit() and 1 <= int(room) <= _MOST_CLASSES):
        raise _wrong(path, line, "kelas", room, f"expected a number 1..{_MOST_CLASSES}")
    if not seat or len(seat) > _LONGEST_SEAT or not seat.isprintable():
        raise _wrong(path, line, "tempat", seat, f"expected 1 to {_LONGEST_SEAT} characters, e.g. 07 or B3")
    if len(name) > _LONGEST_NAME or not (name == "" or name.isprintable()):
        raise _wrong(path, line, "nama", name, f"expected at most {_LONGEST_NAME} characters, or nothing")
    return int(room), seat, name


def _wrong(path: Path, line: int, column: str, value: str, right: str) -> UsageError:
    return UsageError(f"--participants {path}: line {line}, column {column}: {value!r}: {right}")
