"""Locust's statistics in bulk are those that its own event would have made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.operations import Answer, Operation

# Locust patches the whole process when it is loaded; the tests here want its numbers only.
with pytest.MonkeyPatch.context() as patch:
    patch.setenv("LOCUST_SKIP_MONKEY_PATCH", "1")
    from locust.stats import RequestStats, StatsError

    from gladi.load.tally import Tally

ZERO = 1_700_000_000.0


def ended(kind: str, intended_s: float, expect: str = "accept", actor: str = "kpps") -> Operation:
    return Operation(
        kind, "1", "1", 1, "170801", "4g", intended_s, 10.0, expect=expect, actor=actor,  # type: ignore[arg-type]
    )  # fmt: skip


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["login", "submit_page"]),
        st.floats(0.0, 30.0),
        st.floats(0.0, 40.0),
        st.sampled_from(["ok", "fail", "unknown"]),
        st.sampled_from(["timeout", "http_503"]),
        st.integers(0, 10**6),
    ),
    min_size=1,
    max_size=40,
)


@given(rows=OPERATIONS, beats=st.integers(1, 5))
def test_in_bulk_or_one_by_one_it_is_the_same(
    rows: list[tuple[str, float, float, str, str, int]], beats: int
) -> None:
    stats, one_by_one = RequestStats(False), RequestStats(False)
    tally = Tally(stats, ZERO)
    for number, (kind, intended_s, took_s, outcome, reason, received) in enumerate(rows):
        answer = Answer(outcome, reason=reason, bytes_received=received)  # type: ignore[arg-type]
        tally.note(ended(kind, intended_s), answer, intended_s + took_s)
        one_by_one.log_request("kpps", kind, (intended_s + took_s - intended_s) * 1000.0, received)
        if outcome != "ok":
            one_by_one.log_error("kpps", kind, f"{outcome} {reason}")
        if number % beats == 0:
            tally.tell()
    tally.tell()
    entries = [(stats.total, one_by_one.total)]
    entries += [(stats.entries[name], entry) for name, entry in one_by_one.entries.items()]
    for bulk, single in entries:
        for field in ("num_requests", "num_failures", "total_content_length", "max_response_time"):
            assert getattr(bulk, field) == getattr(single, field), field
        assert bulk.min_response_time == single.min_response_time
        assert bulk.total_response_time == pytest.approx(single.total_response_time)
        assert sum(bulk.num_reqs_per_sec.values()) == single.num_requests
        assert sum(bulk.num_fail_per_sec.values()) == single.num_failures
        assert bulk.response_times == single.response_times
        assert bulk.get_response_time_percentile(0.99) == single.get_response_time_percentile(0.99)
    occurred = {key: error.occurrences for key, error in stats.errors.items()}
    assert occurred == {key: error.occurrences for key, error in one_by_one.errors.items()}


def test_requests_are_counted_in_the_second_in_which_they_ended() -> None:
    stats = RequestStats(True)
    tally = Tally(stats, ZERO)
    for ended_s in (1.2, 1.9, 2.1):
        tally.note(ended("login", 1.0), Answer("ok"), ended_s)
    tally.tell()
    assert dict(stats.total.num_reqs_per_sec) == {int(ZERO) + 1: 2, int(ZERO) + 2: 1}
    assert stats.total.last_request_timestamp == ZERO + 2.1


def test_a_refused_probe_is_no_error_and_errors_are_of_few_kinds() -> None:
    stats = RequestStats(False)
    tally = Tally(stats, ZERO)
    tally.note(ended("login", 1.0, expect="reject"), Answer("fail", reason="forbidden"), 2.0)
    tally.tell()
    assert (stats.total.num_requests, stats.total.num_failures, stats.errors) == (1, 0, {})
    for number in range(500):
        tally.note(ended("login", 1.0), Answer("fail", reason=f"another {number}"), 2.0)
    tally.tell()
    assert stats.total.num_failures == 500
    assert len(stats.errors) <= 101
    assert sum(error.occurrences for error in stats.errors.values()) == 500
    assert StatsError.create_key("kpps", "login", "lain-lain") in stats.errors
