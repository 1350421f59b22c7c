"""Phantom: does the system hold something that nobody sent?

Every stored revision needs an operation that could have written it: one with its key, or acknowledged with
its receipt, whose outcome is `ok` or `unknown` (an answer of 500 and above counts as unknown). A row whose
every operation was refused outright is a phantom: the operator was told no. Probes that should have been
refused explain their rows; accepting them is the violation of another checker.

`unknown` explains a row only with what was sent: if no attempt was acknowledged, the stored numbers and
photo must be those of some attempt with that key. (If one was acknowledged, `altered` compares.)
A row written from a TPS that is not its own has a writer, and is crossed.
"""

import numpy as np

from reports.checkers.registry import checker
from reports.evidence import of_stored
from reports.finding import Finding, conclude
from reports.joins import look_up, pair
from reports.rundir import RunDirectory
from reports.words import Text
from reports.writes import writes_of


@checker(
    "phantom",
    Text("Tanpa asal", "Phantom"),
    Text(
        "Semua isi sistem berasal dari kiriman yang memang ada; yang ditolak tidak tersimpan.",
        "All that is stored was sent by somebody; what was refused is not stored.",
    ),
)
def phantom(run: RunDirectory) -> Finding:
    """Stored rows that no operation of the history could have written."""
    writes = writes_of(run)
    checked = len(writes.s_place)
    if run.readback is None:
        return conclude(run, 0, 0, ())
    unsent = ~writes.s_linked
    unpromised = writes.s_linked & (writes.s_by_receipt < 0) & ~writes.s_misplaced
    whole = writes.possible & ~writes.broken_photo
    numbers_sent = look_up(
        pair(writes.s_key, writes.s_numbers), pair(writes.key, writes.numbers), writes.possible
    )
    photo_known = look_up(writes.s_key, writes.key, whole & (writes.content >= 0)) >= 0
    broken_key = look_up(writes.s_key, writes.key, writes.possible & writes.broken_photo) >= 0
    photo_sent = look_up(pair(writes.s_key, writes.s_claimed), pair(writes.key, writes.content), whole) >= 0
    numbers_known = look_up(writes.s_key, writes.key, writes.possible & (writes.numbers >= 0)) >= 0
    numbers_differ = unpromised & numbers_known & (writes.s_numbers >= 0) & (numbers_sent < 0)
    photo_differs = unpromised & photo_known & ~broken_key & (writes.s_claimed >= 0) & ~photo_sent
    reasons = (
        (unsent, Text("tersimpan, tetapi tidak ada yang mengirimnya", "stored, but nobody sent it")),
        (numbers_differ, Text("angka yang tidak pernah dikirim", "numbers that were never sent")),
        (photo_differs, Text("foto yang tidak pernah dikirim", "a photo that was never sent")),
    )
    rows = np.flatnonzero(unsent | numbers_differ | photo_differs)
    examples = [
        of_stored(
            run,
            writes,
            row,
            Text("ada kiriman yang dapat menuliskannya", "an operation that could have written it"),
            next(found for mask, found in reasons if mask[row]),
        )
        for row in rows[:10].tolist()
    ]
    return conclude(run, len(rows), checked, examples, absence=True)
