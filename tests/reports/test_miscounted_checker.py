"""Miscounted: sums that are not the sum, at any level."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.witnessed import FEW, day, only, said, settled


@FEW
@given(st.sampled_from(["0", "17", "1708", "170803", "1708042001"]), st.integers(0, 2), st.integers(1, 300))
def test_votes_that_are_not_the_sum(place: str, contestant: int, too_many: int) -> None:
    rehearsal = day()
    settled(rehearsal, place)["votes"][contestant] += too_many
    found = only("miscounted", rehearsal)
    assert found.count == 1
    assert found.examples[0].expected.en.startswith(place)


def test_more_tps_than_are_stored() -> None:
    rehearsal = day()
    settled(rehearsal, "170801")["counted_tps"] += 1
    assert only("miscounted", rehearsal).count == 1


def test_votes_of_a_tps_that_nobody_stored() -> None:
    rehearsal = day()
    settled(rehearsal, rehearsal.tps(5))["votes"] = [1, 2, 3]
    assert only("miscounted", rehearsal).count == 1


def test_dots_in_a_code_mean_nothing() -> None:
    rehearsal = day()
    row = settled(rehearsal, "1708")
    row["place"] = "17.08"
    assert said("miscounted", rehearsal).valid is True
    row["votes"][0] += 1
    assert said("miscounted", rehearsal).valid is False


@pytest.mark.parametrize("status", [0, 503])
def test_no_answer_is_not_judged(status: int) -> None:
    rehearsal = day()
    settled(rehearsal, "170801").update(status=status, votes=[], counted_tps=0)
    assert said("miscounted", rehearsal).valid is True


def test_where_two_revisions_are_current_nobody_can_say_what_counts() -> None:
    rehearsal = day().settle()
    row = next(row for row in rehearsal.store.rows if row["page"] == 2 and row["revision"] == 1)
    rehearsal.store.rows.append({**row, "votes": [9, 9, 9]})
    assert said("miscounted", rehearsal).valid is True
