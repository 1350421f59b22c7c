"""What the witness was shown, as arrays, and the answers about one place at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reports.columns import Columns
from reports.joins import Codes
from reports.lists import matrix
from reports.rundir import RunDirectory
from reports.words import Text

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

GONE = 404
"""The answer about a place of which there is nothing to show."""


NOT_WATCHED = Text(
    "tidak ada yang mengamati apa yang ditunjukkan kepada publik (tidak ada portal.parquet)",
    "nobody watched what the public was shown (no portal.parquet)",
)
NOT_SETTLED = Text(
    "portal tidak menjawab setelah semuanya pulih", "the portal gave no answer after all had healed"
)


@dataclass(frozen=True, eq=False)
class Portal:
    """One entry an answer, in the order of the file. Seconds of the run clock."""

    table: Columns
    asked_s: Floats
    answered_s: Floats
    as_of_s: Floats
    status: NDArray[np.uint16]
    counted: NDArray[np.int64]
    votes: NDArray[np.int64]
    settled: Mask
    region: Mask
    told: Mask
    """It was answered with content (200)."""

    def places(self, rows: Codes) -> Iterator[tuple[str, str, Codes]]:
        """(form, code, rows) of each place among `rows`; rows stay in their order."""
        forms = self.table.arrow("form").take(rows).dictionary_encode()
        codes = self.table.arrow("place").take(rows).dictionary_encode()
        form = forms.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        code = codes.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        both = form * max(1, len(codes.dictionary)) + code
        order = np.argsort(both, kind="stable")
        starts = np.flatnonzero(np.diff(both[order], prepend=-1))
        for mine in np.split(order, starts[1:]) if len(order) else ():
            yield str(forms.dictionary[form[mine[0]]]), str(codes.dictionary[code[mine[0]]]), rows[mine]

    def forms(self) -> list[str]:
        """Every form that was asked for."""
        return sorted(self.table.arrow("form").unique().to_pylist())


@lru_cache(maxsize=2)
def portal_of(run: RunDirectory) -> Portal | None:
    """The answers of a run; None where nobody watched."""
    table = run.portal
    if table is None:
        return None
    return Portal(
        table=table,
        asked_s=table.numpy("asked_s"),
        answered_s=table.numpy("answered_s"),
        as_of_s=table.numpy("as_of_s"),
        status=table.numpy("status"),
        counted=table.numpy("counted_tps"),
        votes=matrix(table.arrow("votes")),
        settled=table.numpy("settled"),
        region=table.is_in("kind", "region"),
        told=table.numpy("status") == 200,
    )
