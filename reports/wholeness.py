"""Is the history whole? What is missing from a record cannot be told apart from what never happened.

Every load worker numbers its operations from 0 (`op_id` is the worker's number shifted left by 40 bits, plus
that count), so a lost piece of its record shows as a gap, and a lost record as a worker nobody heard of. How
many it wrote it says at its end, so a lost tail shows too, and one that had nothing to do is not missed. What
was on record is written as it ended, so moments of one worker go forwards; where they go back, the clock of
the load machine was set, and no span of time around it can be trusted.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reports.not_offered import unrecorded
from reports.rundir import RunDirectory
from reports.words import Text

WORKER_SHIFT = 40
"""Bits of an op_id that count the operations of one worker."""

SET_BACK_S = 2.0
"""Ends of two operations one after the other may be on record the other way round by this much."""


@lru_cache(maxsize=2)
def broken_record(run: RunDirectory) -> Text | None:
    """Why the history cannot prove what is absent from it; None for a whole one."""
    if cut := unrecorded(run.info):
        return cut
    op_id, ended_s = run.history.numpy("op_id"), run.history.numpy("ended_s")
    worker = (op_id >> np.uint64(WORKER_SHIFT)).astype(np.int64)
    count = (op_id & np.uint64((1 << WORKER_SHIFT) - 1)).astype(np.int64)
    present = np.unique(worker).tolist()
    idle = {one for one, said in run.info.written.items() if not said}
    silent = sorted(set(range(run.info.workers)) - set(present) - idle)
    if present and silent and run.info.scale >= run.info.workers:
        return Text(
            f"catatan penguji nomor {_list(silent)} hilang: yang tidak tercatat tidak membuktikan apa pun",
            f"no record of load worker {_list(silent)}: what is not on record proves nothing",
        )
    for one, said in sorted(run.info.written.items()):
        found = int((worker == one).sum())
        if found < said:
            return Text(
                f"catatan penguji nomor {one} terpotong: {said - found} dari {said} operasi hilang",
                f"the record of load worker {one} is cut off: {said - found} of {said} operations missing",
            )
    for one in present:
        mine = np.flatnonzero(worker == one) if len(present) > 1 else slice(None)
        broken = _broken(one, count[mine], ended_s[mine])
        if broken is not None:
            return broken
    return None


def _broken(worker: int, count: NDArray[np.int64], ended_s: NDArray[np.float64]) -> Text | None:
    """What is wrong with the record of one worker."""
    highest = int(count.max())
    missing = highest + 1 - len(count)
    if missing > 0:
        return Text(
            f"catatan penguji nomor {worker} berlubang: {missing} dari {highest + 1} operasi hilang",
            f"the record of load worker {worker} has a gap: {missing} of {highest + 1} operations missing",
        )
    in_order = np.full(highest + 1, np.nan)
    in_order[count] = ended_s
    if missing < 0 or np.isnan(in_order).any():
        return Text(
            f"catatan penguji nomor {worker} memuat operasi yang sama dua kali",
            f"the record of load worker {worker} holds an operation twice",
        )
    back = np.flatnonzero(np.diff(in_order) < -SET_BACK_S)
    if len(back):
        at_s, back_s = in_order[back[0]], in_order[back[0]] - in_order[back[0] + 1]
        return Text(
            f"jam mesin penguji mundur {back_s:.1f} detik setelah detik {at_s:.1f}",
            f"the clock of the load machine went back by {back_s:.1f} s after second {at_s:.1f}",
        )
    return None


def _list(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
