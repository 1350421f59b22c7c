"""Joins of columns of numbers: by hashing, in one pass each, whatever the numbers are.

Strings become numbers first (`reports.fingerprints`, `Columns.codes`); -1 stands for '' and matches nothing.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.compiled import kernel
from reports.fingerprints import Codes, of_strings

__all__ = ["Codes", "codes", "first_of_each", "look_up", "numbered", "pair", "repeats"]

Whole = NDArray[np.integer[Any]]

_NOBODY = np.zeros(0, np.bool_)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)


def codes(*columns: Any) -> list[Codes]:
    """Each Arrow string column as small numbers: equal numbers, equal strings, -1 for ''."""
    return numbered(*(of_strings(column) for column in columns))


def numbered(*values: Codes) -> list[Codes]:
    """The same values as numbers from 0 up without gaps, in order of appearance; -1 stays -1."""
    together = np.concatenate(values)
    numbers = _numbered(look_up(together, together))
    return np.split(numbers, np.cumsum([len(column) for column in values])[:-1])


def pair(first: Whole | int, second: Whole | int) -> Codes:
    """One number of 63 bits for each pair, -1 where either part is -1; either may be one number for all.

    Two different pairs share a number as seldom as two strings share a fingerprint.
    """
    one, other = (np.ascontiguousarray(part, np.int64) for part in (first, second))
    shape = np.broadcast_shapes(one.shape, other.shape)
    return _paired(*(part if part.shape == shape else np.full(shape, part) for part in (one, other)))


def look_up(needles: Codes, haystack: Codes, among: NDArray[np.bool_] | None = None) -> Codes:
    """Index of the first equal value of `haystack` (where `among`); -1 for none, and for needles of -1."""
    return _found(needles, *_table(haystack, _NOBODY if among is None else among, among is None))


def first_of_each(values: Codes) -> Codes:
    """Rows at which a value of `values` (other than -1) appears for the first time, ascending."""
    return np.flatnonzero((values >= 0) & ~_seen_before(values))


def repeats(values: Codes) -> NDArray[np.bool_]:
    """Mask of the rows whose value (other than -1) has appeared before."""
    return _seen_before(values)


@kernel
def _slot(value: np.int64, bits: np.uint64) -> np.int64:
    return np.int64((np.uint64(value) * _GOLDEN) >> (np.uint64(64) - bits))


@kernel
def _bits(count: int) -> np.uint64:
    """Width of a table that `count` values fill at most by half."""
    bits = np.uint64(4)
    while (np.int64(1) << np.int64(bits)) < 2 * count:
        bits += np.uint64(1)
    return bits


@kernel
def _table(values: Codes, among: NDArray[np.bool_], everybody: bool) -> tuple[NDArray[np.int64], np.uint64]:
    """Open addressing, value and first row side by side: one cache line a look."""
    count = 0
    for row in range(len(values)):
        count += values[row] >= 0 and (everybody or among[row])
    bits = _bits(count)
    last = (np.int64(1) << np.int64(bits)) - 1
    table = np.full((last + 1, 2), -1, np.int64)
    for row in range(len(values)):
        value = values[row]
        if value < 0 or not (everybody or among[row]):
            continue
        slot = _slot(value, bits)
        while table[slot, 0] >= 0 and table[slot, 0] != value:
            slot = (slot + 1) & last
        if table[slot, 0] < 0:
            table[slot, 0], table[slot, 1] = value, row
    return table, bits


@kernel
def _found(needles: Codes, table: NDArray[np.int64], bits: np.uint64) -> Codes:
    out = np.full(len(needles), -1, np.int64)
    last = len(table) - 1
    for at in range(len(needles)):
        value = needles[at]
        if value < 0:
            continue
        slot = _slot(value, bits)
        while table[slot, 0] >= 0 and table[slot, 0] != value:
            slot = (slot + 1) & last
        out[at] = table[slot, 1]
    return out


@kernel
def _numbered(first: Codes) -> Codes:
    """Of the row at which the value of each row came first (-1 for no value)."""
    out = np.full(len(first), -1, np.int64)
    known = 0
    for row in range(len(first)):
        if first[row] < 0:
            continue
        if first[row] == row:
            out[row] = known
            known += 1
        else:
            out[row] = out[first[row]]
    return out


@kernel
def _seen_before(values: Codes) -> NDArray[np.bool_]:
    bits = _bits(len(values))
    last = (np.int64(1) << np.int64(bits)) - 1
    table = np.full(last + 1, -1, np.int64)
    out = np.zeros(len(values), np.bool_)
    for row in range(len(values)):
        value = values[row]
        if value < 0:
            continue
        slot = _slot(value, bits)
        while table[slot] >= 0 and table[slot] != value:
            slot = (slot + 1) & last
        if table[slot] < 0:
            table[slot] = value
        else:
            out[row] = True
    return out


@kernel
def _paired(first: Codes, second: Codes) -> Codes:
    out = np.empty(len(first), np.int64)
    for row in range(len(first)):
        if first[row] < 0 or second[row] < 0:
            out[row] = -1
            continue
        value = (np.uint64(first[row]) + _GOLDEN) * _MIX
        value = (value ^ (value >> np.uint64(32))) + np.uint64(second[row])
        value *= _MIX
        value = (value ^ (value >> np.uint64(32))) * _GOLDEN
        value ^= value >> np.uint64(32)
        out[row] = np.int64(value >> np.uint64(1))
    return out
