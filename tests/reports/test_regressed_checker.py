"""Regressed: numbers that go down without a correction."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.invented import Rehearsal, Row
from tests.reports.witnessed import FEW, LATE_S, day, only, said


def answers(rehearsal: Rehearsal, place: str) -> list[Row]:
    return [row for row in rehearsal.portal if row["place"] == place]


@FEW
@given(st.sampled_from(["0", "17", "170801"]), st.integers(2, 6))
def test_an_answer_that_is_no_older_counts_fewer(place: str, at: int) -> None:
    """A region's memory that another worker overtook, early in the day, where nothing is late yet."""
    rehearsal = day()
    rehearsal.watch()
    second = answers(rehearsal, place)[-1]
    second.update(counted_tps=second["counted_tps"] - 1, asked_s=3.2, answered_s=3.21, as_of_s=3.2)
    second.update(votes=answers(rehearsal, place)[at]["votes"])
    found = said("regressed", rehearsal)
    assert (found.valid, found.count) == (False, 1)


def test_it_is_seen_by_no_other() -> None:
    rehearsal = day()
    before = next(row for row in rehearsal.portal if row["place"] == "0" and row["counted_tps"] == 8)
    again_s = before["answered_s"] + 0.1
    rehearsal.portal.append({**before, "asked_s": again_s, "answered_s": again_s + 0.1, "counted_tps": 7})
    assert only("regressed", rehearsal).count == 1


@pytest.mark.parametrize(("behind_s", "valid"), [(0.5, True), (1.4, True), (1.6, False), (4.0, False)])
def test_another_workers_memory_may_be_a_little_behind(behind_s: float, valid: bool) -> None:
    rehearsal = day()
    before, late = answers(rehearsal, "170803")[-2:]
    late.update(counted_tps=1, as_of_s=before["as_of_s"] - behind_s)
    rehearsal.portal = [before, late]
    assert said("regressed", rehearsal).valid is valid


@pytest.mark.parametrize(("before_s", "valid"), [(4.0, True), (6.0, False)])
def test_where_no_age_is_told_the_promise_counts(before_s: float, valid: bool) -> None:
    rehearsal = Rehearsal().play()
    asked_s = rehearsal.clock_s + 20.0
    shown = {**answers(rehearsal, "0")[-1], "as_of_s": math.nan, "settled": False}
    rehearsal.portal = [
        {**shown, "asked_s": asked_s - before_s - 0.1, "answered_s": asked_s - before_s},
        {**shown, "asked_s": asked_s, "answered_s": asked_s + 0.1, "counted_tps": 3},
    ]
    assert said("regressed", rehearsal, readback=False).valid is valid


def test_what_is_told_while_a_fault_is_in_force_may_be_old() -> None:
    rehearsal = day()
    rehearsal.fault("process_pause", "postgres", LATE_S, LATE_S + 9.0)
    late = answers(rehearsal, "0")[-1]
    late.update(counted_tps=0, as_of_s=1.0)
    assert said("regressed", rehearsal).valid is True
    late["as_of_s"] = late["asked_s"]  # but not while it claims to be new
    assert said("regressed", rehearsal).valid is False


@pytest.mark.parametrize(
    ("corrected", "valid"), [("not at all", False), ("answered", True), ("unknown-not", True)]
)
def test_votes_fall_only_by_a_correction(corrected: str, valid: bool) -> None:
    rehearsal = day()
    rehearsal.clock_s = LATE_S + 10.0
    tps = rehearsal.tps(0)
    if corrected != "not at all":
        rehearsal.write("correct", tps, 2, version=4, happened=corrected)
    for row in rehearsal.store.rows:
        if (row["tps"], row["page"], row["current"]) == (tps, 2, True):
            row["votes"] = [0, 0, 0]
    rehearsal.watch()
    found = said("regressed", rehearsal)
    assert found.valid is valid
    assert valid or "votes" in found.examples[0].expected.en


def test_what_is_lost_falls_out_of_the_counts_and_is_lost_once() -> None:
    rehearsal = day()
    tps = rehearsal.tps(3)
    rehearsal.store.rows = [row for row in rehearsal.store.rows if (row["tps"], row["page"]) != (tps, 2)]
    assert only("lost", rehearsal).count == 1


def test_one_answer_is_no_series() -> None:
    rehearsal = day().settle()
    rehearsal.portal = [row for row in rehearsal.portal if row["settled"]]
    assert said("regressed", rehearsal).valid == "unknown"
