"""Altered: does the system hold something else than it acknowledged?

For every acknowledged write found by its receipt: the numbers' digest, the digest of the photo *as the
harness fetched it* (what the system claims proves nothing), and the page it is filed under must be those
that were sent. Row and photo of what is altered agree with each other: the system changed its mind as a
whole. A photo that disagrees with its own row is torn.

Earlier revisions count as well: a correction adds one and changes none. `unknown` writes promised nothing
and are not compared. A photo that cannot be fetched is lost, content of another TPS is crossed.
"""

import numpy as np

from reports.checkers.registry import checker
from reports.evidence import digest, of_write
from reports.finding import Example, Finding, conclude
from reports.joins import first_of_each
from reports.rundir import RunDirectory
from reports.words import Text
from reports.writes import writes_of


@checker(
    "altered",
    Text("Berubah", "Altered"),
    Text(
        "Angka, foto, dan halaman yang tersimpan persis yang diakui.",
        "Stored numbers, photos and pages are exactly those acknowledged.",
    ),
)
def altered(run: RunDirectory) -> Finding:
    """Stored rows that differ from the write that was acknowledged for them."""
    writes = writes_of(run)
    promises = first_of_each(np.where(writes.promised, writes.promise, -1))
    stored = run.readback
    if stored is None:
        return conclude(run, 0, len(promises), ())
    index = np.flatnonzero(writes.promised & (writes.stored >= 0))
    row = writes.stored[index]
    home = (writes.s_tps[row] == writes.tps[index]) & ~writes.s_misplaced[row]
    index, row = index[home], row[home]
    sent_photo, kept_photo = writes.content[index], writes.s_fetched[row]
    photo = (sent_photo >= 0) & (kept_photo >= 0) & (sent_photo != kept_photo) & ~writes.s_torn[row]
    numbers = (writes.numbers[index] >= 0) & (writes.numbers[index] != writes.s_numbers[row])
    filed = writes.place[index] != writes.s_place[row]
    wrong = photo | numbers | filed
    index, row, photo, numbers = index[wrong], row[wrong], photo[wrong], numbers[wrong]
    violated, first = np.unique(row, return_index=True)
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
    return conclude(run, len(violated), len(promises), examples)
