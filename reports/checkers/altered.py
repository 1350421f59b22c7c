"""Altered: does the system hold something else than it acknowledged?

For every acknowledged write found by its receipt: the numbers' digest, the digest of the photo *as the
harness fetched it* (what the system claims proves nothing), and the page it is filed under must be those
that were sent. A stored photo whose bytes differ from the digest that the system itself states is altered
whoever wrote it. And a photo cut off on the way must be refused: a receipt for one promises a whole page and
keeps half, so acknowledging the probe is itself the violation.

Earlier revisions count as well: a correction adds one and changes none. `unknown` writes promised nothing
and are not compared, only their damage (bytes against the stated digest) shows. An acknowledged
truncated-photo probe is forgiven in one case: an honest attempt with the same key may already have been
stored, so the answer repeated an old receipt. A photo that cannot be fetched is lost, content of another
TPS is crossed.
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
    "altered",
    Text("Berubah", "Altered"),
    Text(
        "Angka dan foto yang tersimpan persis yang diakui; foto terpotong ditolak.",
        "Stored numbers and photos are exactly those acknowledged; a truncated photo is refused.",
    ),
)
def altered(run: RunDirectory) -> Finding:
    """Acknowledged writes whose stored content differs, and truncated photos that were acknowledged."""
    writes = writes_of(run)
    promises = first_of_each(np.where(writes.promised, writes.promise, -1))
    swallowed = _swallowed(run, writes)
    examples: list[Example] = [
        of_write(
            run,
            writes,
            index,
            Text("foto terpotong ditolak", "a truncated photo is refused"),
            Text("diakui dengan tanda terima", "it was acknowledged"),
        )
        for index in swallowed[:10].tolist()
    ]
    damaged = np.zeros(0, np.int64)
    if run.readback is not None:
        damaged, more = _damaged(run, writes)
        examples += more
    # an acknowledged probe and the damaged row it left are one violation, not two
    count = len(damaged) + len(swallowed)
    if len(damaged) and len(swallowed):
        count -= int(np.isin(writes.place[swallowed], writes.s_place[damaged]).sum())
    return conclude(run, count, len(promises), examples)


def _swallowed(run: RunDirectory, writes: Writes) -> Codes:
    """Acknowledged truncated photos, but for those that only repeated an older receipt."""
    probes = np.flatnonzero(writes.ok & writes.truncated)
    if not len(probes):
        return probes
    started, ended = run.history.numpy("started_s")[writes.row], run.history.numpy("ended_s")[writes.row]
    honest = np.flatnonzero(writes.possible & ~writes.probe)
    honest = honest[np.argsort(started[honest], kind="stable")]
    earliest = look_up(writes.key[probes], writes.key[honest])
    excused = (earliest >= 0) & (started[honest[earliest]] < ended[probes]) if len(honest) else earliest >= 0
    return probes[~excused]


def _damaged(run: RunDirectory, writes: Writes) -> tuple[Codes, list[Example]]:
    """Stored rows that differ from what was acknowledged, and the first of them told."""
    stored = run.readback
    assert stored is not None
    index = np.flatnonzero(writes.promised & (writes.stored >= 0))
    row = writes.stored[index]
    home = (writes.s_tps[row] == writes.tps[index]) & ~writes.s_misplaced[row]
    index, row = index[home], row[home]
    sent_photo, kept_photo = writes.content[index], writes.s_fetched[row]
    photo = (sent_photo >= 0) & (kept_photo >= 0) & (sent_photo != kept_photo)
    numbers = (writes.numbers[index] >= 0) & (writes.numbers[index] != writes.s_numbers[row])
    filed = writes.place[index] != writes.s_place[row]
    wrong = photo | numbers | filed
    index, row, photo, numbers = index[wrong], row[wrong], photo[wrong], numbers[wrong]
    _, first = np.unique(row, return_index=True)
    history = run.history
    examples: list[Example] = []
    for at in first[:10].tolist():
        sent, kept = int(writes.row[index[at]]), int(row[at])
        if photo[at]:
            a, b = history.text("content_sha256", sent), stored.text("content_sha256_fetched", kept)
            expected, found = Text(f"foto {digest(a)}", f"photo {digest(a)}"), digest(b)
        elif numbers[at]:
            a, b = history.text("numbers_sha256", sent), stored.text("numbers_sha256", kept)
            expected, found = Text(f"angka {digest(a)}", f"numbers {digest(a)}"), digest(b)
        else:
            a = str(int(writes.page[index[at]]))
            expected, found = Text(f"halaman {a}", f"page {a}"), str(int(stored.numpy("page")[kept]))
        examples.append(of_write(run, writes, int(index[at]), expected, Text(found, found)))
    torn = (writes.s_fetched >= 0) & (writes.s_claimed >= 0) & (writes.s_fetched != writes.s_claimed)
    torn &= ~writes.s_misplaced
    torn[row] = False
    examples += [
        of_stored(
            run,
            writes,
            one,
            Text(
                f"foto {digest(stored.text('content_sha256_claimed', one))}, seperti dinyatakan sistem",
                f"photo {digest(stored.text('content_sha256_claimed', one))}, as the system states",
            ),
            Text(*[digest(stored.text("content_sha256_fetched", one))] * 2),
        )
        for one in np.flatnonzero(torn)[:10].tolist()
    ]
    return np.concatenate([np.unique(row), np.flatnonzero(torn)]), examples
