"""TPS that had nothing to send yet: by the timetable they photograph only after the run is over."""

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from reports.rundir import RunDirectory


def not_due(run: RunDirectory) -> NDArray[np.bool_]:
    """One flag a TPS (order of the population); all False where a run has no timetable."""
    path, tps = run.path / "timetable.parquet", run.population.arrow("tps")
    if not path.is_file():
        return np.zeros(len(run.population), bool)
    late = (pc.field("moment") == "capture") & (pc.field("run_s") > run.info.phases[-1].run_end_s)
    table = pq.read_table(path, columns=["tps"], filters=late)
    return np.asarray(pc.is_in(tps, value_set=table["tps"].combine_chunks()).to_numpy(zero_copy_only=False))
