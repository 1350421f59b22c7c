"""Lost: was a write acknowledged that the system no longer holds?

Every acknowledged `submit_page` and `correct` gave a receipt, and that receipt must be found in the readback,
with a photo that can be fetched. A retry with the same key is answered with the same receipt, so several
acknowledgements with one receipt are one promise and are counted once; two receipts for one key are two
promises, and the one that is not stored is lost even when the other is (the first acknowledgement was given
for something that was then gone).

Only `ok` promises. A write whose every attempt was `unknown` may be absent. A page found under another TPS
is not lost but crossed; a page found with other content is not lost but altered. Probes that should have
been refused promise nothing.
"""

import numpy as np

from reports.checkers.registry import checker
from reports.evidence import of_stored, of_write
from reports.finding import Finding, conclude
from reports.joins import first_of_each
from reports.rundir import RunDirectory
from reports.words import Text
from reports.writes import writes_of


@checker(
    "lost",
    Text("Hilang", "Lost"),
    Text(
        "Setiap kiriman yang diakui (bertanda terima) masih ada, lengkap dengan fotonya.",
        "Every acknowledged write (with a receipt) is still there, photo included.",
    ),
)
def lost(run: RunDirectory) -> Finding:
    """Acknowledged writes that the readback does not hold."""
    writes = writes_of(run)
    promises = first_of_each(np.where(writes.promised, writes.promise, -1))
    if run.readback is None:
        return conclude(run, 0, len(promises), ())
    stored = writes.stored[promises]
    gone = promises[stored < 0]
    kept, row = promises[stored >= 0], stored[stored >= 0]
    photoless = (writes.content[kept] >= 0) & (writes.s_fetched[row] < 0) & ~writes.s_misplaced[row]
    torn = np.unique(row[photoless])
    examples = [
        of_write(
            run,
            writes,
            index,
            _under(run.history.text("receipt", int(writes.row[index]))),
            Text("tidak ada di sistem", "not in the system"),
        )
        for index in gone[:10].tolist()
    ] + [
        of_stored(
            run,
            writes,
            one,
            Text("foto dapat diambil kembali", "its photo can be fetched"),
            Text(
                "baris tersimpan, fotonya tidak dapat diambil",
                "the row is stored, its photo cannot be fetched",
            ),
        )
        for one in torn[:10].tolist()
    ]
    return conclude(run, len(gone) + len(torn), len(promises), examples, absence=True)


def _under(receipt: str) -> Text:
    return Text(f"tersimpan dengan tanda terima {receipt}", f"stored under receipt {receipt}")
