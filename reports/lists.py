"""Columns of lists as arrays: votes as one matrix, photos as pairs of row and name."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.joins import Codes


def lengths(column: Any) -> Codes:
    """How many entries each row has."""
    import pyarrow.compute as pc

    out: Codes = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False).astype(np.int64)
    return out


def matrix(column: Any) -> NDArray[np.int64]:
    """Rows of numbers as a matrix, as wide as the longest; what a row does not have is 0."""
    long = lengths(column)
    out = np.zeros((len(long), max(1, int(long.max(initial=0)))), np.int64)
    if long.sum():
        out[owners(column), np.arange(long.sum()) - np.repeat(np.cumsum(long) - long, long)] = (
            column.flatten().to_numpy(zero_copy_only=False)
        )
    return out


def owners(column: Any) -> Codes:
    """Row of each entry of `column.flatten()`."""
    return np.repeat(np.arange(len(column), dtype=np.int64), lengths(column))


def same_width(*tables: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """The matrices with columns of 0 added until all are as wide as the widest."""
    width = max(table.shape[1] for table in tables)
    return [np.pad(table, ((0, 0), (0, width - table.shape[1]))) for table in tables]
