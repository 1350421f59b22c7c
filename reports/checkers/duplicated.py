"""Duplicated: is one write stored more than once?

Four shapes, each a stored row too many: the same key twice; the same receipt twice; a second first-hand
submission of one page (a page is submitted once, all later revisions are corrections with keys of their
own); two revisions of one page that both call themselves current.

`unknown` is tolerated exactly as far as it reaches. An attempt that may have happened allows its key to be
stored, once; it never allows twice. So an unknown first attempt and an acknowledged retry with the same key
must be stored exactly once, and so must a write that was only ever unknown, if it is stored at all. Two
operators who send the same page with two keys are two writes, but only one may become the page. A
correction that is only unknown may have added its revision, so a revision with its key is not surplus.
Rows that no operation could have written are phantom, and rows of another TPS are crossed, not surplus.
"""

import numpy as np

from reports.checkers.registry import checker
from reports.evidence import of_stored
from reports.finding import Finding, conclude
from reports.joins import first_of_each, repeats
from reports.rundir import RunDirectory
from reports.words import Text
from reports.writes import writes_of


@checker(
    "duplicated",
    Text("Ganda", "Duplicated"),
    Text(
        "Tidak ada kiriman yang tersimpan dua kali, walaupun dikirim ulang.",
        "No write is stored twice, however often it was sent.",
    ),
)
def duplicated(run: RunDirectory) -> Finding:
    """Stored rows beyond the first of one logical write."""
    writes = writes_of(run)
    promises = first_of_each(np.where(writes.promised, writes.promise, -1))
    if run.readback is None:
        return conclude(run, 0, len(promises), ())
    same_key = repeats(writes.s_key.copy())
    same_receipt = repeats(writes.s_receipt.copy())
    ours = writes.s_linked & ~writes.s_misplaced
    writer = np.where(writes.s_by_key >= 0, writes.s_by_key, writes.s_by_receipt)
    corrects = np.zeros(len(writer), bool)
    if len(writes.row):
        corrects = writes.correction[writer] & (writer >= 0)
    second_submission = repeats(np.where(ours & ~corrects, writes.s_place, -1))
    second_current = repeats(np.where(ours & run.readback.numpy("current"), writes.s_place, -1))
    reasons = (
        (same_key, Text("kunci yang sama tersimpan lagi", "the same key is stored again")),
        (same_receipt, Text("tanda terima yang sama dipakai lagi", "the same receipt is stored again")),
        (
            second_submission,
            Text(
                "halaman tersimpan lagi tanpa koreksi", "the page is stored again with no correction between"
            ),
        ),
        (
            second_current,
            Text("dua revisi sekaligus mengaku berlaku", "two revisions are current at the same time"),
        ),
    )
    surplus = np.flatnonzero(np.logical_or.reduce([mask for mask, _ in reasons]))
    examples = [
        of_stored(
            run,
            writes,
            row,
            Text("tersimpan tepat satu kali", "stored exactly once"),
            next(found for mask, found in reasons if mask[row]),
        )
        for row in surplus[:10].tolist()
    ]
    return conclude(run, len(surplus), len(promises), examples)
