"""What a nation's simulation leaves, as columns, and the run directory's tables made of them.

Nothing is copied row by row: columns of numbers go to Arrow as they are, columns of words as an index and
the words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reports.nation.schema import FIRST_PAGES, LATENCY, MINUTES, OUTCOMES, POOLS, tps_schema
from simulators.country import LINK_NAMES, Country
from simulators.country.model import SIGNAL_NAMES

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Left:
    """Of n TPS, k kinds, p pools, m minutes of the run clock. Times in seconds of it; NaN: never."""

    page_s: Floats
    """[n, 3]: the first form's pages."""
    whole_s: Floats
    """[n, forms]"""
    shown_s: Floats
    stored_pages: Ints
    ended: Ints
    """[n, 2]: index into `ends`"""
    ends: Sequence[str]
    backup: NDArray[np.bool_]
    recap_s: Floats
    active_s: Floats
    """[n, 2]"""
    requests: Ints
    kinds: Sequence[str]
    asked: Ints
    """[k, m]"""
    fresh: Ints
    taken: Ints
    outcomes: dict[str, Ints]
    """Outcome -> [k, m]"""
    pools: Sequence[str]
    busy_s: Floats
    """[p, m]"""
    wasted_s: Floats
    wait_s: Floats
    wait_max_s: Floats
    bytes: Floats
    """[p, m]: what came through the line, in the row of `pipe`."""
    latency: Ints
    """[k, hours, bins]"""
    latency_edges_s: Floats
    """Lower edges of the bins."""


def tps_table(country: Country, left: Left) -> pa.Table:
    """One row a TPS."""
    first, one, two = left.page_s, left.ended[:, 0], left.ended[:, 1]
    columns: dict[str, Any] = {
        "tps": country.tps,
        "province": _words(country.province, country.province_codes),
        "regency": _words(country.regency, country.regency_codes),
        "kecamatan": _words(country.kecamatan, country.kecamatan_codes),
        "link": _words(country.link, LINK_NAMES),
        "signal": _words(country.signal, SIGNAL_NAMES),
        "utc_offset_h": country.utc_offset_h,
        "special": country.special,
        "abroad": country.abroad,
        "dpt": country.dpt,
        **{f"pages.{form}": country.pages[:, number] for number, form in enumerate(country.forms)},
        **{f"page{number + 1}_s": first[:, number] for number in range(FIRST_PAGES)},
        **{f"whole_s.{form}": left.whole_s[:, number] for number, form in enumerate(country.forms)},
        "shown_s": left.shown_s,
        "stored_pages": left.stored_pages,
        "ended_1": _words(one, left.ends),
        "ended_2": _words(two, left.ends),
        "backup": left.backup,
        "recap_s": left.recap_s,
        "requests": left.requests,
        "active_1_s": left.active_s[:, 0],
        "active_2_s": left.active_s[:, 1],
    }
    return _table(columns, tps_schema(country.forms))


def minutes_table(left: Left) -> pa.Table:
    """One row for each kind and minute with requests or answers."""
    counted = left.asked + sum(left.outcomes[outcome] for outcome in OUTCOMES)
    kind, minute = np.nonzero(counted)
    columns = {
        "minute": minute,
        "kind": _words(kind, left.kinds),
        "asked": left.asked[kind, minute],
        "fresh": left.fresh[kind, minute],
        "taken": left.taken[kind, minute],
        **{outcome: left.outcomes[outcome][kind, minute] for outcome in OUTCOMES},
    }
    return _table(columns, MINUTES)


def pools_table(left: Left) -> pa.Table:
    """One row for each pool and minute with work."""
    pool, minute = np.nonzero((left.busy_s > 0) | (left.wasted_s > 0) | (left.bytes > 0))
    columns = {
        "minute": minute,
        "pool": _words(pool, left.pools),
        "busy_s": left.busy_s[pool, minute],
        **{name: getattr(left, name)[pool, minute] for name in ("wasted_s", "wait_s", "wait_max_s", "bytes")},
    }
    return _table(columns, POOLS)


def latency_table(left: Left) -> pa.Table:
    """One row for each kind, hour and bin with answers."""
    kind, hour, at = np.nonzero(left.latency)
    columns = {
        "hour": hour,
        "kind": _words(kind, left.kinds),
        "bin": at,
        "count": left.latency[kind, hour, at],
    }
    return _table(columns, LATENCY)


def _words(index: Ints, words: Sequence[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(
        pa.array(index.astype(np.int32)), pa.array(list(words), pa.string())
    )


def _table(columns: dict[str, Any], schema: pa.Schema) -> pa.Table:
    made = {}
    for field in schema:
        column = columns[field.name]
        if isinstance(column, np.ndarray):
            column = pa.array(np.ascontiguousarray(column.astype(field.type.to_pandas_dtype(), copy=False)))
        made[field.name] = column.cast(field.type)
    return pa.table(made, schema=schema)
