"""Reordered: an old value that beats a newer one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.invented import Rehearsal
from tests.reports.witnessed import FEW, day, only, said


def make_current(rehearsal: Rehearsal, tps: str, page: int, revision: int) -> None:
    for row in rehearsal.store.rows:
        if (row["tps"], row["page"]) == (tps, page):
            row["current"] = row["revision"] == revision


@FEW
@given(st.integers(1, 2), st.sampled_from([1, 3]))
def test_an_older_revision_that_is_current_again(revision: int, page: int) -> None:
    """On pages without votes, so that the sums of the public say nothing."""
    rehearsal = day()
    tps = rehearsal.tps(6)
    for version in (1, 2):
        rehearsal.clock_s += 0.5
        rehearsal.write("correct", tps, page, version=version)
    make_current(rehearsal, tps, page, revision)
    found = only("reordered", rehearsal)
    assert (found.count, found.examples[0].page) == (1, page)
    assert len(found.examples[0].op_ids) == 2


def test_a_submission_never_follows_a_correction_whatever_the_moments() -> None:
    rehearsal = day()
    tps = rehearsal.tps(6)
    first = next(row for row in rehearsal.history if (row["tps"], row["page"]) == (tps, 3))
    first.update(outcome="unknown", status=0, receipt="")
    rehearsal.write("correct", tps, 3, version=1)
    rehearsal.submit(tps, 3, attempt=2)
    make_current(rehearsal, tps, 3, 1)
    assert only("reordered", rehearsal).count == 1


@pytest.mark.parametrize("first_answer", ["late", "never"])
def test_two_corrections_under_way_at_once_may_be_ordered_either_way(first_answer: str) -> None:
    rehearsal = day()
    tps = rehearsal.tps(6)
    one = rehearsal.write("correct", tps, 3, version=1)
    rehearsal.write("correct", tps, 3, version=2)
    make_current(rehearsal, tps, 3, 2)
    if first_answer == "late":
        one["ended_s"] += 5.0
    else:
        one.update(outcome="unknown", status=0, receipt="")
    assert said("reordered", rehearsal).valid is True


def test_a_retry_is_as_old_as_its_first_attempt() -> None:
    """The first attempt of the second correction began before the first was acknowledged."""
    rehearsal = day()
    tps = rehearsal.tps(6)
    rehearsal.write("correct", tps, 3, version=2, happened="unknown-done")
    rehearsal.write("correct", tps, 3, version=1)
    rehearsal.clock_s += 1.0
    rehearsal.write("correct", tps, 3, version=2, attempt=2)
    assert said("reordered", rehearsal).valid is True


def test_a_correction_that_is_not_stored_is_lost_and_not_reordered() -> None:
    rehearsal = day()
    tps = rehearsal.tps(6)
    rehearsal.write("correct", tps, 3, version=1)
    rehearsal.store.rows.pop()
    make_current(rehearsal, tps, 3, 1)
    assert only("lost", rehearsal).count == 1
