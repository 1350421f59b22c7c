"""Untruthful: did a receipt, a status or a health probe say what the storage does not?

* A receipt stands for one write. One that the readback holds under another key, or that was given to two
  keys, names something else. A system may answer a second sending of the very same page (same place, same
  numbers, same photo) with the first receipt; that is true and no violation. A receipt stored twice is
  duplicated, one that is stored nowhere is lost, and a page kept under another place is altered or crossed.
* A status tells a phone which pages are stored. It may not name one that nobody had begun to send when it
  answered, nor one that is not there, unless that had been acknowledged (then it is lost); nor leave one out
  that had been acknowledged before it was asked, and is still there.
* `ready` may not say yes while the database was proved to be dead: from the moment that was felt, and
  `DEAD_FOR_S` more, until its healing began.

A status without an answer, and receipts of probes, say nothing.
"""

import numpy as np

from reports.accounts import earliest
from reports.checkers.registry import checker
from reports.evidence import of_write
from reports.finding import Example, Finding, conclude, unknown
from reports.joins import Codes, first_of_each, look_up, pair
from reports.places import places_of
from reports.rundir import RunDirectory
from reports.sheets import sheets_of
from reports.troubles import Trouble, troubles_of
from reports.words import Text
from reports.writes import Writes, writes_of

DEAD_FOR_S = 2.0
"""A readiness that is a second old is still honest."""

_DEADLY = ("process_kill", "process_stop")
_DATABASE = "postgres"


@checker(
    "untruthful",
    Text("Tidak jujur", "Untruthful"),
    Text(
        "Tanda terima, status halaman dan kesehatan sistem mengatakan apa yang benar-benar tersimpan.",
        "Receipts, page status and health say what is really stored.",
    ),
)
def untruthful(run: RunDirectory) -> Finding:
    """Receipts, statuses and health probes that disagree with the storage."""
    parts = (_receipts(run), _statuses(run), _readiness(run))
    found = conclude(
        run,
        sum(part[0] for part in parts),
        sum(part[1] for part in parts),
        [example for part in parts for example in part[2]],
    )
    asked = run.health is not None or run.info.mode == "simulate"  # a twin says nothing of its health
    if found.valid is True and not asked and any(_dead(run)):
        why = Text(
            "basis data mati, tetapi tidak ada yang menanyakan kesehatan sistem (tidak ada health.parquet)",
            "the database was dead, but nobody asked the system for its health (no health.parquet)",
        )
        return unknown(found, why)
    return found


def _receipts(run: RunDirectory) -> tuple[int, int, list[Example]]:
    writes = writes_of(run)
    told = writes.promised & (writes.receipt >= 0)
    index = first_of_each(np.where(told, pair(writes.receipt, writes.key), -1))
    receipt, key = writes.receipt[index], writes.key[index]
    stored = look_up(receipt, writes.s_receipt)
    own = look_up(pair(receipt, key), pair(writes.s_receipt, writes.s_key)) >= 0
    same = np.zeros(len(index), bool)
    there = stored >= 0
    row = stored[there]
    same[there] = (writes.s_place[row] == writes.place[index[there]]) & (
        writes.s_numbers[row] == writes.numbers[index[there]]
    )
    keyed = there & (writes.s_key[np.maximum(stored, 0)] >= 0) if len(writes.s_key) else there
    wrong = keyed & ~own & ~same
    wrong |= ~there & _shared(writes, index)
    history = run.history
    examples = [
        of_write(
            run,
            writes,
            one,
            Text("tanda terima milik kiriman ini", "a receipt of this write"),
            Text(
                f"{history.text('receipt', int(writes.row[one]))} milik kiriman lain",
                f"{history.text('receipt', int(writes.row[one]))} belongs to another",
            ),
        )
        for one in index[wrong][:10].tolist()
    ]
    return int(wrong.sum()), len(index), examples


def _shared(writes: Writes, index: Codes) -> np.ndarray:
    """Writes whose receipt had been given before, to another key and for something else."""
    order = index[np.argsort(writes.row[index], kind="stable")]
    first = order[look_up(writes.receipt[index], writes.receipt[order])]
    shared: np.ndarray = (writes.key[first] != writes.key[index]) & (
        (writes.place[first] != writes.place[index]) | (writes.numbers[first] != writes.numbers[index])
    )
    return shared


def _statuses(run: RunDirectory) -> tuple[int, int, list[Example]]:
    """Pages that a status named wrongly; one count a page and answer."""
    history, stored = run.history, run.readback
    asked = history.is_in("kind", "status") & history.is_in("outcome", "ok")
    every = np.flatnonzero(asked & history.is_in("expect", "accept") & ~history.is_in("actor", "iseng"))
    if stored is None or not len(every):
        return 0, len(every), []
    places, writes, sheets = places_of(run), writes_of(run), sheets_of(run)
    wrong: list[tuple[int, str, int, bool]] = []
    for form_id in sheets.forms:
        # A status without a form is an older one, about the only form there was.
        rows = every[history.is_in("form", form_id, *([""] if form_id == sheets.forms[0] else []))[every]]
        codes = history.codes("tps")[rows]
        tps = places.index(codes)
        for page in sheets.pages(form_id):
            kept = np.zeros(len(places) + 1, bool)
            mine = stored.is_in("form", form_id) & (stored.numpy("page") == page)
            kept[places.index(stored.codes("tps")[mine])] = True
            acked = np.flatnonzero(
                writes.promised & (writes.page == page) & history.is_in("form", form_id)[writes.row]
            )
            since = earliest(writes.tps[acked], history.numpy("ended_s")[writes.row[acked]], codes)
            said = (history.numpy("stored_pages")[rows] >> page & 1).astype(bool)
            tried = np.flatnonzero(
                writes.possible & (writes.page == page) & history.is_in("form", form_id)[writes.row]
            )
            begun = earliest(writes.tps[tried], history.numpy("started_s")[writes.row[tried]], codes)
            invented = said & ((begun >= history.numpy("ended_s")[rows]) | (~kept[tps] & ~np.isfinite(since)))
            left_out = ~said & kept[tps] & (since < history.numpy("started_s")[rows])
            wrong += [(row, form_id, page, True) for row in rows[invented].tolist()]
            wrong += [(row, form_id, page, False) for row in rows[left_out].tolist()]
    examples = [_status_example(run, *one) for one in sorted(wrong)[:10]]
    return len(wrong), len(every), examples


def _status_example(run: RunDirectory, row: int, form: str, page: int, told: bool) -> Example:
    history = run.history
    is_there = Text(f"halaman {page} tersimpan", f"page {page} is stored")
    is_not = Text(f"halaman {page} tidak tersimpan", f"page {page} is not stored")
    return Example(
        op_ids=(int(history.numpy("op_id")[row]),),
        tps=history.text("tps", row),
        form=form,
        page=page,
        at_s=round(float(history.numpy("ended_s")[row]), 3),
        expected=is_not if told else is_there,
        found=Text(f"status: {is_there.id}", f"status: {is_there.en}")
        if told
        else Text(f"status: {is_not.id}", f"status: {is_not.en}"),
    )


def _dead(run: RunDirectory) -> list[Trouble]:
    """Faults under which the database was proved dead for long enough to ask."""
    return [
        one
        for one in troubles_of(run)
        if one.name in _DEADLY
        and _DATABASE in one.target.split(", ")
        and one.felt_s is not None
        and one.healing_s > one.felt_s + DEAD_FOR_S
    ]


def _readiness(run: RunDirectory) -> tuple[int, int, list[Example]]:
    health = run.health
    if health is None:
        return 0, 0, []
    asked_s, answered_s = health.numpy("asked_s"), health.numpy("answered_s")
    ready = health.is_in("name", "ready") & np.isfinite(health.numpy("value"))
    wrong = np.zeros(len(ready), bool)
    for one in _dead(run):
        felt_s = one.felt_s if one.felt_s is not None else np.inf
        wrong |= ready & (asked_s > felt_s + DEAD_FOR_S) & (answered_s < one.healing_s)
    wrong &= health.numpy("value") == 1.0
    examples = [
        Example(
            op_ids=(),
            tps="",
            form="",
            page=0,
            at_s=round(float(asked_s[row]), 3),
            expected=Text("belum siap: basis data mati", "not ready: the database is dead"),
            found=Text("siap", "ready"),
        )
        for row in np.flatnonzero(wrong)[:10].tolist()
    ]
    return int(wrong.sum()), int(ready.sum()), examples
