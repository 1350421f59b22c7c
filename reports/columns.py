"""One Parquet file of a run: checked against its schema when opened, columns read when first asked for.

A history may have ten million rows, so text is never held: a column of names, keys or digests becomes
fingerprints (`codes`), a column of few words small numbers (`words`), both streamed row group by row group on
every processor. `text` reads the one value that is shown to somebody again.
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from reports.fingerprints import Codes, of_strings, of_text

_WORDS = 1 << 16
"""A column with more different words than this is no column of words."""

_TEXT_ROWS = 16_384
"""Rows read at once to show one of them; the last 64 such stretches are kept."""


class RunDirectoryError(ValueError):
    """A run directory that cannot be judged; the message names the file and what would be right."""


class Columns:
    """Columns of one Parquet file; raises RunDirectoryError that names the file, never Arrow's own error."""

    def __init__(self, path: Path, schema: pa.Schema, optional: pa.Schema | None = None) -> None:
        """`optional` columns are checked like the others where the file has them; see `has`."""
        self.path = path
        self.schema = schema
        self._arrow: dict[str, Any] = {}
        self._numpy: dict[str, NDArray[Any]] = {}
        self._codes: dict[str, Codes] = {}
        self._words: dict[str, Words | None] = {}
        self._texts = lru_cache(maxsize=64)(self._stretch)
        if not path.is_file():
            raise RunDirectoryError(f"{path}: missing; a run directory holds this file")
        if path.stat().st_size == 0:
            raise RunDirectoryError(f"{path}: is empty; the run that wrote it was cut short")
        self._metadata = self._reading(lambda: pq.read_metadata(path))
        self.rows: int = self._metadata.num_rows
        found = self._metadata.schema.to_arrow_schema()
        for field in optional or ():
            if field.name in found.names:
                self.schema = self.schema.append(field)
        self._check(found)

    def __len__(self) -> int:
        return self.rows

    def has(self, *names: str) -> bool:
        """Whether the file has all these columns."""
        return all(name in self.schema.names for name in names)

    def arrow(self, name: str) -> Any:
        """Column as one pyarrow array (strings plain, a null reads as ''): for small tables."""
        if name not in self._arrow:
            wanted = self.schema.field(name).type
            column = self._reading(lambda: pq.read_table(self.path, columns=[name])).column(name)
            array = self._reading(lambda: column.cast(wanted)).combine_chunks()
            if isinstance(array, pa.ChunkedArray):
                array = array.chunk(0) if array.num_chunks else pa.array([], wanted)
            self._arrow[name] = self._filled(name, array)
        return self._arrow[name]

    def numpy(self, name: str) -> NDArray[Any]:
        """Column of numbers or booleans as a numpy array of the schema's own type."""
        if name not in self._numpy:
            self._numpy[name] = self.arrow(name).to_numpy(zero_copy_only=False)
        return self._numpy[name]

    def codes(self, name: str) -> Codes:
        """String column as fingerprints: equal numbers, equal strings in whatever column; -1 for ''."""
        if name not in self._codes:
            out = np.empty(self.rows, np.int64)

            def fill(group: int, start: int) -> None:
                found = of_strings(self._group(group, name))
                out[start : start + len(found)] = found

            self._each_group(fill)
            self._codes[name] = out
        return self._codes[name]

    def words(self, name: str) -> "Words":
        """String column of few different words as small numbers; RunDirectoryError if they are many."""
        words = self._few_words(name)
        if words is None:
            raise RunDirectoryError(
                f"{self.path}: column {name} holds more than {_WORDS} words; expected are few"
            )
        return words

    def is_in(self, name: str, *values: str) -> NDArray[np.bool_]:
        """Mask of the rows whose string column `name` is one of `values`."""
        words = None if name in self._codes else self._few_words(name)
        if words is None:
            return np.isin(self.codes(name), [of_text(value) for value in values])
        return words.are(*values)

    def only(self, name: str, allowed: tuple[str, ...]) -> None:
        """Raise RunDirectoryError if a string column holds another word than `allowed`."""
        strange = sorted(set(self.words(name).known) - set(allowed))
        if strange:
            raise RunDirectoryError(
                f'{self.path}: column {name} holds "{strange[0]}"; allowed are {", ".join(allowed)}'
            )

    def finite(self, name: str) -> None:
        """Raise RunDirectoryError if a column of numbers holds infinity or not-a-number."""
        bad = np.flatnonzero(~np.isfinite(self.numpy(name)))
        if len(bad):
            raise RunDirectoryError(
                f"{self.path}: column {name}, row {bad[0]}: is no moment, but every row needs one"
            )

    def in_order(self, first: str, second: str) -> None:
        """Raise RunDirectoryError if a moment in column `second` is before the one in `first`."""
        bad = np.flatnonzero(self.numpy(second) < self.numpy(first))
        if len(bad):
            raise RunDirectoryError(
                f"{self.path}: row {bad[0]}: {second} {self.numpy(second)[bad[0]]:.3f} is before {first} "
                f"{self.numpy(first)[bad[0]]:.3f}; the clock of the machine jumped, or the file was edited"
            )

    def text(self, name: str, row: int) -> str:
        """One value of a string column, read again from the file."""
        group = start = 0
        while row >= start + self._metadata.row_group(group).num_rows:
            start += self._metadata.row_group(group).num_rows
            group += 1
        stretch, at = divmod(row - start, _TEXT_ROWS)
        return self._texts(name, group, stretch)[at].as_py() or ""

    def _stretch(self, name: str, group: int, number: int) -> Any:
        """The `number`-th `_TEXT_ROWS` rows of a row group."""
        with pq.ParquetFile(self.path, metadata=self._metadata) as file:
            batches = file.iter_batches(_TEXT_ROWS, [group], [name], use_threads=False)
            for at, batch in enumerate(batches):
                if at == number:
                    return batch.column(0)
        raise IndexError(number)

    def _few_words(self, name: str) -> "Words | None":
        """The column as words, None where they are too many."""
        if name not in self._words:
            parts: list[Any] = [None] * self._metadata.num_row_groups

            def read(group: int, start: int) -> None:
                parts[group] = self._group(group, name, as_words=True)

            self._each_group(read)
            self._words[name] = Words.put_together(parts)
        return self._words[name]

    def _group(self, group: int, name: str, *, as_words: bool = False) -> Any:
        """One column of one row group, in a reader of its own: readers are not for sharing."""
        coded = [name] if as_words else None
        with pq.ParquetFile(self.path, metadata=self._metadata, read_dictionary=coded) as file:
            return file.read_row_group(group, [name], use_threads=False).column(0)

    def _each_group(self, work: Callable[[int, int], None]) -> None:
        """`work` of each row group and its first row, on all processors."""
        sizes = [self._metadata.row_group(group).num_rows for group in range(self._metadata.num_row_groups)]
        starts = np.cumsum([0, *sizes])[:-1].tolist()
        run: Callable[..., Iterable[None]] = map
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            if len(sizes) > 1:
                run = threads.map
            self._reading(lambda: list(run(work, range(len(sizes)), starts)))

    def _filled(self, name: str, array: Any) -> Any:
        """Without nulls; raises RunDirectoryError for numbers that are missing."""
        if not array.null_count:
            return array
        if not pa.types.is_string(array.type):
            raise RunDirectoryError(f"{self.path}: column {name} has empty values; every row needs one")
        return array.fill_null("")

    def _reading(self, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except (pa.ArrowException, OSError, ValueError) as error:
            first = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise RunDirectoryError(
                f"{self.path}: cannot be read as Parquet, it is truncated or corrupt ({first}); "
                "copy it again from where the run was made, or run the rehearsal again"
            ) from None

    def _check(self, found: pa.Schema) -> None:
        missing = [field.name for field in self.schema if field.name not in found.names]
        if missing:
            raise RunDirectoryError(
                f"{self.path}: wrong schema, without column {', '.join(missing)}; "
                f"needed are {', '.join(self.schema.names)}"
            )
        for field in self.schema:
            given = found.field(field.name).type
            if not _reads_as(given, field.type):
                raise RunDirectoryError(
                    f"{self.path}: wrong schema, column {field.name} is {given} and should be {field.type}"
                )


@dataclass(frozen=True, eq=False)
class Words:
    """A column of few different words: `number` of each row points into `known`."""

    number: NDArray[np.uint16]
    known: tuple[str, ...]

    @classmethod
    def put_together(cls, parts: list[Any]) -> "Words | None":
        """From one string column a row group, preferably coded; None where the words are too many."""
        numbers: dict[str, int] = {}
        pieces: list[NDArray[np.uint16]] = []
        for chunk in (chunk for part in parts for chunk in part.chunks):
            coded = chunk if pa.types.is_dictionary(chunk.type) else chunk.dictionary_encode()
            known = [*(word or "" for word in coded.dictionary.to_pylist()), ""]
            if len(known) > _WORDS or len(numbers.keys() | set(known)) > _WORDS:
                return None
            if not coded.null_count:
                known.pop()
            places = np.array([numbers.setdefault(word, len(numbers)) for word in known], np.uint16)
            indices = coded.indices.fill_null(len(known) - 1) if coded.null_count else coded.indices
            pieces.append(places[indices.to_numpy(zero_copy_only=False)])
        return cls(np.concatenate(pieces) if pieces else np.zeros(0, np.uint16), tuple(numbers))

    def are(self, *values: str) -> NDArray[np.bool_]:
        """Mask of the rows that are one of `values`."""
        wanted = np.array([word in values for word in self.known], bool)
        out: NDArray[np.bool_] = wanted[self.number] if len(wanted) else np.zeros(len(self.number), bool)
        return out


def _reads_as(given: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether a column of one type can stand for another: any width of integer, any coding of strings."""
    if pa.types.is_dictionary(given):
        given = given.value_type
    if pa.types.is_large_string(given):
        given = pa.string()
    return bool(given == wanted or (pa.types.is_integer(given) and pa.types.is_integer(wanted)))
