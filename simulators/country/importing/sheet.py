"""One file as the columns that its mapping names, with the physical line of every row."""

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from simulators.country.importing.decoding import decode
from simulators.country.importing.mapping import Mapping
from simulators.country.importing.problems import Found
from simulators.country.importing.splitting import SPOKEN, Rows, careful, detected, header, quick

T = TypeVar("T")

_UNSEEN = "\ufeff\u200b\u200e\u200f\u2060" + "".join(map(chr, range(33))) + "\x85\xa0\u2007\u202f\u3000"
"""Characters around a cell that nobody sees: spaces, and the marks of encodings and directions."""

_COMPARED = 500
"""So many columns are compared with a name that was not found."""

_OF = "seluruh|semua|keseluruhan|akhir|dpt|pemilih|tps|"
_OF += "desa|kelurahan|kel|kecamatan|kec|kabupaten|kab|kota|provinsi"
_TOTALS = rf"(?i)^\s*(sub|grand)?[\s\-]*(jumlah|total)\s*(:|=|$|({_OF})\b)"


@dataclass(frozen=True, slots=True)
class Coded:
    """A column as its distinct cells (stripped) and, for each row, which of them it holds."""

    values: list[str]
    index: NDArray[np.int64]

    def map(self, read: Callable[[str], T]) -> list[T]:
        """`read` of each distinct cell."""
        return [read(value) for value in self.values]

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Coded":
        """The column of some rows."""
        return Coded(self.values, self.index[rows])


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file holds: `cells` by key of the mapping's columns, `lines` the physical line of each row.

    `constants` are those that hold for the file. `skipped` counts rows left out as totals or blank.
    """

    file: str
    encoding: str
    delimiter: str
    cells: dict[str, Coded]
    constants: dict[str, str]
    lines: NDArray[np.int64]
    skipped: int

    def __len__(self) -> int:
        return len(self.lines)


def read_sheet(file: str, content: bytes, mapping: Mapping, found: Found) -> Sheet | None:
    """The rows of a file that can be used; problems go to `found`. None if there is nothing to go by."""
    form = mapping.file
    text, encoding = decode(content, form.encoding, found)
    if not text:
        return None
    delimiter = detected(text, form.header_row) if form.delimiter == "auto" else form.delimiter
    head = header(text, max(form.header_row, 1), delimiter)
    if head is None:
        found.add("header", f"there is no header on line {form.header_row}", 0)
        return None
    names, after = head
    places = _places(names, mapping, delimiter, found)
    first = form.data_row or (after if form.header_row else 1)
    rows = quick(text, first, len(names), delimiter) or careful(text, first, len(names), delimiter, found)
    if places is None:
        return None
    if len(rows.lines) == 0:
        found.add("file", "has a header but no row that could be read")
        return None
    coded = [_coded(column) for column in rows.columns]
    kept = _data(rows, coded, mapping, found)
    if form.header_row:
        kept &= ~_headers_again(rows, coded, names, found)
    return Sheet(
        file=file,
        encoding=encoding,
        delimiter=delimiter,
        cells={key: coded[place].take(kept) for key, place in places.items()},
        constants=mapping.constants_of(file),
        lines=rows.lines[kept],
        skipped=len(rows.lines) - int(kept.sum()),
    )


def _places(names: Sequence[str], mapping: Mapping, delimiter: str, found: Found) -> dict[str, int] | None:
    """Where the mapped columns stand; None if one is missing."""
    plain = [_plain(name) for name in names]
    places: dict[str, int] = {}
    row = mapping.file.header_row
    for key, wanted in mapping.columns.given().items():
        numbered = re.fullmatch(r"#(\d+)", wanted)
        if numbered and 1 <= int(numbered[1]) <= len(names):
            places[key] = int(numbered[1]) - 1
            continue
        at = [place for place, name in enumerate(plain) if name == _plain(wanted)] if row else []
        if len(at) == 1:
            places[key] = at[0]
        elif at:
            spots = " or ".join(f'"#{place + 1}"' for place in at)
            found.add(
                "header", f'the column "{wanted}" ({key}) stands there {len(at)} times: say {spots}', row
            )
        else:
            found.add("header", f'has no column "{wanted}" ({key}); {_hint(wanted, names, delimiter)}', row)
    return places if len(places) == len(mapping.columns.given()) else None


def _plain(name: str) -> str:
    return " ".join(name.strip(_UNSEEN).split()).casefold()


def _hint(wanted: str, names: Sequence[str], delimiter: str) -> str:
    if wanted.startswith("#"):
        return f"there are {len(names)}, from #1 to #{len(names)}"
    known = [_plain(name) for name in names[:_COMPARED]]
    near = difflib.get_close_matches(_plain(wanted), known, n=2, cutoff=0.6)
    if near:
        return f"did you mean {' or '.join(_quoted(names[known.index(name)]) for name in near)}?"
    listed = ", ".join(_quoted(name) for name in names[:12])
    if len(names) == 1:
        listed += f" (a single one: is the delimiter not {SPOKEN[delimiter]}, or the header on another line?)"
    return f"there are: {listed}"


def _quoted(name: str) -> str:
    return f'"{" ".join(name.split())}"'


def _coded(column: pa.ChunkedArray) -> Coded:
    encoded = column.combine_chunks().dictionary_encode()
    values = pc.utf8_trim(encoded.dictionary, _UNSEEN)
    return Coded(values.to_pylist(), encoded.indices.to_numpy().astype(np.int64))


def _data(rows: Rows, coded: Sequence[Coded], mapping: Mapping, found: Found) -> NDArray[np.bool_]:
    """Which rows are data: not blank, not to be skipped, and not a total that passes for a TPS."""
    words = [re.escape(word) for word in mapping.file.skip_rows_with]
    skip = rf"(?i)^\s*({'|'.join(words)})(\W|$)" if words else None
    blank = np.ones(len(rows.lines), np.bool_)
    skipped = np.zeros(len(rows.lines), np.bool_)
    totals: list[tuple[Coded, NDArray[np.bool_]]] = []
    for column in coded:
        values = pa.array(column.values, pa.string())
        blank &= np.array([not value for value in column.values], np.bool_)[column.index]
        if skip:
            skipped |= _matches(values, skip)[column.index]
        total = _matches(values, _TOTALS)
        if total.any():
            totals.append((column, total[column.index]))
    kept = ~blank & ~skipped
    for column, mask in totals:
        for row in np.flatnonzero(mask & kept):
            word = column.values[column.index[row]]
            right = f'leave such rows out with skip_rows_with = ["{word.split()[0]}"]'
            found.add("totals", f'"{word}" is a total, not a TPS; {right}', rows.lines[row])
            kept[row] = False
    return kept


def _headers_again(
    rows: Rows, coded: Sequence[Coded], names: Sequence[str], found: Found
) -> NDArray[np.bool_]:
    """Rows that repeat the header, as in files that were put together from several."""
    again = np.ones(len(rows.lines), np.bool_)
    for column, name in zip(coded, names, strict=True):
        wanted = _plain(name)
        again &= np.array([_plain(value) == wanted for value in column.values], np.bool_)[column.index]
        if not again.any():
            break
    if again.any():
        found.add("header", "the header stands here again; take this line out", rows.lines[again])
    return again


def _matches(values: pa.Array, pattern: str) -> NDArray[np.bool_]:
    return np.asarray(pc.match_substring_regex(values, pattern).to_numpy(zero_copy_only=False), np.bool_)
