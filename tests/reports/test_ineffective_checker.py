"""Ineffective: faults that nobody felt."""

from hypothesis import given
from hypothesis import strategies as st

from tests.reports.invented import Rehearsal
from tests.reports.witnessed import FEW, LATE_S, day, only, said


def with_events(*events: str) -> Rehearsal:
    rehearsal = day()
    rehearsal.faults = [
        {"id": "f7", "name": "disk_slow", "target": "disk", "event": event, "at_s": LATE_S + number / 10,
         "detail": {"why": "nothing was written"} if event in {"unfelt", "skipped"} else {}}
        for number, event in enumerate(events)
    ]  # fmt: skip
    return rehearsal


@FEW
@given(st.booleans())
def test_a_fault_that_was_not_felt(said_so: bool) -> None:
    events = ("unfelt",) if said_so else ()
    found = only("ineffective", with_events("planned", "struck", *events, "healing", "healed"))
    assert (found.count, found.examples[0].fault) == (1, "f7 disk_slow")
    assert ("nothing was written" in found.examples[0].found.en) is said_so


def test_a_fault_that_was_felt() -> None:
    found = said("ineffective", with_events("planned", "struck", "felt", "healing", "healed"))
    assert (found.valid, found.checked) == (True, 1)


def test_a_fault_that_was_not_played_leaves_it_open() -> None:
    for events in (("planned", "skipped"), ("planned", "failed", "healing", "healed"), ("planned",)):
        assert said("ineffective", with_events(*events)).valid == "unknown"


def test_one_that_was_not_felt_beside_one_that_was_not_played() -> None:
    rehearsal = with_events("planned", "struck", "unfelt", "healing", "healed")
    rehearsal.faults.append({**rehearsal.faults[0], "id": "f8", "event": "skipped"})
    assert said("ineffective", rehearsal).valid is False


def test_a_run_without_faults_has_none_that_failed() -> None:
    assert said("ineffective", day()).valid is True
