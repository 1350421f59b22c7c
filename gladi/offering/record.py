"""Trials as they end, kept as the columns of `reports.offered.schema` and written into a run folder."""

from typing import Any

import numpy as np
import pyarrow as pa

from gladi.offering.played import Played
from gladi.runfolder import RunFolder
from reports.offered.schema import (
    ATTEMPTS,
    ATTEMPTS_FILE,
    GENERATORS,
    GENERATORS_FILE,
    TRIALS,
    TRIALS_FILE,
)


class Record:
    """Trials are numbered from 0 in the order in which they were added."""

    def __init__(self) -> None:
        self._trials: list[dict[str, Any]] = []
        self._attempts: list[pa.Table] = []
        self._generators: list[dict[str, Any]] = []

    def __len__(self) -> int:
        return len(self._trials)

    def add(
        self,
        what: str,
        step: Played,
        *,
        how: str = "open",
        rate_per_s: float = 0.0,
        clients: int = 0,
        warm_s: float = 0.0,
        seed: int = 0,
        purpose: str = "",
        why: str = "",
    ) -> int:
        """A trial that has ended; returns its number.

        `how` is open, closed or burst. `why` says why it is invalid, "" that it is valid; a step may say so
        itself, too.
        """
        number = len(self._trials)
        said = "; ".join(one for one in (step.why, why) if one)
        self._trials.append({
            "trial": number, "what": what, "how": how, "purpose": purpose, "clients": clients,
            "rate_per_s": rate_per_s, "seconds": step.seconds, "warm_s": warm_s, "seed": seed,
            "began_epoch_s": step.began_epoch_s, "late_p99_ms": step.late_p99_s * 1000.0,
            "own_share": step.worst.own_share, "valid": not said, "why": said,
        })  # fmt: skip
        trial = pa.array(np.full(step.attempts.num_rows, number, dtype=np.uint32))
        self._attempts.append(step.attempts.add_column(0, ATTEMPTS.field(0), trial).cast(ATTEMPTS))
        for one in step.by:
            about = {name: getattr(one, name) for name in GENERATORS.names if hasattr(one, name)}
            late_ms = one.late_p99_s * 1000.0
            self._generators.append({**about, "trial": number, "late_p99_ms": late_ms})
        return number

    def trial(self, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """Of one trial: its row of TRIALS, and its columns of ATTEMPTS as arrays."""
        table = self._attempts[number]
        columns = {name: table[name].to_numpy() for name in ATTEMPTS.names}
        return self._trials[number], columns

    def trials(self) -> pa.Table:
        """TRIALS so far."""
        return pa.Table.from_pylist(self._trials, schema=TRIALS)

    def attempts(self) -> pa.Table:
        """ATTEMPTS so far."""
        return pa.concat_tables(self._attempts) if self._attempts else ATTEMPTS.empty_table()

    def generators(self) -> pa.Table:
        """GENERATORS so far."""
        return pa.Table.from_pylist(self._generators, schema=GENERATORS)

    def write(self, folder: RunFolder) -> None:
        """trials, attempts and generators, each file whole or not at all."""
        folder.write_table(ATTEMPTS_FILE, self.attempts())
        folder.write_table(GENERATORS_FILE, self.generators())
        folder.write_table(TRIALS_FILE, self.trials())
