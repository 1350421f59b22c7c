"""Stale: older than promised, outside faults."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.invented import Rehearsal
from tests.reports.witnessed import FEW, LATE_S, day, only, said


def answer(rehearsal: Rehearsal, place: str, number: int = -1) -> dict[str, object]:
    """An answer of the run itself, by default the last."""
    return [row for row in rehearsal.portal if row["place"] == place and not row["settled"]][number]


@FEW
@given(st.sampled_from(["0", "170804"]), st.floats(5.5, 18.0))
def test_an_answer_that_says_it_is_too_old(place: str, age_s: float) -> None:
    rehearsal = day()
    late = answer(rehearsal, place, -3)
    late["as_of_s"] = float(str(late["asked_s"])) - age_s
    found = only("stale", rehearsal)
    assert (found.count, found.examples[0].fault) == (1, "")


@pytest.mark.parametrize("age_s", [math.nan, 0.0])
def test_too_few_counted_long_after_the_receipt(age_s: float) -> None:
    rehearsal = day()
    late = answer(rehearsal, "170802")
    late.update(counted_tps=1, as_of_s=float(str(late["asked_s"])) - age_s)
    found = said("stale", rehearsal)
    assert (found.valid, found.count) == (False, 1)
    assert found.examples[0].expected.en == "170802: 2 TPS counted"


def test_what_was_acknowledged_a_moment_ago_need_not_be_counted_yet() -> None:
    rehearsal = day()
    answer(rehearsal, "170802", 2).update(counted_tps=0)  # type: ignore[attr-defined]
    assert said("stale", rehearsal).valid is True


def test_what_is_lost_is_not_expected_to_be_counted() -> None:
    rehearsal = day()
    tps = rehearsal.tps(1)
    rehearsal.store.rows = [row for row in rehearsal.store.rows if (row["tps"], row["page"]) != (tps, 2)]
    answer(rehearsal, "170802").update(counted_tps=1)  # type: ignore[attr-defined]
    assert said("stale", rehearsal).valid is True


@pytest.mark.parametrize("healed_s", [LATE_S - 6.0, LATE_S, None])
def test_a_fault_and_the_time_to_recover_are_excused(healed_s: float | None) -> None:
    rehearsal = day()
    rehearsal.fault("process_pause", "postgres", LATE_S - 8.0, healed_s)
    late = answer(rehearsal, "0")
    late.update(counted_tps=0, as_of_s=1.0)
    assert said("stale", rehearsal).valid is True


def test_a_clock_that_was_set_tells_no_age() -> None:
    rehearsal = day()
    rehearsal.fault("clock_jump", "all", LATE_S + 0.5, LATE_S + 0.6)
    rehearsal.run["expect"] = {"recover_within": 0.1}
    rehearsal.run["slo"] = {"shown_s": 5.0}
    answer(rehearsal, "0")["as_of_s"] = -3_600.0
    assert said("stale", rehearsal).valid is True


def test_a_system_whose_clock_is_behind_is_judged_by_its_counts() -> None:
    rehearsal = day().settle()
    for row in rehearsal.portal:
        row["as_of_s"] -= 90.0
    assert said("stale", rehearsal).valid is True
    answer(rehearsal, "0")["counted_tps"] = 0
    assert said("stale", rehearsal).valid is False


def test_a_memory_that_is_never_emptied_is_seen_even_when_all_was_broken_all_day() -> None:
    rehearsal = day().settle()
    rehearsal.fault("power_cut", "server", 1.0, 30.0)
    for row in rehearsal.portal:
        if row["place"] == "0":
            row["as_of_s"] = 1.0
    found = said("stale", rehearsal)
    assert (found.valid, found.count) == (False, 1)
