"""Unauthorised: probes of a thief that were let in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.schema import PROBE_ENDED_SESSION, PROBE_NO_SESSION, PROBE_WRONG_PASSWORD
from tests.reports.witnessed import FEW, day, only, said

PROBES = [PROBE_NO_SESSION, PROBE_ENDED_SESSION, PROBE_WRONG_PASSWORD]


@FEW
@given(st.sampled_from(PROBES), st.sampled_from([200, 201, 204]))
def test_a_thief_who_is_let_in(reason: str, status: int) -> None:
    rehearsal = day()
    row = [one for one in rehearsal.history if one["reason"] == reason][-1]
    row.update(outcome="ok", status=status)
    found = only("unauthorised", rehearsal)
    assert (found.count, found.examples[0].op_ids) == (1, (row["op_id"],))


def test_a_session_may_be_remembered_for_a_moment_after_its_logout() -> None:
    rehearsal = day()
    soon = next(row for row in rehearsal.history if row["reason"] == PROBE_ENDED_SESSION)
    soon.update(outcome="ok", status=200)
    assert said("unauthorised", rehearsal).valid is True
    rehearsal.run["slo"] = {"logged_out_s": 0.1}
    assert said("unauthorised", rehearsal).valid is False


@pytest.mark.parametrize(
    ("answer", "valid"),
    [
        ({"outcome": "unknown", "status": 0}, True),
        ({"outcome": "fail", "status": 401}, False),
        ({"outcome": "fail", "status": 503}, True),
    ],
)
def test_a_session_has_ended_when_its_logout_was_answered(answer: dict[str, object], valid: bool) -> None:
    rehearsal = day()
    next(row for row in rehearsal.history if row["kind"] == "logout").update(answer)
    rehearsal.history[
        max(row["op_id"] for row in rehearsal.history if row["reason"] == PROBE_ENDED_SESSION)
    ].update(outcome="ok", status=200)
    assert said("unauthorised", rehearsal).valid is valid


def test_no_answer_is_no_acceptance_and_no_proof() -> None:
    rehearsal = day()
    for row in rehearsal.history:
        if row["reason"] in PROBES:
            row.update(outcome="unknown", status=0)
    found = said("unauthorised", rehearsal)
    assert (found.valid, found.checked) == ("unknown", 0)
