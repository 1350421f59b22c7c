"""Stale: was the public told something older than promised?

Two ways to see it. An answer says how old it is (`as_of`), and is older than `slo.shown_s` when it is asked
for. Or a region counts fewer TPS than had had their votes acknowledged for that long. What was acknowledged
and is not stored (lost, crossed) is not expected to be counted. After everything has healed only the stated
age is judged here: what is missing then is hidden.

The promise is one of calm. An answer is not judged while a fault is in force, nor until the run expects the
system to have recovered from it, nor within the promised time of a second in which the load driver itself
was saturated. A stated age is worth what the clocks are: while a clock was set on purpose it is ignored, and
so it is when no answer of the run was in time though `as_of` went on with the run clock, for then two clocks
differ. The counts are judged all the same.
"""

import numpy as np

from reports.checkers.registry import checker
from reports.finding import Example, Finding, conclude
from reports.generator import generator_of
from reports.joins import Codes
from reports.portal import NOT_WATCHED, Mask, Portal, portal_of
from reports.rundir import RunDirectory
from reports.stored_votes import stored_votes
from reports.troubles import calm_after_s, clock_was_set, disturbed
from reports.words import Text, number

ROUNDING_S = 0.25
"""Beyond the promise, for clocks that are read at slightly different moments."""


@checker(
    "stale",
    Text("Usang", "Stale"),
    Text(
        "Di luar gangguan, publik tidak diberi angka yang lebih lama daripada yang dijanjikan.",
        "Outside faults the public is told nothing older than promised.",
    ),
    of_a_system=True,
)
def stale(run: RunDirectory) -> Finding:
    """Answers that were older than promised when they were asked for."""
    portal = portal_of(run)
    if portal is None or run.readback is None:
        return conclude(run, 0, 0, (), nothing=NOT_WATCHED)
    told = portal.told & (portal.settled | _calm(run, portal))
    old = told & _old(run, portal)
    behind, judged, ought = _behind(run, portal, told & ~portal.settled & portal.region)
    aged = told & np.isfinite(portal.as_of_s)
    wrong = np.flatnonzero(old | behind)
    examples = [_example(run, portal, row, bool(old[row]), int(ought[row])) for row in wrong[:10].tolist()]
    nothing = Text("tidak ada jawaban portal di luar gangguan", "the portal gave no answer outside faults")
    return conclude(run, len(wrong), int((aged | judged).sum()), examples, nothing=nothing)


def _calm(run: RunDirectory, portal: Portal) -> Mask:
    """Asked while nothing was, or had lately been, broken, and while the load driver kept its time."""
    calm = ~disturbed(run, portal.asked_s - calm_after_s(run), portal.answered_s)
    saturated = np.append(np.flatnonzero(generator_of(run).saturated), np.inf)
    nearest = saturated[np.searchsorted(saturated, np.floor(portal.asked_s - run.info.slo["shown_s"]))]
    out: Mask = calm & (nearest > portal.answered_s)
    return out


def _old(run: RunDirectory, portal: Portal) -> Mask:
    """Says itself that it is older than promised, as far as the clocks can be believed."""
    usable = (
        portal.told & np.isfinite(portal.as_of_s) & ~clock_was_set(run, portal.asked_s, portal.answered_s)
    )
    age_s = portal.asked_s - portal.as_of_s
    old: Mask = usable & (age_s > run.info.slo["shown_s"] + ROUNDING_S)
    if not old.any() or (old != usable).any():
        return old
    asked_s, as_of_s = portal.asked_s[usable], portal.as_of_s[usable]
    went_on = np.ptp(as_of_s) >= 0.8 * np.ptp(asked_s) > 0.0
    return np.zeros(len(old), bool) if went_on and np.ptp(age_s[usable]) < np.ptp(asked_s) else old


def _behind(run: RunDirectory, portal: Portal, among: Mask) -> tuple[Mask, Mask, Codes]:
    """Counts fewer than were acknowledged long enough ago; which could be judged; how many it ought to be."""
    behind, ought = np.zeros(len(among), bool), np.zeros(len(among), np.int64)
    for form, place, rows in portal.places(np.flatnonzero(among)):
        votes = stored_votes(run, form)
        since = np.sort(votes.acknowledged_s[votes.tps_of(place)])
        ought[rows] = np.searchsorted(since, portal.asked_s[rows] - run.info.slo["shown_s"] - ROUNDING_S)
        behind[rows] = portal.counted[rows] < ought[rows]
    return behind, ought > 0, ought


def _example(run: RunDirectory, portal: Portal, row: int, old: bool, ought: int) -> Example:
    place, promised = portal.table.text("place", row), run.info.slo["shown_s"]
    if old:
        age = portal.asked_s[row] - portal.as_of_s[row]
        expected = Text(
            f"{place}: paling lama {number(promised, 'id', 1)} detik",
            f"{place}: at most {number(promised, 'en', 1)} s old",
        )
        found = Text(
            f"keadaan {number(age, 'id', 1)} detik sebelumnya", f"as of {number(age, 'en', 1)} s before"
        )
    else:
        expected = Text(f"{place}: {ought} TPS terhitung", f"{place}: {ought} TPS counted")
        found = Text(f"{portal.counted[row]} TPS", f"{portal.counted[row]} TPS")
    return Example(
        op_ids=(),
        tps="" if portal.region[row] else place,
        form=portal.table.text("form", row),
        page=0,
        at_s=round(float(portal.asked_s[row]), 3),
        expected=expected,
        found=found,
    )
