"""Small files of a run directory, read whole: a table that must have its columns, a JSON document."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from reports.columns import RunDirectoryError


def table_of(path: Path, wanted: pa.Schema) -> pa.Table:
    """These columns of a Parquet file, as their types; raises RunDirectoryError that names the file."""
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise RunDirectoryError(f"{path}: cannot be read: {error}") from error
    missing = [one.name for one in wanted if one.name not in table.column_names]
    if missing:
        raise RunDirectoryError(f"{path}: has no column {', '.join(missing)}")
    return table.select(wanted.names).cast(wanted)


def json_of(path: Path) -> Any:
    """What a JSON file holds; raises RunDirectoryError that names it."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunDirectoryError(f"{path}: cannot be read: {error}") from error
