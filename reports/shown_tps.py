"""The settled word about each TPS: the last answer about it after everything had healed, and its votes.

`hidden` and `miscounted` share this: the votes a TPS shows are right, or an earlier revision (then the newest
is hidden), or votes that nobody stored (then they are miscounted).
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reports.columns import Columns
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
        once_held = differs.copy()
        for page, (begin, width) in ought.pages.items():
            part = _part(shown, begin[judged], width[judged])
            held = _ever_held(stored, form, page, ought.places.index, judged, part)
            once_held &= held | (width[judged] == 0)
        out[judged[once_held]] = "earlier"
    return out


def _part(votes: NDArray[np.int64], begin: Codes, width: Codes) -> NDArray[np.int64]:
    """Of each row the `width` columns from `begin` on, moved to the front."""
    column = np.arange(max(1, int(width.max(initial=0))))
    at = np.minimum(begin[:, None] + column, votes.shape[1] - 1)
    out: NDArray[np.int64] = np.take_along_axis(votes, at, axis=1) * (column < width[:, None])
    return out


def _ever_held(
    stored: Columns,
    form: str,
    page: int,
    place: Callable[[Codes], Codes],
    tps: Codes,
    shown: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Whether the votes shown of each of `tps` are those of some revision of a page."""
    column = stored.arrow("votes")
    rows = stored.is_in("form", form) & (stored.numpy("page") == page) & (lengths(column) > 0)
    with_votes = np.flatnonzero(rows)
    revisions, shown = same_width(matrix(column.take(with_votes)), shown)
    of_tps = place(stored.codes("tps")[with_votes])
    order = np.argsort(of_tps, kind="stable")
    revisions, of_tps = revisions[order], of_tps[order]
    first, last = (np.searchsorted(of_tps, tps, side=side) for side in ("left", "right"))
    return np.array(
        [(revisions[first[at] : last[at]] == shown[at]).all(axis=1).any() for at in range(len(tps))], bool
    )
