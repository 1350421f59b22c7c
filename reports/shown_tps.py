"""The settled word about each TPS: the last answer about it after everything had healed, and its votes.

`hidden` and `miscounted` share this: the votes a TPS shows are right, or an earlier revision (then the newest
is hidden), or votes that nobody stored (then they are miscounted).
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reports.joins import Codes
from reports.lists import lengths, matrix, same_width
from reports.places import Places
from reports.portal import GONE, Portal
from reports.rundir import RunDirectory
from reports.stored_votes import stored_votes

Judgement = Literal["right", "none", "earlier", "foreign"]


def last_told(portal: Portal, places: Places, form: str) -> Codes:
    """Of each TPS the row of the last settled answer about it (content, or 404); -1 where there is none."""
    spoke = portal.settled & ~portal.region & (portal.told | (portal.status == GONE))
    rows = np.flatnonzero(spoke & portal.table.is_in("form", form))
    rows = rows[np.argsort(portal.asked_s[rows], kind="stable")]
    tps = places.index(portal.table.codes("place")[rows])
    out = np.full(len(places), -1, np.int64)
    out[tps[tps >= 0]] = rows[tps >= 0]
    return out


def shown_votes(run: RunDirectory, portal: Portal, form: str, told: Codes) -> NDArray[np.str_]:
    """A `Judgement` of each TPS; "right" too where nothing was asked, or where nobody can say what counts."""
    ought, stored = stored_votes(run, form), run.readback
    assert stored is not None
    out = np.full(len(told), "right", "<U7")
    judged = np.flatnonzero((told >= 0) & ought.counted & ~ought.doubtful)
    if not len(judged):
        return out
    rows = told[judged]
    none = lengths(portal.table.arrow("votes"))[rows] == 0
    shown, kept = same_width(portal.votes[rows], ought.votes[judged])
    differs = (shown != kept).any(axis=1) & ~none
    out[judged[none]] = "none"
    out[judged[differs]] = "foreign"
    if differs.any():
        column = stored.arrow("votes")
        with_votes = np.flatnonzero(stored.is_in("form", form) & (lengths(column) > 0))
        revisions, shown = same_width(matrix(column.take(with_votes)), shown)
        of_tps = ought.places.index(stored.codes("tps")[with_votes])
        order = np.argsort(of_tps, kind="stable")
        revisions, of_tps = revisions[order], of_tps[order]
        first = np.searchsorted(of_tps, judged, side="left")
        last = np.searchsorted(of_tps, judged, side="right")
        for at in np.flatnonzero(differs).tolist():
            if (revisions[first[at] : last[at]] == shown[at]).all(axis=1).any():
                out[judged[at]] = "earlier"
    return out
