"""TPS and the regions that hold them: codes nest by prefix, so a region is a stretch of the sorted codes."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reports.fingerprints import Codes, of_strings
from reports.joins import look_up
from reports.rundir import RunDirectory

NATION = "0"


@dataclass(frozen=True, eq=False)
class Places:
    """All TPS of a run, sorted by code."""

    tps: NDArray[np.str_]
    prints: Codes
    """Their fingerprints, as in `Columns.codes`."""

    def __len__(self) -> int:
        return len(self.tps)

    def index(self, column: Codes) -> Codes:
        """Of each code (as a fingerprint) its place among the TPS; -1 for '' and for what is no TPS here."""
        return look_up(column, self.prints)

    def within(self, place: str) -> slice:
        """The TPS of a region (dots in its code mean nothing), of all for the nation, "0"."""
        digits = place.replace(".", "")
        if digits == NATION:
            return slice(0, len(self.tps))
        first, last = np.searchsorted(self.tps, np.array([digits, digits + "\uffff"]))
        return slice(int(first), int(last))


@lru_cache(maxsize=2)
def places_of(run: RunDirectory) -> Places:
    """Every TPS of the population, and whatever else the readback holds."""
    columns = [run.population.arrow("tps")]
    columns += [] if run.readback is None else [run.readback.arrow("tps")]
    names = pa.chunked_array([column.unique() for column in columns], type=pa.string()).unique()
    tps = sorted(name for name in names.to_pylist() if name)
    return Places(np.array(tps, np.str_), of_strings(pa.array(tps, pa.string())))
