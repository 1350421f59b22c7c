"""What ought to be counted: the votes the system holds of every TPS, and since when it had acknowledged them.

A TPS is counted once, by the current revision of each page of votes, when all of them are stored: so no
contestant is ahead because of the page their name is on. Where two revisions of a page call themselves
current (checker `duplicated`) nobody can say which one counts: such a TPS is `doubtful`. Where an
acknowledged page of votes is not stored at its place (`lost`, `crossed`) the TPS is `astray`, and nobody else
holds what follows from that against the system a second time.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reports.lists import lengths, matrix
from reports.places import Places, places_of
from reports.rundir import RunDirectory
from reports.sheets import BY_PARTY, sheets_of
from reports.writes import writes_of

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class StoredVotes:
    """One entry a TPS of `places`; `run` of a system whose readback exists."""

    places: Places
    counted: Mask
    doubtful: Mask
    astray: Mask
    votes: NDArray[np.int64]
    """TPS x contestants."""
    acknowledged_s: NDArray[np.float64]
    """When all its votes were first acknowledged; infinite where they never were, or went astray."""
    contest: NDArray[np.int64]
    """Who stands there: equal numbers, the same people; -1 for a TPS that is not of the population."""
    width: dict[int, int]
    """Of each page with votes, how many of the columns of `votes` are its own."""

    def tps_of(self, place: str) -> slice:
        """The TPS of a region."""
        return self.places.within(place)

    def several(self, place: str) -> bool:
        """Whether different people stand in parts of a region, so that no sum of votes means anything."""
        found = self.contest[self.tps_of(place)]
        return len(np.unique(found[found >= 0])) > 1


@lru_cache(maxsize=4)
def stored_votes(run: RunDirectory, form: str) -> StoredVotes:
    """Of the pages of one form; raises ValueError for a run without a readback."""
    stored, writes, places = run.readback, writes_of(run), places_of(run)
    if stored is None:
        raise ValueError(f"{run.path}: was not read back")
    sheets, column, history = sheets_of(run), stored.arrow("votes"), run.history
    of_form = stored.numpy("current") & stored.is_in("form", form) & (lengths(column) > 0)
    wrote = history.is_in("form", form)[writes.row] & writes.promised
    population = places.index(run.population.codes("tps"))
    holds, gone_of, since_of, votes = [], [], [], []
    needed: list[Mask] = []
    for page in sheets.pages_with_votes(form):
        needs = np.full(len(places), not needed)  # of a TPS that is nobody's: the first such page
        needs[population] = sheets.truth(form, page).width > 0
        needed.append(needs)
        rows = np.flatnonzero(of_form & (stored.numpy("page") == page))
        tps = places.index(stored.codes("tps")[rows])
        holds.append(np.bincount(tps, minlength=len(places)))
        table = matrix(column.take(rows))
        votes.append(np.zeros((len(places), table.shape[1]), np.int64))
        votes[-1][tps] = table
        index = np.flatnonzero(wrote & (writes.page == page))
        home = places.index(writes.tps[index])
        index, home = index[home >= 0], home[home >= 0]
        kept = writes.stored[index]
        gone = kept < 0
        gone[~gone] = writes.s_place[kept[~gone]] != writes.place[index[~gone]]
        gone_of.append(np.zeros(len(places), bool))
        gone_of[-1][home[gone]] = True
        since_of.append(np.full(len(places), np.inf))
        np.minimum.at(since_of[-1], home, history.numpy("ended_s")[writes.row[index]])
        since_of[-1][~needs], gone_of[-1][~needs] = -np.inf, False
    if not votes:  # nobody sends this form
        holds, votes = [np.zeros(len(places), np.int64)], [np.zeros((len(places), 1), np.int64)]
        gone_of, since_of = [np.zeros(len(places), bool)], [np.full(len(places), np.inf)]
        needed = [np.ones(len(places), bool)]
    counted = ((np.stack(holds) > 0) | ~np.stack(needed)).all(axis=0) & np.any(needed, axis=0)
    astray = np.any(gone_of, axis=0)
    since = np.max(since_of, axis=0)
    since[astray | ~counted] = np.inf
    together = np.concatenate(votes, axis=1)
    together[~counted] = 0
    contest = np.full(len(places), -1, np.int64)
    contest[population] = 0 if form in BY_PARTY else sheets.contests(form)
    width = dict(zip(sheets.pages_with_votes(form), (one.shape[1] for one in votes), strict=False))
    doubtful = np.max(holds, axis=0) > 1
    return StoredVotes(places, counted, doubtful, astray, together, since, contest, width)
