"""Torn: does a photo disagree with the row it belongs to?

A row says which photo it keeps; the harness fetched that photo and digested the bytes itself. A stored row
is torn where the two differ, or where the bytes are no whole JPEG, whoever wrote it: half a photo proves
nothing in a dispute, however well its digest agrees. And a photo cut off on the phone or damaged on the way
must be refused: a receipt for one promises a whole page and keeps a broken one, so acknowledging the probe is
itself the violation.

An acknowledged probe is forgiven in one case: an honest attempt with the same key may already have been
stored, so the answer repeated an old receipt. A torn row of such a probe is the same violation, counted once.
A photo that cannot be fetched at all is lost, one of another TPS is crossed.
"""

import numpy as np

from reports.checkers.registry import checker
from reports.evidence import digest, of_stored, of_write
from reports.finding import Example, Finding, conclude
from reports.joins import Codes, first_of_each, look_up
from reports.rundir import RunDirectory
from reports.words import Text
from reports.writes import Writes, writes_of


@checker(
    "torn",
    Text("Sobek", "Torn"),
    Text(
        "Setiap foto utuh dan cocok dengan barisnya; foto terpotong atau rusak ditolak.",
        "Every photo is whole and agrees with its row; a photo cut off or damaged is refused.",
    ),
)
def torn(run: RunDirectory) -> Finding:
    """Stored photos that disagree with their rows, and broken photos that were acknowledged."""
    writes = writes_of(run)
    promises = first_of_each(np.where(writes.promised, writes.promise, -1))
    swallowed = _swallowed(run, writes)
    examples: list[Example] = [
        of_write(
            run,
            writes,
            index,
            Text("foto terpotong atau rusak ditolak", "a photo cut off or damaged is refused"),
            Text("diakui dengan tanda terima", "it was acknowledged"),
        )
        for index in swallowed[:10].tolist()
    ]
    rows = np.flatnonzero(writes.s_torn & ~writes.s_misplaced)
    told = np.isin(writes.s_by_receipt[rows], swallowed) | np.isin(writes.s_by_key[rows], swallowed)
    rows = rows[~told]
    examples += [_example(run, writes, row) for row in rows[:10].tolist()]
    return conclude(run, len(swallowed) + len(rows), len(promises), examples)


def _swallowed(run: RunDirectory, writes: Writes) -> Codes:
    """Acknowledged probes with a broken photo that no earlier honest attempt with their key explains."""
    probes = np.flatnonzero(writes.ok & writes.broken_photo)
    if not len(probes):
        return probes
    started, ended = run.history.numpy("started_s")[writes.row], run.history.numpy("ended_s")[writes.row]
    honest = np.flatnonzero(writes.possible & ~writes.probe)
    honest = honest[np.argsort(started[honest], kind="stable")]
    earliest = look_up(writes.key[probes], writes.key[honest])
    excused = (earliest >= 0) & (started[honest[earliest]] < ended[probes]) if len(honest) else earliest >= 0
    return probes[~excused]


def _example(run: RunDirectory, writes: Writes, row: int) -> Example:
    stored = run.readback
    assert stored is not None
    claimed, fetched = (
        digest(stored.text(name, row)) for name in ("content_sha256_claimed", "content_sha256_fetched")
    )
    if claimed == fetched:
        size = int(stored.numpy("content_bytes")[row])
        expected = Text("foto JPEG yang utuh", "a whole JPEG")
        found = Text(f"{size} byte tanpa awal atau akhir", f"{size} bytes without a start or an end")
    else:
        expected = Text(
            f"foto {claimed}, seperti dinyatakan sistem", f"photo {claimed}, as the system states"
        )
        found = Text(fetched, fetched)
    return of_stored(run, writes, row, expected, found)
