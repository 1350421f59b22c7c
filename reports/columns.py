"""One Parquet file of a run: checked against its schema when opened, columns read when first asked for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray


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
        if not path.is_file():
            raise RunDirectoryError(f"{path}: missing; a run directory holds this file")
        if path.stat().st_size == 0:
            raise RunDirectoryError(f"{path}: is empty; the run that wrote it was cut short")
        metadata = self._reading(lambda: pq.read_metadata(path))
        self.rows: int = metadata.num_rows
        found = metadata.schema.to_arrow_schema()
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
        """Column as one pyarrow array (strings plain, without nulls: a null reads as '')."""
        if name not in self._arrow:
            wanted = self.schema.field(name).type
            column = self._reading(lambda: pq.read_table(self.path, columns=[name])).column(name)
            array = self._reading(lambda: column.cast(wanted)).combine_chunks()
            if isinstance(array, pa.ChunkedArray):
                array = array.chunk(0) if array.num_chunks else pa.array([], wanted)
            if array.null_count:
                if not pa.types.is_string(wanted):
                    raise RunDirectoryError(
                        f"{self.path}: column {name} has empty values; every row needs one"
                    )
                array = array.fill_null("")
            self._arrow[name] = array
        return self._arrow[name]

    def numpy(self, name: str) -> NDArray[Any]:
        """Column of numbers or booleans as a numpy array of the schema's own type."""
        if name not in self._numpy:
            self._numpy[name] = self.arrow(name).to_numpy(zero_copy_only=False)
        return self._numpy[name]

    def is_in(self, name: str, *values: str) -> NDArray[np.bool_]:
        """Mask of the rows whose string column `name` is one of `values`."""
        import pyarrow.compute as pc

        mask = pc.is_in(self.arrow(name), value_set=pa.array(values, pa.string()))
        out: NDArray[np.bool_] = mask.to_numpy(zero_copy_only=False)
        return out

    def only(self, name: str, allowed: tuple[str, ...]) -> None:
        """Raise RunDirectoryError if a string column holds another word than `allowed`."""
        strange = sorted(set(self.arrow(name).unique().to_pylist()) - set(allowed))
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

    def text(self, name: str, row: int) -> str:
        """One value of a string column."""
        return str(self.arrow(name)[row].as_py())

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


def _reads_as(given: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether a column of one type can stand for another: any width of integer, any coding of strings."""
    if pa.types.is_dictionary(given):
        given = given.value_type
    if pa.types.is_large_string(given):
        given = pa.string()
    return bool(given == wanted or (pa.types.is_integer(given) and pa.types.is_integer(wanted)))
