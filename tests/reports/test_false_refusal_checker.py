"""False refusal: sound operations refused, and what explains a refusal."""

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.schema import PROBE_WRONG_PASSWORD
from tests.reports.invented import Rehearsal, Row
from tests.reports.witnessed import FEW, LATE_S, day, only, said

Bend = Callable[[Rehearsal], Row]


def refused_login(rehearsal: Rehearsal, status: int, reason: str = "", **given: object) -> Row:
    return rehearsal.note(
        "login", rehearsal.tps(3), outcome="fail", status=status, reason=reason, session="", **given
    )


def refused_page(rehearsal: Rehearsal, status: int, reason: str = "", page: int = 9, **given: object) -> Row:
    return rehearsal.note(
        "submit_page",
        rehearsal.tps(3),
        page=page,
        key="k9",
        outcome="fail",
        status=status,
        reason=reason,
        **given,
    )


def no_page_to_correct(r: Rehearsal) -> Row:
    missing = {"outcome": "fail", "status": 409, "reason": "page_missing"}
    return r.note("correct", r.tps(3), page=3, key="c3", **missing)


def unavailable(r: Rehearsal) -> Row:
    return r.note("status", r.tps(3), outcome="unknown", status=503, reason="database_away")


def broken(r: Rehearsal) -> Row:
    return r.note("national", "", actor="publik", outcome="fail", status=500, reason="internal")


WRONG: list[tuple[str, Bend]] = [
    *((f"password {code}", partial(refused_login, status=code)) for code in (401, 403, 423, 429)),
    *((f"page {code}", partial(refused_page, status=code)) for code in (400, 403, 413, 415, 422)),
    ("409 on a page nobody sent", partial(refused_page, status=409, reason="page_exists")),
    ("no page to correct", no_page_to_correct),
    ("unavailable", unavailable),
    ("broken", broken),
]


@FEW
@given(st.sampled_from(WRONG))
def test_no_other_checker_complains(case: tuple[str, Bend]) -> None:
    rehearsal = day()
    row = case[1](rehearsal)
    assert only("false_refusal", rehearsal).examples[0].op_ids == (row["op_id"],)


@pytest.mark.parametrize("case", WRONG, ids=[name for name, _ in WRONG])
def test_a_sound_operation_refused(case: tuple[str, Bend]) -> None:
    rehearsal = day()
    case[1](rehearsal)
    assert said("false_refusal", rehearsal).count == 1


def not_activated(r: Rehearsal) -> None:
    for row in r.history:
        if row["tps"] == r.tps(3) and row["kind"] in {"activate", "login"}:
            row.update(outcome="unknown", status=0)
    refused_login(r, 403, "not_activated")


def own_wrong_tries(r: Rehearsal) -> None:
    """Each time the operator goes on to the right password, and is let in until the third."""
    for _ in range(2):
        r.probe_wrong_password(r.tps(3))
        r.login(r.tps(3))
    r.probe_wrong_password(r.tps(3))
    refused_login(r, 429, "too_many_tries")


def swapped(r: Rehearsal) -> None:
    r.fault("phone_swapped", r.tps(3), LATE_S - 10.0, LATE_S - 9.0)
    refused_login(r, 403, "device_differs")


def other_operator(r: Rehearsal) -> None:
    other = {"page": 9, "key": "k-other", "outcome": "unknown", "status": 0}
    r.note("submit_page", r.tps(3), operator=2, at_s=r.clock_s - 0.01, took_s=3.0, **other)
    refused_page(r, 409)


def slow_link(r: Rehearsal) -> None:
    refused_page(r, 408)
    refused_page(r, 400, "broken_off")


def no_room(r: Rehearsal) -> None:
    refused_page(r, 429)
    r.note("status", r.tps(3), outcome="fail", status=503, reason="overloaded")


def other_content(r: Rehearsal) -> None:
    refused_page(r, 422, "key_reused")
    refused_page(r, 422, "key_reused", content_sha256="a" * 64)


def fault_in_force(r: Rehearsal) -> None:
    r.fault("process_pause", "postgres", LATE_S, LATE_S + 1.0)
    for at_s in (LATE_S + 0.1, LATE_S + 0.9, LATE_S + 15.0):
        r.note("status", r.tps(3), at_s=at_s, outcome="unknown", status=503, reason="database_away")


EXPLAINED = [
    not_activated,
    own_wrong_tries,
    swapped,
    other_operator,
    slow_link,
    no_room,
    other_content,
    fault_in_force,
]


@pytest.mark.parametrize("bend", EXPLAINED, ids=[bend.__name__ for bend in EXPLAINED])
def test_what_explains_a_refusal(bend: Callable[[Rehearsal], None]) -> None:
    rehearsal = day()
    bend(rehearsal)
    found = said("false_refusal", rehearsal)
    assert found.valid is True, found.examples


def test_guesses_of_strangers_do_not_explain_that_the_operator_is_locked_out() -> None:
    rehearsal = day()
    for _ in range(7):
        rehearsal.probe_wrong_password(rehearsal.tps(3), reason=PROBE_WRONG_PASSWORD)
    rehearsal.clock_s += 2.0
    refused_login(rehearsal, 429, "too_many_tries")
    assert said("false_refusal", rehearsal).valid is False


def test_unavailable_long_after_the_fault() -> None:
    rehearsal = day()
    rehearsal.fault("process_kill", "postgres", 2.0, 3.0)
    row = {"outcome": "unknown", "status": 503, "reason": "database_away"}
    rehearsal.note("status", rehearsal.tps(3), at_s=3.0 + 15.5, **row)
    assert said("false_refusal", rehearsal).valid is False


def test_a_portal_that_does_not_come_back() -> None:
    rehearsal = day().settle()
    [row for row in rehearsal.portal if row["settled"]][-1]["status"] = 503
    assert said("false_refusal", rehearsal).count == 1
