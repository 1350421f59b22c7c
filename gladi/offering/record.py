"""Trials as they end, kept as the columns of `reports.offered.schema` and written into a run folder."""

from typing import Any

import numpy as np
import pyarrow as pa

from gladi.offering.generator import Step
from gladi.runfolder import RunFolder
from reports.offered.schema import ATTEMPTS, ATTEMPTS_FILE, TRIALS, TRIALS_FILE


class Record:
    """Trials are numbered from 0 in the order in which they were added."""

    def __init__(self) -> None:
        self._trials: list[dict[str, Any]] = []
        self._attempts: list[pa.RecordBatch] = []

    def __len__(self) -> int:
        return len(self._trials)

    def add(
        self,
        what: str,
        step: Step,
        *,
        how: str = "open",
        rate_per_s: float = 0.0,
        clients: int = 0,
        warm_s: float = 0.0,
        seed: int = 0,
        purpose: str = "",
        why: str | None = None,
    ) -> int:
        """A trial that has ended; returns its number.

        `how` is open, closed or burst. `why` says why it is invalid, "" that it is valid; None asks the step.
        """
        number = len(self._trials)
        said = step.invalid if why is None else why
        self._trials.append({
            "trial": number, "what": what, "how": how, "purpose": purpose, "clients": clients,
            "rate_per_s": rate_per_s, "seconds": step.seconds, "warm_s": warm_s, "seed": seed,
            "began_epoch_s": step.began_epoch_s, "late_p99_ms": step.late_p99_s * 1000.0,
            "own_share": step.own_share, "valid": not said, "why": said,
        })  # fmt: skip
        rows = sorted(step.attempts, key=lambda one: (one.due_s, one.number, one.began_s))
        columns: list[Any] = [
            np.full(len(rows), number, dtype=np.uint32),
            *([getattr(one, name) for one in rows] for name in ATTEMPTS.names[1:]),
        ]
        arrays = [pa.array(column, field.type) for column, field in zip(columns, ATTEMPTS, strict=True)]
        self._attempts.append(pa.RecordBatch.from_arrays(arrays, schema=ATTEMPTS))
        return number

    def trial(self, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """Of one trial: its row of TRIALS, and its columns of ATTEMPTS as arrays."""
        batch = self._attempts[number]
        columns = {name: batch.column(name).to_numpy(zero_copy_only=False) for name in ATTEMPTS.names}
        return self._trials[number], columns

    def trials(self) -> pa.Table:
        """TRIALS so far."""
        return pa.Table.from_pylist(self._trials, schema=TRIALS)

    def attempts(self) -> pa.Table:
        """ATTEMPTS so far."""
        return pa.Table.from_batches(self._attempts, schema=ATTEMPTS)

    def write(self, folder: RunFolder) -> None:
        """trials.parquet and attempts.parquet, each whole or not at all."""
        folder.write_table(ATTEMPTS_FILE, self.attempts())
        folder.write_table(TRIALS_FILE, self.trials())
