"""Regressed: did a number the public had seen go down without a correction?

Two answers about one region, the second asked after the first had been answered. It may be a little behind
(another worker's memory), so the second one is wrong to count fewer TPS when it says that it is not older
than the first (`as_of`), or that it is more than `slo.backwards_s` older. Where ages are not told, nothing
more is promised than that no answer is older than `slo.shown_s`, in calm as with `stale`: then it is wrong
to fall behind what was shown before that. Ages that lie in the future, or were told while a clock had been
set, are not believed. While a fault is in force an answer may be as old as it says.

Fewer votes are judged the same way, unless a further write of a page of votes in the region may have come
between: a correction lowers sums rightly, and one that was never answered may have happened at any time
after. Where an acknowledged page is no longer stored at its place (lost, crossed), the counts above it fall
for that reason, and as many are allowed.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.checkers.registry import checker
from reports.finding import Example, Finding, conclude
from reports.joins import Codes, first_of_each
from reports.places import places_of
from reports.portal import NOT_WATCHED, Mask, Portal, portal_of
from reports.rundir import RunDirectory
from reports.sheets import sheets_of
from reports.stored_votes import stored_votes
from reports.troubles import calm_after_s, clock_was_set, disturbed
from reports.words import Text
from reports.writes import writes_of

JUST_HEALED_S = 1.0
FUTURE_S = 1.0
"""An age that lies further in the future than this comes from another clock."""


@checker(
    "regressed",
    Text("Mundur", "Regressed"),
    Text(
        "Angka yang sudah dilihat publik tidak turun tanpa koreksi.",
        "Numbers that the public had seen do not go down without a correction.",
    ),
    of_a_system=True,
)
def regressed(run: RunDirectory) -> Finding:
    """Answers that count less than an earlier one had shown."""
    portal = portal_of(run)
    if portal is None:
        return conclude(run, 0, 0, (), readback=False, nothing=NOT_WATCHED)
    undisturbed = ~disturbed(run, portal.asked_s - JUST_HEALED_S, portal.answered_s)
    calm = portal.settled | ~disturbed(run, portal.asked_s - calm_after_s(run), portal.answered_s)
    as_of_s = np.where(
        (portal.as_of_s <= portal.answered_s + FUTURE_S)
        & ~clock_was_set(run, portal.asked_s, portal.answered_s),
        portal.as_of_s,
        np.nan,
    )
    rewrites = {form: _rewrites(run, form) for form in portal.forms()}
    count = checked = 0
    examples: list[Example] = []
    for form, place, rows in portal.places(np.flatnonzero(portal.region & portal.told)):
        if len(rows) < 2:
            continue
        checked += len(rows) - 1
        series = _Series(run, portal, rows, as_of_s[rows], calm[rows], undisturbed[rows])
        for now, before, votes in series.falls(rewrites[form].within(place), _astray(run, form, place)):
            count += 1
            examples += [_example(portal, place, now, before, votes)] if len(examples) < 10 else []
    nothing = Text("portal tidak ditanya dua kali tentang tempat yang sama", "no place was asked about twice")
    return conclude(run, count, checked, examples, readback=False, nothing=nothing)


@dataclass(frozen=True, eq=False)
class _Rewrites:
    """Writes that may have changed votes already counted, in order of their TPS."""

    run: RunDirectory
    tps: Codes
    began_s: NDArray[np.float64]
    over_s: NDArray[np.float64]
    """When it had happened if it did; infinite where nobody can say."""

    def within(self, place: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Beginnings and ends of those in a region."""
        mine = places_of(self.run).within(place)
        first, last = np.searchsorted(self.tps, [mine.start, mine.stop])
        return self.began_s[first:last], self.over_s[first:last]


def _rewrites(run: RunDirectory, form: str) -> _Rewrites:
    writes, history = writes_of(run), run.history
    with_votes = np.isin(writes.page, sheets_of(run).pages_with_votes(form))
    index = np.flatnonzero(writes.possible & with_votes & history.is_in("form", form)[writes.row])
    began = history.numpy("started_s")[writes.row[index]]
    index = index[np.argsort(began, kind="stable")]
    first = np.zeros(len(index), bool)
    first[first_of_each(writes.place[index])] = True
    index = index[~first | writes.correction[index]]
    tps = places_of(run).index(writes.tps[index])
    order = np.argsort(tps, kind="stable")
    row = writes.row[index[order]]
    over = np.where(writes.ok[index[order]], history.numpy("ended_s")[row], np.inf)
    return _Rewrites(run, tps[order], history.numpy("started_s")[row], over)


def _astray(run: RunDirectory, form: str, place: str) -> int:
    """TPS of a place whose acknowledged votes are not stored there."""
    if run.readback is None:
        return 0
    votes = stored_votes(run, form)
    return int(votes.astray[votes.tps_of(place)].sum())


@dataclass(frozen=True, eq=False)
class _Series:
    """The answers about one place."""

    run: RunDirectory
    portal: Portal
    rows: Codes
    as_of_s: NDArray[np.float64]
    calm: Mask
    undisturbed: Mask

    def falls(
        self, rewrites: tuple[NDArray[np.float64], NDArray[np.float64]], astray: int
    ) -> list[tuple[int, int, bool]]:
        """(later row, earlier row, whether it is the votes that fell) of every answer that fell behind."""
        asked, answered = self.portal.asked_s[self.rows], self.portal.answered_s[self.rows]
        counted, votes = self.portal.counted[self.rows], self.portal.votes[self.rows].sum(axis=1)
        order = np.argsort(answered, kind="stable")
        before = np.searchsorted(answered[order], asked, side="left") - 1
        out: list[tuple[int, int, bool]] = []
        for values, is_votes in ((counted, False), (votes, True)):
            highest = np.maximum.accumulate(values[order])
            for now in np.flatnonzero((before >= 0) & (values < highest[before])).tolist():
                fell = (answered < asked[now]) & (values > values[now]) & self._bound(now, asked, answered)
                if is_votes:
                    fell &= (counted <= counted[now]) & ~self._explained(now, asked, answered, rewrites)
                    fell &= astray == 0
                else:
                    fell &= values - values[now] > astray
                if fell.any():
                    worst = int(np.argmax(np.where(fell, values, -1)))
                    out.append((int(self.rows[now]), int(self.rows[worst]), is_votes))
        return out

    def _bound(self, now: int, asked: NDArray[np.float64], answered: NDArray[np.float64]) -> Mask:
        """Earlier answers that the answer `now` may not fall behind."""
        promised, older_s = self.run.info.slo, self.as_of_s - self.as_of_s[now]
        bound: Mask = older_s <= 0.0
        if self.undisturbed[now]:
            bound |= older_s > promised["backwards_s"]
        if self.calm[now]:
            bound |= np.isnan(older_s) & (answered < asked[now] - promised["shown_s"])
        return bound

    def _explained(
        self,
        now: int,
        asked: NDArray[np.float64],
        answered: NDArray[np.float64],
        rewrites: tuple[NDArray[np.float64], NDArray[np.float64]],
    ) -> Mask:
        """Earlier answers between which and `now` votes may have been rewritten."""
        began, over = rewrites
        latest = np.max(over[began <= answered[now]], initial=-np.inf)
        out: Mask = asked - self.run.info.slo["shown_s"] - calm_after_s(self.run) <= latest
        return out


def _example(portal: Portal, place: str, now: int, before: int, votes: bool) -> Example:
    def told(row: int) -> Text:
        if votes:
            total = int(portal.votes[row].sum())
            return Text(f"{total} suara", f"{total} votes")
        return Text(f"{portal.counted[row]} TPS", f"{portal.counted[row]} TPS")

    shown, at_s = told(before), round(float(portal.asked_s[before]), 1)
    return Example(
        op_ids=(),
        tps="",
        form=portal.table.text("form", now),
        page=0,
        at_s=round(float(portal.asked_s[now]), 3),
        expected=Text(
            f"{place}: paling sedikit {shown.id}, seperti pada detik {at_s}",
            f"{place}: at least {shown.en}, as at second {at_s}",
        ),
        found=told(now),
    )
