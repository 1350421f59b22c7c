"""Joins of columns as whole-array operations: equal strings become equal numbers, numbers are looked up."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Codes = NDArray[np.int64]


def codes(*columns: Any) -> list[Codes]:
    """Each string column as numbers from one shared dictionary; '' is -1, which matches nothing."""
    together = pa.chunked_array([*columns], type=pa.string()).combine_chunks()
    if isinstance(together, pa.ChunkedArray):
        together = together.chunk(0) if together.num_chunks else pa.array([], pa.string())
    encoded = together.dictionary_encode()
    numbers: Codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    empty = encoded.dictionary.index("").as_py()
    if empty >= 0:
        numbers[numbers == empty] = -1
    return np.split(numbers, np.cumsum([len(column) for column in columns])[:-1])


def pair(first: Codes, second: Codes) -> Codes:
    """One number for each pair, -1 where either part is -1. Parts must be below 2**31."""
    both: Codes = (first << 32) | (second & 0xFFFFFFFF)
    both[(first < 0) | (second < 0)] = -1
    return both


def look_up(needles: Codes, haystack: Codes, among: NDArray[np.bool_] | None = None) -> Codes:
    """Index of the first equal value of `haystack` (where `among`); -1 for none, and for needles of -1."""
    rows = np.flatnonzero(haystack >= 0 if among is None else among & (haystack >= 0))
    if not len(rows) or not len(needles):
        return np.full(len(needles), -1, np.int64)
    order = rows[np.argsort(haystack[rows], kind="stable")]
    sorted_values = haystack[order]
    at = np.minimum(np.searchsorted(sorted_values, needles), len(order) - 1)
    return np.where((sorted_values[at] == needles) & (needles >= 0), order[at], -1)


def first_of_each(values: Codes) -> Codes:
    """Rows at which a value of `values` (other than -1) appears for the first time, ascending."""
    rows = np.flatnonzero(values >= 0)
    _, first = np.unique(values[rows], return_index=True)
    return np.sort(rows[first])


def repeats(values: Codes) -> NDArray[np.bool_]:
    """Mask of the rows whose value (other than -1) has appeared before."""
    mask = values >= 0
    mask[first_of_each(values)] = False
    return mask
