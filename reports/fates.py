"""What became of every page: whole and right, late, wrong, saved by others, given up, or never begun.

A page has one fate, the first that fits:

    wrong       it is stored, but its votes are not those that were counted (nobody corrected them)
    backup      it is stored, and no KPPS ever had a receipt for it: others brought it in
    late        it is stored, first acknowledged after midnight of the day on which sending began
    in_time     it is stored and right
    abandoned   it was sent at least once, and is not stored
    unsent      nobody ever tried

Only votes are held against the truth; other numbers are the checkers' affair.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reports.completeness import completeness_of
from reports.joins import look_up
from reports.lists import lengths, matrix, same_width
from reports.rundir import RunDirectory
from reports.sheets import Sheet, Sheets, names, sheets_of

FATES = ("in_time", "late", "wrong", "backup", "abandoned", "unsent")


@dataclass(frozen=True, slots=True)
class Fates:
    """`fate` has one row a TPS (order of the population) and one column a sheet: indices into `FATES`, -1 for
    a sheet that the TPS does not have."""

    fate: NDArray[np.int8]
    sheets: tuple[Sheet, ...]

    def counts(self, rows: NDArray[np.bool_] | None = None) -> dict[str, int]:
        """Pages of each fate, of all TPS or of some."""
        chosen = self.fate if rows is None else self.fate[rows]
        found = np.bincount(chosen[chosen >= 0], minlength=len(FATES))
        return {name: int(found[number]) for number, name in enumerate(FATES)}

    def as_json(self) -> dict[str, Any]:
        """All pages together, and page by page."""
        return {
            "pages": self.counts(),
            "by_page": {
                sheet: {
                    name: int((self.fate[:, column] == number).sum()) for number, name in enumerate(FATES)
                }
                for column, sheet in enumerate(names(self.sheets))
            },
        }


@lru_cache(maxsize=2)
def fates_of(run: RunDirectory) -> Fates:
    """Judge every page of a run."""
    complete = completeness_of(run)
    stored, acknowledged_s, sheets = complete.stored, complete.acknowledged_s, sheets_of(run)
    fate = np.full(stored.shape, FATES.index("unsent"), np.int8)
    fate[_tried(run, sheets)] = FATES.index("abandoned")
    fate[stored] = FATES.index("in_time")
    fate[stored & np.isfinite(acknowledged_s) & (acknowledged_s > _midnight_s(run))] = FATES.index("late")
    if complete.basis == "readback":
        fate[stored & ~np.isfinite(acknowledged_s)] = FATES.index("backup")
        for column, (form, page) in enumerate(sheets.every):
            if page in sheets.pages_with_votes(form):
                fate[_wrong(run, sheets, form, page) & stored[:, column], column] = FATES.index("wrong")
    fate[~sheets.asked] = -1
    return Fates(fate, sheets.every)


def _tried(run: RunDirectory, sheets: Sheets) -> NDArray[np.bool_]:
    """Pages that somebody sent at least once for their own TPS."""
    history = run.history
    sent = np.flatnonzero(history.is_in("kind", "submit_page") & history.is_in("expect", "accept"))
    row = look_up(history.codes("tps")[sent], run.population.codes("tps"))
    out = np.zeros((len(run.population), len(sheets.every)), bool)
    for column, (form, page) in enumerate(sheets.every):
        at = row[(history.numpy("page")[sent] == page) & history.is_in("form", form)[sent]]
        out[at[at >= 0], column] = True
    return out


def _wrong(run: RunDirectory, sheets: Sheets, form: str, page: int) -> NDArray[np.bool_]:
    """TPS whose current votes on a page are not those that were counted; False where none are stored."""
    stored = run.readback
    assert stored is not None
    current = np.flatnonzero(
        stored.numpy("current") & stored.is_in("form", form) & (stored.numpy("page") == page)
    )
    at = look_up(stored.codes("tps")[current], run.population.codes("tps"))
    current, at = current[at >= 0], at[at >= 0]
    column, truth = stored.arrow("votes").take(pa.array(current)), sheets.truth(form, page)
    told, counted = same_width(matrix(column), truth.votes)
    bad = (lengths(column) != truth.width[at]) | (told != counted[at]).any(axis=1)
    out = np.zeros(len(run.population), bool)
    out[at[bad]] = True
    return out


def _midnight_s(run: RunDirectory) -> float:
    """Run-clock second of the first midnight after the first page was sent; infinite if it was not played.

    KPPS have to end their count on the day of the vote (Law 7/2017, article 383); the Constitutional Court
    allows twelve hours more (ruling 20/PUU-XVII/2019), which is why late is a fate and not a failure.
    """
    sent = run.history.is_in("kind", "submit_page")
    if not sent.any():
        return float("inf")
    first = run.info.phase_at(float(run.history.numpy("intended_s")[sent].min()))
    midnight = first.start_local.replace(hour=0, minute=0, second=0, microsecond=0)
    seconds = (midnight - first.start_local).total_seconds() + 86_400.0
    at_s = first.run_start_s + seconds / first.compression
    return at_s if at_s < first.run_end_s else float("inf")
