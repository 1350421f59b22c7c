"""Miscounted: are the votes the public is shown the sum of those stored, at every level?

Every settled answer about a region, from the nation to the kelurahan, is added up again from the current
revisions in the readback: its votes must be the sums over its TPS, and it may not count more TPS than hold
votes. A TPS that shows votes which none of its revisions holds is miscounted too; one that shows an earlier
revision is hidden, and a region that counts too few TPS is hidden as well as wrong in its sums.

Where different people stand in parts of a region (a province's regents) there is no sum: no votes may be
shown for it, and only the TPS are counted.

A region with a TPS of which two revisions call themselves current is not added up: nobody can say which one
counts, and the checker `duplicated` has said so.
"""

import numpy as np

from reports.checkers.registry import checker
from reports.finding import Example, Finding, conclude
from reports.lists import same_width
from reports.portal import NOT_SETTLED, NOT_WATCHED, Portal, portal_of
from reports.rundir import RunDirectory
from reports.shown_tps import last_told, shown_votes
from reports.stored_votes import stored_votes
from reports.words import Text


@checker(
    "miscounted",
    Text("Salah hitung", "Miscounted"),
    Text(
        "Di setiap tingkat, suara yang ditunjukkan adalah jumlah suara TPS yang tersimpan.",
        "At every level the votes shown are the sum of those stored of its TPS.",
    ),
    of_a_system=True,
)
def miscounted(run: RunDirectory) -> Finding:
    """Settled answers whose votes are not the sum of what is stored."""
    portal = portal_of(run)
    if portal is None or run.readback is None:
        return conclude(run, 0, 0, (), nothing=NOT_WATCHED)
    count = checked = 0
    examples: list[Example] = []
    for form in portal.forms():
        for part in (_regions(run, portal, form), _stations(run, portal, form)):
            count, checked, examples = count + part[0], checked + part[1], examples + part[2]
    return conclude(run, count, checked, examples, nothing=NOT_SETTLED)


def _regions(run: RunDirectory, portal: Portal, form: str) -> tuple[int, int, list[Example]]:
    ought = stored_votes(run, form)
    shown, kept = same_width(portal.votes, ought.votes)
    wrong, checked, examples = 0, 0, []
    for of_form, place, rows in portal.places(np.flatnonzero(portal.settled & portal.region & portal.told)):
        mine = ought.tps_of(place)
        if of_form != form or ought.doubtful[mine].any():
            continue
        checked += 1
        tps = int(ought.counted[mine].sum())
        votes = kept[mine].sum(axis=0) * (not ought.several(place))
        bad = rows[(shown[rows] != votes).any(axis=1) | (portal.counted[rows] > tps)]
        if len(bad):
            wrong += 1
            first = int(bad[0])
            told = _told(shown[first], int(portal.counted[first]))
            examples.append(_example(portal, first, _told(votes, tps), told))
    return wrong, checked, examples


def _stations(run: RunDirectory, portal: Portal, form: str) -> tuple[int, int, list[Example]]:
    ought = stored_votes(run, form)
    told = last_told(portal, ought.places, form)
    judgement = shown_votes(run, portal, form, told)
    wrong = np.flatnonzero(judgement == "foreign")
    shown, kept = same_width(portal.votes, ought.votes)
    examples = [
        _example(portal, int(told[one]), _told(kept[one], 1), _told(shown[told[one]], 1))
        for one in wrong[:10].tolist()
    ]
    return len(wrong), int(((told >= 0) & ought.counted).sum()), examples


def _told(votes: np.ndarray, tps: int) -> Text:
    listed = ", ".join(map(str, votes.tolist()))
    return Text(f"suara {listed} dari {tps} TPS", f"votes {listed} of {tps} TPS")


def _example(portal: Portal, row: int, expected: Text, found: Text) -> Example:
    place = portal.table.text("place", row)
    return Example(
        op_ids=(),
        tps="" if portal.region[row] else place,
        form=portal.table.text("form", row),
        page=0,
        at_s=round(float(portal.asked_s[row]), 3),
        expected=Text(f"{place}: {expected.id}", f"{place}: {expected.en}"),
        found=found,
    )
