"""Unbounded: gauges, memory and attempts that grow without limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.invented import Rehearsal
from tests.reports.witnessed import FEW, day, only, said

PHOTO_BYTES = 600_000


def sending(kept_share: float, warm_bytes: int = 30_000_000, component: str = "api-1") -> Rehearsal:
    """60 pages, one a second, to a system of two workers whose heaps get warm; memory is sampled too."""
    rehearsal = day()
    sent = 0
    for second in range(60):
        at_s = 30.0 + second
        row = rehearsal.write(
            "correct", rehearsal.tps(second), 3, version=10 + second, at_s=at_s, bytes_sent=PHOTO_BYTES
        )
        sent += row["bytes_sent"]
        memory = dict.fromkeys(("api-1", "api-2"), 80_000_000 + int(min(1.0, second / 10) * warm_bytes))
        memory[component] = memory["api-1"] + int(kept_share * sent)
        rehearsal.resources += [
            {"t_s": at_s + 0.9, "component": name, "pid": 100, "cpu_s": 1.0, "rss_bytes": rss}
            for name, rss in memory.items()
        ]
    rehearsal.run["duration_s"] = 95.0
    return rehearsal


@FEW
@given(st.integers(1, 1_000_000), st.sampled_from(["reading_tries", "reading_queue"]))
def test_a_gauge_above_its_bound(over: int, name: str) -> None:
    rehearsal = day()
    row = [one for one in rehearsal.health if one["name"] == name][2]
    row["value"] = row["bound"] + over
    found = only("unbounded", rehearsal)
    assert (found.count, found.examples[0].at_s) == (1, round(row["asked_s"], 3))


@pytest.mark.parametrize("share", [0.5, 1.0, 2.3])
def test_a_component_that_keeps_what_it_is_sent(share: float) -> None:
    found = said("unbounded", sending(share))
    assert (found.valid, found.count) == (False, 1)
    assert "api-1" in found.examples[0].expected.en


@pytest.mark.parametrize("share", [0.0, 0.05])
def test_a_heap_that_gets_warm_and_a_small_record_of_each_page_are_no_growth(share: float) -> None:
    found = said("unbounded", sending(share, warm_bytes=200_000_000))
    assert found.valid is True
    assert "not watched" not in found.why.en


@pytest.mark.parametrize("ours", ["load-worker-1", "gladi", "toxiproxy", "machine"])
def test_what_brings_the_load_is_not_judged(ours: str) -> None:
    assert said("unbounded", sending(2.0, component=ours)).valid is True


def test_attempts_without_end() -> None:
    rehearsal = day()
    rehearsal.submit(rehearsal.tps(0), 1, attempt=900)
    assert only("unbounded", rehearsal).count == 1


def test_a_gauge_without_a_bound_says_nothing() -> None:
    rehearsal = day().settle()
    for row in rehearsal.health:
        row["bound"] = float("nan")
    assert said("unbounded", rehearsal).valid == "unknown"
