"""Examples for a finding: violations told with operation ids, TPS, what was expected and what was found."""

from reports.finding import Example
from reports.rundir import RunDirectory
from reports.words import Text
from reports.writes import Writes


def of_operation(run: RunDirectory, row: int, expected: Text, found: Text) -> Example:
    """An example about one operation, a row of the history."""
    history = run.history
    return Example(
        op_ids=(int(history.numpy("op_id")[row]),),
        tps=history.text("tps", row),
        form=history.text("form", row),
        page=int(history.numpy("page")[row]),
        at_s=round(float(history.numpy("ended_s")[row]), 3),
        expected=expected,
        found=found,
    )


def of_write(run: RunDirectory, writes: Writes, index: int, expected: Text, found: Text) -> Example:
    """An example about one write of the history (`index` among the writes)."""
    return of_operation(run, int(writes.row[index]), expected, found)


def of_stored(run: RunDirectory, writes: Writes, s_row: int, expected: Text, found: Text) -> Example:
    """An example about one stored row; the operations named are those with its key or its receipt."""
    stored, history = run.readback, run.history
    assert stored is not None
    same = (writes.key == writes.s_key[s_row]) & (writes.s_key[s_row] >= 0)
    same |= (writes.receipt == writes.s_receipt[s_row]) & (writes.s_receipt[s_row] >= 0)
    rows = writes.row[same]
    return Example(
        op_ids=tuple(int(one) for one in history.numpy("op_id")[rows][:8]),
        tps=stored.text("tps", s_row),
        form=stored.text("form", s_row),
        page=int(stored.numpy("page")[s_row]),
        at_s=round(float(history.numpy("ended_s")[rows].min()), 3) if len(rows) else None,
        expected=expected,
        found=found,
    )


def digest(text: str) -> str:
    """The first twelve digits of a digest, enough to find it."""
    return text[:12] + "…" if text else "-"
