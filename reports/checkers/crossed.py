"""Crossed: did results of one TPS end up under another?

Three ways to see it. An acknowledged write whose session belongs to another TPS: the system let one TPS
write for another. A stored row whose account, key or receipt belongs to another TPS. A stored photo that was
taken at another TPS.

`unknown` alone proves nothing: a write for another TPS that was never answered may have been refused. But if
its row is found stored, the storage itself is the proof, whatever the answer was. A photo's home is the TPS
whose own operators sent it (with any outcome: they took it); equal *numbers* say nothing, since neighbours
can count the same.
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
    "crossed",
    Text("Tertukar TPS", "Crossed"),
    Text(
        "Tidak ada hasil yang tertulis atau tersimpan di TPS lain.",
        "No result was written to, or stored under, another TPS.",
    ),
)
def crossed(run: RunDirectory) -> Finding:
    """Acknowledged writes for another TPS, and stored rows that belong to another TPS."""
    writes = writes_of(run)
    promises = first_of_each(np.where(writes.promised, writes.promise, -1))
    accepted = np.flatnonzero(writes.ok & writes.foreign)
    misplaced = np.flatnonzero(writes.s_misplaced)
    explained = np.isin(writes.s_by_receipt[misplaced], accepted) | np.isin(
        writes.s_by_key[misplaced], accepted
    )
    misplaced = misplaced[~explained]
    stored = run.readback
    examples = [
        of_write(
            run,
            writes,
            index,
            Text("kiriman untuk TPS lain ditolak", "a write for another TPS is refused"),
            _from_session(run.history.text("account_tps", int(writes.row[index]))),
        )
        for index in accepted[:10].tolist()
    ]
    if stored is not None:
        examples += [
            of_stored(
                run,
                writes,
                row,
                Text("isi milik TPS ini", "content of this TPS"),
                Text(
                    f"milik TPS lain (akun {stored.text('account_tps', row)})",
                    f"that of another TPS (account {stored.text('account_tps', row)})",
                ),
            )
            for row in misplaced[:10].tolist()
        ]
    return conclude(run, len(accepted) + len(misplaced), len(promises), examples)


def _from_session(tps: str) -> Text:
    return Text(f"diakui, dari sesi TPS {tps}", f"acknowledged, from a session of TPS {tps}")
