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

from reports.joins import Codes
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
    pages: dict[int, tuple[Codes, Codes]]
    """Of each page with votes: at which column of `votes` its own begin, and how many they are."""

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
    population, pages = places.index(run.population.codes("tps")), _pages(run, places, form)
    last = [begin + width for begin, width in pages.values()]
    votes = np.zeros((len(places), max(1, int(np.max(last, initial=0)))), np.int64)
    whole, doubtful, astray = (np.zeros(len(places), bool) for _ in range(3))
    since = np.full(len(places), -np.inf)
    for number, (page, (begin, width)) in enumerate(pages.items()):
        rows = np.flatnonzero(of_form & (stored.numpy("page") == page))
        tps = places.index(stored.codes("tps")[rows])
        holds = np.bincount(tps, minlength=len(places))
        whole = (whole | (number == 0)) & ((holds > 0) | (width == 0))
        doubtful |= holds > 1
        table, wide = matrix(column.take(rows)), lengths(column.take(rows))
        for one in range(min(table.shape[1], votes.shape[1])):
            there = (one < wide) & (begin[tps] + one < votes.shape[1])
            votes[tps[there], begin[tps[there]] + one] = table[there, one]
        index = np.flatnonzero(wrote & (writes.page == page))
        home = places.index(writes.tps[index])
        index, home = index[home >= 0], home[home >= 0]
        kept = writes.stored[index]
        gone = kept < 0
        gone[~gone] = writes.s_place[kept[~gone]] != writes.place[index[~gone]]
        astray[home[gone & (width[home] > 0)]] = True
        acknowledged_s = np.full(len(places), np.inf)
        np.minimum.at(acknowledged_s, home, history.numpy("ended_s")[writes.row[index]])
        since = np.where(width > 0, np.maximum(since, acknowledged_s), since)
    since[astray | ~whole] = np.inf
    votes[~whole] = 0
    contest = np.full(len(places), -1, np.int64)
    contest[population] = 0 if form in BY_PARTY else sheets.contests(form)
    return StoredVotes(places, whole, doubtful, astray, votes, since, contest, pages)


def _pages(run: RunDirectory, places: Places, form: str) -> dict[int, tuple[Codes, Codes]]:
    """Where the votes of each page stand among those of a TPS; a TPS of nobody has the first page only."""
    sheets, population = sheets_of(run), places.index(run.population.codes("tps"))
    found: dict[int, tuple[Codes, Codes]] = {}
    begin = np.zeros(len(places), np.int64)
    for page in sheets.pages_with_votes(form):
        own = sheets.truth(form, page).width
        width = np.full(len(places), 0 if found else int(own.max(initial=1)))
        width[population] = own
        found[page] = begin, width
        begin = begin + width
    return found
