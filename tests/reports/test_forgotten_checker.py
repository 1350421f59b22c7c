"""Forgotten: sessions that nothing had ended, refused."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.invented import Rehearsal, Row
from tests.reports.witnessed import FEW, LATE_S, day, only, said


def thrown_out(rehearsal: Rehearsal, index: int = 3) -> Row:
    """An operator who used a session and was answered 401."""
    return rehearsal.note(
        "status", rehearsal.tps(index), outcome="fail", status=401, reason="session_unknown", stored_pages=0
    )


@FEW
@given(st.integers(2, 6), st.booleans())
def test_a_session_that_a_crash_took(index: int, crash: bool) -> None:
    rehearsal = day()
    if crash:
        rehearsal.fault("power_cut", "server", LATE_S + 3.0, LATE_S + 3.5)
    rehearsal.clock_s = LATE_S + 3.2
    row = thrown_out(rehearsal, index)
    found = only("forgotten", rehearsal)
    assert found.count == 1
    assert found.examples[0].op_ids[1] == row["op_id"]
    assert found.examples[0].fault == ("f1 power_cut" if crash else "")


Bend = Callable[[Rehearsal], object]

ENDS: list[tuple[str, Bend]] = [
    ("logged out", lambda r: r.note("logout", r.tps(3))),
    ("perhaps logged out", lambda r: r.note("logout", r.tps(3), outcome="unknown", status=0)),
    ("pushed out", lambda r: r.note("login", r.tps(3), session="another")),
    ("perhaps pushed out", lambda r: r.note("login", r.tps(3), outcome="unknown", status=0, session="")),
    ("another phone", lambda r: r.note("activate", r.tps(3), outcome="unknown", status=0)),
    ("clock set", lambda r: r.fault("clock_jump", "all", LATE_S, LATE_S + 0.1)),
    ("phone swapped", lambda r: r.fault("phone_swapped", f"{r.tps(3)}, {r.tps(4)}", 5.0, 6.0)),
]


@pytest.mark.parametrize(("what", "end"), ENDS, ids=[what for what, _ in ENDS])
def test_what_ends_a_session_explains_it(what: str, end: Bend) -> None:
    rehearsal = day()
    end(rehearsal)
    thrown_out(rehearsal)
    assert said("forgotten", rehearsal).valid is True


def test_what_happens_to_another_account_explains_nothing() -> None:
    rehearsal = day()
    rehearsal.note("login", rehearsal.tps(3), operator=2, session="another")
    rehearsal.note("logout", rehearsal.tps(4))
    rehearsal.fault("phone_swapped", rehearsal.tps(4), 5.0, 6.0)
    thrown_out(rehearsal)
    assert said("forgotten", rehearsal).count == 1


def test_a_login_under_way_when_the_session_was_given_may_come_after_it() -> None:
    rehearsal = day()
    given_at = next(
        row for row in rehearsal.history if row["kind"] == "login" and row["tps"] == rehearsal.tps(3)
    )
    rehearsal.note(
        "login", rehearsal.tps(3), at_s=given_at["started_s"] - 0.5, took_s=4.0, outcome="unknown", status=0,
        session="",
    )  # fmt: skip
    thrown_out(rehearsal)
    assert said("forgotten", rehearsal).valid is True


def test_a_session_of_more_than_a_day_may_end() -> None:
    rehearsal = day()
    rehearsal.clock_s = 86_500.0
    thrown_out(rehearsal)
    assert said("forgotten", rehearsal).valid is True


def test_sessions_that_nobody_recorded_prove_nothing() -> None:
    rehearsal = day()
    for row in rehearsal.history:
        row["session"] = ""
    assert said("forgotten", rehearsal).valid == "unknown"
