"""What became of every page: whole and right, late, wrong, saved by others, given up, or never begun.

A page has one fate, the first that fits:

    wrong       it is stored, but its votes are not those that were counted (nobody corrected them)
    backup      it is stored, and no KPPS ever had a receipt for it: others brought it in
    late        it is stored, first acknowledged after midnight of the day on which sending began
    in_time     it is stored and right
    abandoned   it was sent at least once, and is not stored
    unsent      nobody ever tried

Only votes are held against the truth (page 2 of C.HASIL-PPWP); other numbers are the checkers' affair.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reports.completeness import FORM, completeness_of
from reports.joins import look_up
from reports.rundir import RunDirectory
from reports.schema import PAGE_FIELDS, PAGES

FATES = ("in_time", "late", "wrong", "backup", "abandoned", "unsent")


@dataclass(frozen=True, slots=True)
class Fates:
    """`fate` has one row a TPS (order of the population) and one column a page: indices into `FATES`."""

    fate: NDArray[np.int8]

    def counts(self, rows: NDArray[np.bool_] | None = None) -> dict[str, int]:
        """Pages of each fate, of all TPS or of some."""
        chosen = self.fate if rows is None else self.fate[rows]
        found = np.bincount(chosen.ravel(), minlength=len(FATES))
        return {name: int(found[number]) for number, name in enumerate(FATES)}

    def as_json(self) -> dict[str, Any]:
        """All pages together, and page by page."""
        return {
            "pages": self.counts(),
            "by_page": {
                str(page): {
                    name: int((self.fate[:, column] == number).sum()) for number, name in enumerate(FATES)
                }
                for column, page in enumerate(PAGES[FORM])
            },
        }


@lru_cache(maxsize=2)
def fates_of(run: RunDirectory) -> Fates:
    """Judge every page of a run."""
    complete = completeness_of(run)
    stored, acknowledged_s = complete.stored, complete.acknowledged_s
    fate = np.full(stored.shape, FATES.index("unsent"), np.int8)
    fate[_tried(run, stored.shape)] = FATES.index("abandoned")
    fate[stored] = FATES.index("in_time")
    fate[stored & np.isfinite(acknowledged_s) & (acknowledged_s > _midnight_s(run))] = FATES.index("late")
    if complete.basis == "readback":
        fate[stored & ~np.isfinite(acknowledged_s)] = FATES.index("backup")
        wrong = _wrong(run)
        column = next(number for number, page in enumerate(PAGES[FORM]) if page == 2)
        fate[wrong & stored[:, column], column] = FATES.index("wrong")
    return Fates(fate)


def _tried(run: RunDirectory, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Pages that somebody sent at least once for their own TPS."""
    history = run.history
    sent = np.flatnonzero(history.is_in("kind", "submit_page") & history.is_in("expect", "accept"))
    row = look_up(history.codes("tps")[sent], run.population.codes("tps"))
    out = np.zeros(shape, bool)
    for column, page in enumerate(PAGES[FORM]):
        at = row[history.numpy("page")[sent] == page]
        out[at[at >= 0], column] = True
    return out


def _wrong(run: RunDirectory) -> NDArray[np.bool_]:
    """TPS whose current votes are not those of the population; False where no votes are stored."""
    stored = run.readback
    assert stored is not None
    current = np.flatnonzero(
        stored.numpy("current") & stored.is_in("form", FORM) & (stored.numpy("page") == 2)
    )
    at = look_up(stored.codes("tps")[current], run.population.codes("tps"))
    votes = stored.arrow("votes").take(pa.array(current))
    lengths = np.diff(votes.offsets.to_numpy())
    truth = np.stack([run.population.numpy(field) for field in PAGE_FIELDS[2]], axis=1)
    whole = (lengths == truth.shape[1]) & (at >= 0)
    out = np.zeros(len(run.population), bool)
    out[at[(at >= 0) & ~whole]] = True
    flat = votes.flatten().to_numpy(zero_copy_only=False)
    starts = votes.offsets.to_numpy()[:-1] - votes.offsets.to_numpy()[0]
    rows = np.flatnonzero(whole)
    told = flat[starts[rows][:, None] + np.arange(truth.shape[1])]
    out[at[rows[(told != truth[at[rows]]).any(axis=1)]]] = True
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
