"""Stop conditions: the last seconds decide, by figures that are told; too few operations decide nothing."""

from typing import Any

import pytest

from gladi.load.progress import Progress, bucket, upper_s
from gladi.stopping import StopConditions
from scenarios import Stop
from simulators.operations import Answer, Operation

LIMITS = Stop.model_validate({"error_share": 0.5, "p99_s": 5.0, "window": "10s", "operations": 20})


def operation(kind: Any = "submit_page", page: int = 1, tps: str = "1708020001001", **more: Any) -> Operation:
    return Operation(kind, tps, tps, 1, tps[:6], "4g", 0.0, 10.0, form="ppwp", page=page, **more)


def beats(progress: Progress) -> dict[str, Any]:
    return progress.counts()


def test_progress_counts_pages_once_and_tps_when_all_three_are_in() -> None:
    progress = Progress()
    ok = Answer("ok", status=201)
    for page in (1, 2, 2, 3):
        progress.note(operation(page=page), ok, 0.2)
    progress.note(operation(page=1, tps="1708020001002"), Answer("unknown"), 0.2)
    progress.note(
        operation(page=1, expect="reject", variant="truncated_photo"), Answer("fail", status=400), 0.2
    )
    progress.note(operation("status"), Answer("fail", status=404), 0.2)
    progress.note(operation("status"), Answer("unknown", reason="link_lost"), 0.2)
    counts = progress.counts()
    assert (counts["acknowledged_pages"], counts["complete_tps"]) == (3, 1)
    assert (counts["demanded"], counts["failed"]) == (6, 1), "a refused probe and a lost link are no failures"
    assert sum(counts["took"]) == 5


@pytest.mark.parametrize("took_s", [0.0005, 0.01, 0.3, 2.0, 75.0, 9_999.0])
def test_a_bucket_is_at_most_nine_percent_wide(took_s: float) -> None:
    top_s = upper_s(bucket(took_s))
    assert min(took_s, 3_600.0) <= top_s * 1.0001 or took_s > 3_600.0
    assert top_s <= max(took_s, 0.001) * 1.0906


def test_too_many_errors_in_the_window_stop_a_run_and_the_figures_are_told() -> None:
    stop, progress = StopConditions(LIMITS, applies=True), Progress()
    assert stop.broken(-1.0, {}) == ""
    assert stop.broken(0.0, beats(progress)) == ""
    for _ in range(100):
        progress.note(operation("status"), Answer("ok", status=200), 0.1)
    assert stop.broken(5.0, beats(progress)) == ""
    for _ in range(30):
        progress.note(operation("status"), Answer("fail", status=503), 0.1)
    assert stop.broken(9.0, beats(progress)) == "", "30 of 130"
    said = stop.broken(16.0, beats(progress))
    assert said == "stop.error_share = 0.5: 30 of 30 operations of the last 11 s failed (100%)"


def test_too_long_a_wait_stops_a_run() -> None:
    stop, progress = StopConditions(LIMITS, applies=True), Progress()
    stop.broken(0.0, beats(progress))
    for took_s in (*[0.1] * 97, *[8.0] * 3):
        progress.note(operation("status"), Answer("ok", status=200), took_s)
    said = stop.broken(4.0, beats(progress))
    assert said.startswith("stop.p99_s = 5: of 100 answers of the last 4 s one in a hundred took about 8.")


def test_few_operations_and_a_stack_of_our_own_decide_nothing() -> None:
    progress = Progress()
    here, few = StopConditions(LIMITS, applies=False), StopConditions(LIMITS, applies=True)
    start = beats(progress)
    for count in (19, 100):
        for _ in range(count):
            progress.note(operation("status"), Answer("fail", status=500), 0.1)
        here.broken(0.0, start)
        assert here.broken(1.0, beats(progress)) == ""
        if count == 19:
            few.broken(0.0, start)
            assert few.broken(1.0, beats(progress)) == ""
    assert few.broken(2.0, beats(progress)) != ""
