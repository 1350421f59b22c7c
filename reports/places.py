"""TPS and the regions that hold them: codes nest by prefix, so a region is a stretch of the sorted codes."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reports.joins import Codes
from reports.rundir import RunDirectory

NATION = "0"


@dataclass(frozen=True, eq=False)
class Places:
    """All TPS of a run, sorted by code."""

    tps: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.tps)

    def index(self, column: Any) -> Codes:
        """Of each code in a string column its place among the TPS; -1 for '' and for what is no TPS."""
        encoded = column.dictionary_encode()
        names = np.array([*encoded.dictionary.to_pylist(), ""], self.tps.dtype if len(self.tps) else str)
        if not len(self.tps):
            return np.full(len(column), -1, np.int64)
        at = np.minimum(np.searchsorted(self.tps, names), len(self.tps) - 1)
        at = np.where((self.tps[at] == names) & (names != ""), at, -1)
        found: Codes = at[encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)]
        return found

    def within(self, place: str) -> slice:
        """The TPS of a region (dots in its code mean nothing), of all for the nation, "0"."""
        digits = place.replace(".", "")
        if digits == NATION:
            return slice(0, len(self.tps))
        first, last = np.searchsorted(self.tps, np.array([digits, digits + "\uffff"]))
        return slice(int(first), int(last))


@lru_cache(maxsize=2)
def places_of(run: RunDirectory) -> Places:
    """Every TPS that the population, the history or the readback names."""
    columns = [run.population.arrow("tps"), run.history.arrow("tps")]
    columns += [] if run.readback is None else [run.readback.arrow("tps")]
    names = pa.chunked_array([column.unique() for column in columns], type=pa.string()).unique()
    return Places(np.array(sorted(name for name in names.to_pylist() if name), np.str_))
