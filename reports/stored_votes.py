"""What ought to be counted: the votes the system holds of every TPS, and since when it had acknowledged them.

A TPS is counted once, by the current revision of its page of votes. Where two revisions call themselves
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
from reports.schema import PAGE_FIELDS
from reports.writes import writes_of

Mask = NDArray[np.bool_]

VOTE_PAGES: tuple[int, ...] = tuple(page for page, fields in PAGE_FIELDS.items() if "suara_1" in fields)
"""Pages that carry the votes of the contestants."""


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
    """When its votes were first acknowledged; infinite where they never were, or went astray."""

    def tps_of(self, place: str) -> slice:
        """The TPS of a region."""
        return self.places.within(place)


@lru_cache(maxsize=4)
def stored_votes(run: RunDirectory, form: str) -> StoredVotes:
    """Of the pages of one form; raises ValueError for a run without a readback."""
    stored, writes, places = run.readback, writes_of(run), places_of(run)
    if stored is None:
        raise ValueError(f"{run.path}: was not read back")
    column = stored.arrow("votes")
    rows = np.flatnonzero(stored.numpy("current") & stored.is_in("form", form) & (lengths(column) > 0))
    tps = places.index(stored.codes("tps")[rows])
    holds = np.bincount(tps, minlength=len(places))
    table = matrix(column.take(rows))
    votes = np.zeros((len(places), table.shape[1]), np.int64)
    votes[tps] = table

    history = run.history
    of_votes = np.isin(writes.page, VOTE_PAGES) & history.is_in("form", form)[writes.row] & writes.promised
    index = np.flatnonzero(of_votes)
    home = places.index(writes.tps[index])
    index, home = index[home >= 0], home[home >= 0]
    kept = writes.stored[index]
    gone = kept < 0
    gone[~gone] = writes.s_place[kept[~gone]] != writes.place[index[~gone]]
    astray = np.zeros(len(places), bool)
    astray[home[gone]] = True
    since = np.full(len(places), np.inf)
    np.minimum.at(since, home, history.numpy("ended_s")[writes.row[index]])
    since[astray | (holds == 0)] = np.inf
    return StoredVotes(places, holds > 0, holds > 1, astray, votes, since)
