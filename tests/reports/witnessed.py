"""A longer made-up day for the checkers of the public side, and how they judge it."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings

from reports import RunDirectory
from reports.checkers import compose, registered
from reports.finding import Finding
from reports.schema import PROBE_ENDED_SESSION
from tests.reports.invented import Rehearsal, Row

FEW = settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Judging a run takes a tenth of a second."""

LATE_S = 20.0
"""When the second half of the day begins: everything of the first has long been shown."""


def day(n_tps: int = 8) -> Rehearsal:
    """An honest day; in its second half sessions are used again, one that was ended too, and all is quiet."""
    rehearsal = Rehearsal(n_tps=n_tps).play()
    rehearsal.clock_s = LATE_S
    for index in range(n_tps):
        rehearsal.status(rehearsal.tps(index))
    probe = next(row for row in rehearsal.history if row["reason"] == PROBE_ENDED_SESSION)
    rehearsal.probe_ended_session(probe["tps"], probe["session"])
    rehearsal.login(rehearsal.tps(1))
    for _ in range(3):
        rehearsal.watch()
        rehearsal.clock_s += 1.0
    return rehearsal


def judged(rehearsal: Rehearsal, readback: bool = True) -> dict[str, Finding]:
    """What every checker there is says of it."""
    with tempfile.TemporaryDirectory() as folder:
        run = RunDirectory.open(rehearsal.save(Path(folder), readback))
        return dict(compose(registered())(run).parts)


def said(name: str, rehearsal: Rehearsal, readback: bool = True) -> Finding:
    """What one checker says of it."""
    with tempfile.TemporaryDirectory() as folder:
        return registered()[name](RunDirectory.open(rehearsal.save(Path(folder), readback)))


def only(name: str, rehearsal: Rehearsal) -> Finding:
    """The finding of the one checker that is not content; all others must be."""
    found = judged(rehearsal)
    assert {one: finding.why.en for one, finding in found.items() if finding.valid is not True} == {
        name: found[name].why.en
    }
    assert found[name].valid is False, found[name].why.en
    assert found[name].examples
    return found[name]


def settled(rehearsal: Rehearsal, place: str) -> Row:
    """The settled answer about a place, to be bent."""
    rehearsal.settle()
    return next(row for row in rehearsal.portal if row["settled"] and row["place"] == place)
