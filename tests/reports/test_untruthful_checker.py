"""Untruthful: receipts, statuses and health that say what is not so."""

from hypothesis import given
from hypothesis import strategies as st

from tests.reports.invented import Rehearsal, Row
from tests.reports.witnessed import FEW, LATE_S, day, only, said


def sent(rehearsal: Rehearsal, index: int, page: int) -> Row:
    tps = rehearsal.tps(index)
    return next(
        row for row in rehearsal.history if (row["tps"], row["page"]) == (tps, page) and row["receipt"]
    )


def status(rehearsal: Rehearsal, index: int) -> Row:
    mine = [
        row for row in rehearsal.history if row["kind"] == "status" and row["tps"] == rehearsal.tps(index)
    ]
    return mine[-1]


@FEW
@given(st.integers(3, 5), st.sampled_from([1, 3]))
def test_receipts_that_were_exchanged(index: int, page: int) -> None:
    rehearsal = day()
    one, other = sent(rehearsal, index, page), sent(rehearsal, index + 1, page)
    one["receipt"], other["receipt"] = other["receipt"], one["receipt"]
    found = said("untruthful", rehearsal)
    assert (found.valid, found.count) == (False, 2)


def test_the_receipt_of_an_earlier_revision() -> None:
    rehearsal = day()
    correction = next(row for row in rehearsal.history if row["kind"] == "correct")
    correction["receipt"] = sent(rehearsal, 2, 2)["receipt"]
    assert said("untruthful", rehearsal).count == 1


def test_the_very_same_page_may_be_answered_with_the_first_receipt() -> None:
    rehearsal = day()
    first = sent(rehearsal, 3, 1)
    rehearsal.note(
        "submit_page",
        first["tps"],
        page=1,
        operator=2,
        key="of the second operator",
        **{name: first[name] for name in ("receipt", "numbers_sha256", "content_sha256")},
    )
    assert said("untruthful", rehearsal).valid is True


@FEW
@given(st.integers(0, 6), st.integers(1, 3))
def test_a_status_that_leaves_out_what_was_acknowledged(index: int, page: int) -> None:
    rehearsal = day()
    status(rehearsal, index)["stored_pages"] &= ~(1 << page)
    assert only("untruthful", rehearsal).count == 1


def test_a_status_that_tells_of_pages_before_they_were_sent() -> None:
    rehearsal = day()
    rehearsal.note("status", rehearsal.tps(3), at_s=0.9, took_s=0.01, stored_pages=0b1110)
    assert only("untruthful", rehearsal).count == 3


def test_a_status_that_tells_of_what_is_not_there() -> None:
    rehearsal = day()
    tps = rehearsal.tps(3)
    rehearsal.store.rows = [row for row in rehearsal.store.rows if (row["tps"], row["page"]) != (tps, 3)]
    for row in rehearsal.history:
        if (row["tps"], row["page"]) == (tps, 3):
            row.update(outcome="unknown", status=0, receipt="")
    assert only("untruthful", rehearsal).count == 1


def test_a_page_that_is_lost_is_not_also_a_lie() -> None:
    rehearsal = day()
    tps = rehearsal.tps(3)
    rehearsal.store.rows = [row for row in rehearsal.store.rows if (row["tps"], row["page"]) != (tps, 3)]
    assert only("lost", rehearsal).count == 1


def test_a_page_under_way_may_be_told_as_stored_or_not() -> None:
    rehearsal = Rehearsal().play()
    first = sent(rehearsal, 3, 1)
    for told in (0b0000, 0b0010):
        rehearsal.note(
            "status", first["tps"], at_s=first["started_s"] + 0.001, took_s=0.01, stored_pages=told
        )
    assert said("untruthful", rehearsal).valid is True


class TestHealth:
    """Readiness while the database is dead."""

    def dead(self, for_s: float, name: str = "process_kill", target: str = "postgres") -> Rehearsal:
        rehearsal = day()
        rehearsal.fault(name, target, LATE_S, LATE_S + for_s)
        rehearsal.watch(at_s=LATE_S + for_s - 0.5)
        return rehearsal

    def test_ready_though_the_database_is_dead(self) -> None:
        found = said("untruthful", self.dead(6.0))
        assert (found.valid, found.examples[0].fault) == (False, "f1 process_kill")

    def test_not_ready_is_the_truth(self) -> None:
        rehearsal = self.dead(6.0)
        for row in rehearsal.health:
            if row["name"] == "ready" and row["asked_s"] > LATE_S:
                row["value"] = 0.0
        assert said("untruthful", rehearsal).valid is True

    def test_a_moment_is_allowed(self) -> None:
        assert said("untruthful", self.dead(2.05)).valid is True

    def test_another_component_is_not_the_database(self) -> None:
        assert said("untruthful", self.dead(6.0, target="api-1")).valid is True

    def test_a_death_nobody_felt_proves_nothing(self) -> None:
        rehearsal = self.dead(6.0)
        rehearsal.faults = [one for one in rehearsal.faults if one["event"] != "felt"]
        assert said("untruthful", rehearsal).valid is True

    def test_without_a_witness_it_is_unknown(self) -> None:
        rehearsal = self.dead(6.0).settle()
        rehearsal.health = []
        assert said("untruthful", rehearsal).valid == "unknown"
