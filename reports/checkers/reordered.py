"""Reordered: is an old value current though a newer one was acknowledged?

Real time decides, not the order in which answers came: a write B is newer than a write A of the same page
when the first attempt at B began after A had been acknowledged. Then A may not be the current revision.
Two writes under way at the same time may be ordered either way, and a write that was never acknowledged
promises nothing; that its first attempt was long before does not make it newer.

One thing needs no clock: a first submission can never follow a correction of its page. So a submission that
is current although a correction of it was acknowledged and is stored is a violation at any time: this is how
a late retry overwrites.

Only what is stored counts; an acknowledged correction that is not there is lost, not reordered. Where two
revisions call themselves current, duplicated has said so.
"""

import numpy as np

from reports.checkers.registry import checker
from reports.evidence import digest
from reports.finding import Example, Finding, conclude
from reports.joins import Codes, first_of_each, look_up
from reports.rundir import RunDirectory
from reports.words import Text
from reports.writes import Writes, writes_of


@checker(
    "reordered",
    Text("Tertukar urutan", "Reordered"),
    Text(
        "Yang berlaku adalah tulisan terakhir yang diakui; nilai lama tidak mengalahkan koreksi.",
        "What is current is the latest acknowledged write; no old value beats a correction.",
    ),
)
def reordered(run: RunDirectory) -> Finding:
    """Pages whose current revision is older than another one that was acknowledged."""
    writes, stored = writes_of(run), run.readback
    promises = first_of_each(np.where(writes.promised, writes.promise, -1))
    if stored is None:
        return conclude(run, 0, len(promises), ())
    began_s, acked_s, corrects = _rows(run, writes)
    current = stored.numpy("current")
    promised = np.isfinite(acked_s)
    now = np.flatnonzero(current & ~_several(writes.s_place, current))
    other = np.flatnonzero(~current & promised)
    at = look_up(writes.s_place[other], writes.s_place[now])
    other, old = other[at >= 0], now[at[at >= 0]]
    newer = (began_s[other] > acked_s[old]) | (corrects[other] & ~corrects[old] & promised[old])
    other, old = other[newer], old[newer]
    _, first = np.unique(old, return_index=True)
    examples = [_example(run, writes, int(old[one]), int(other[one])) for one in first[:10].tolist()]
    return conclude(run, len(first), len(promises), examples)


def _rows(run: RunDirectory, writes: Writes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each stored row: when the first attempt at it began, when it was acknowledged, whether it corrects.

    Moments are infinite for a row that no acknowledged write of its own page wrote.
    """
    history = run.history
    started, ended = history.numpy("started_s")[writes.row], history.numpy("ended_s")[writes.row]
    rows = len(writes.s_place)
    began_s, acked_s = np.full(rows, np.inf), np.full(rows, np.inf)
    corrects = np.zeros(rows, bool)
    index = np.flatnonzero(writes.promised & (writes.stored >= 0))
    index = index[writes.s_place[writes.stored[index]] == writes.place[index]]
    np.minimum.at(acked_s, writes.stored[index], ended[index])
    np.minimum.at(began_s, writes.stored[index], started[index])
    corrects[writes.stored[index]] = writes.correction[index]
    tried = np.flatnonzero(writes.possible & ~writes.probe)
    of_row = look_up(writes.key[tried], writes.s_key)
    tried, of_row = tried[of_row >= 0], of_row[of_row >= 0]
    np.minimum.at(began_s, of_row, started[tried])
    return began_s, acked_s, corrects


def _several(place: Codes, current: np.ndarray) -> np.ndarray:
    """Rows of pages that have more than one current revision."""
    known = np.unique(place, return_inverse=True)[1]
    many: np.ndarray = np.bincount(known, weights=current)[known] > 1 if len(place) else current
    return many


def _example(run: RunDirectory, writes: Writes, old: int, newer: int) -> Example:
    stored, history = run.readback, run.history
    assert stored is not None

    def writer(row: int) -> int:
        return int(writes.row[np.flatnonzero(writes.promised & (writes.stored == row))[0]])

    rows = [writer(old), writer(newer)]
    wanted = digest(stored.text("numbers_sha256", newer))
    found = digest(stored.text("numbers_sha256", old))
    return Example(
        op_ids=tuple(int(history.numpy("op_id")[row]) for row in rows),
        tps=stored.text("tps", old),
        form=stored.text("form", old),
        page=int(stored.numpy("page")[old]),
        at_s=round(float(history.numpy("ended_s")[rows[1]]), 3),
        expected=Text(f"berlaku angka {wanted} (lebih baru)", f"current are the numbers {wanted} (newer)"),
        found=Text(f"berlaku angka {found}", f"current are the numbers {found}"),
    )
